"""The axioms of a group and of its action."""

import itertools
from collections.abc import Iterator
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.groups import AbstractDirectProduct, AbstractGroup, C, Trivial
from geomndp.testing.tolerance import expect_same, rounding
from geomndp.typing import Key

Law: TypeAlias = tuple[str, Any, Any]
"""A law in words, and what it says is the same."""


def assert_group(group: AbstractGroup, *, key: Key, atol: float | None = None) -> None:
    r"""Check the laws of a group of isometries and of its left action.

    For drawn elements, of every determinant that the group promises: $(fg)h = f(gh)$,
    $eg = g = ge$, $g^{-1}g = e = gg^{-1}$; $(gh)x = g(hx)$, $ex = x$, $|gx - gx'| = |x - x'|$; the
    linear part is a homomorphism into the orthogonal matrices; determinants and a fixed origin are
    as promised; and elements can be batched by `jax.vmap`. Elements are the same if they do the
    same to locations and to values.

    Arguments:
        group: The group.
        key: A random key.
        atol: The largest difference allowed, relative to what is larger than 1; 1e-10 in double
            precision and 1e-5 in single precision when left out.

    Raises:
        AssertionError: If a law is broken, or every element that is drawn is the identity, though
            the group has more than one element.

    Example:
        >>> import jax, geomndp as gn
        >>> from geomndp.testing import assert_group
        >>> assert_group(gn.groups.E(3), key=jax.random.key(0))
        >>> class Forgetful(gn.groups.T):
        ...     def inverse(self, g):
        ...         return g
        >>> assert_group(Forgetful(2), key=jax.random.key(0))
        Traceback (most recent call last):
            ...
        AssertionError: expected g⁻¹g = e within 1e-05, got ...
    """
    atol = rounding() if atol is None else atol
    of_points, of_elements, of_many = jax.random.split(key, 3)
    x = jax.random.normal(of_points, (4, group.dim))
    elements = _of_each_determinant(group, of_elements)
    for law in _laws(group, elements, x):
        expect_same(*law, atol)
    _check_arrays(group, elements[0], x, atol)
    many = [group.sample(key=of_draw) for of_draw in jax.random.split(of_many, 16)]
    _check_many(group, many, x, atol)


def _of_each_determinant(group: AbstractGroup, key: Key) -> list[Any]:
    """An element drawn freely, and one of each determinant, which has it."""
    promised = group.determinants
    if not promised or not set(promised) <= {1, -1}:
        raise AssertionError(f"expected determinants among 1 and -1, got {promised}")
    for determinant in {1, -1} - set(promised):
        try:
            group.sample(key=key, determinant=determinant)
        except ValueError:
            continue
        raise AssertionError(
            f"expected a ValueError for the determinant {determinant}, which {group} does not "
            "promise, got an element; call check_determinant in sample"
        )
    of_any, *of_draws = jax.random.split(key, 1 + len(promised))
    found = [group.sample(key=of_any)]
    for determinant, of_draw in zip(promised, of_draws, strict=True):
        g = group.sample(key=of_draw, determinant=determinant)
        got = float(np.linalg.det(group.linear_part(g)))
        if not abs(got - determinant) < 0.1:
            raise AssertionError(
                f"expected an element whose linear part has the determinant {determinant} that "
                f"was asked for and that {group} promises, got {got:.3g}"
            )
        found.append(g)
    return found


def _laws(group: AbstractGroup, elements: list[Any], x: jax.Array) -> Iterator[Law]:
    """Laws of linear parts first, which the other ones rely on."""
    pairs = list(itertools.product(elements, repeat=2))
    yield "1 as the linear part of e", group.linear_part(group.identity()), np.eye(group.linear_dim)
    for g, h in pairs:
        yield from _linear_laws(group, g, h)
    for g in elements:
        yield from _axioms(group, g, x)
    for f, g, h in itertools.product(elements, repeat=3):
        left, right = (group.compose(group.compose(f, g), h), group.compose(f, group.compose(g, h)))
        yield from _same("(fg)h = f(gh)", group, left, right, x)
    yield "ex = x", group.act(group.identity(), x), x
    for g, h in pairs:
        yield "(gh)x = g(hx)", group.act(group.compose(g, h), x), group.act(g, group.act(h, x))
    for g in elements:
        yield from _geometry(group, g, x)


def _linear_laws(group: AbstractGroup, g: Any, h: Any) -> Iterator[Law]:
    of_g, of_h = np.asarray(group.linear_part(g)), np.asarray(group.linear_part(h))
    yield "hᵀh = 1 for linear parts h", of_g.T @ of_g, np.eye(group.linear_dim)
    product = group.linear_part(group.compose(g, h))
    yield "the linear part of gh to be the product", product, of_g @ of_h


def _axioms(group: AbstractGroup, g: Any, x: jax.Array) -> Iterator[Law]:
    one, inverse = group.identity(), group.inverse(g)
    yield from _same("eg = g", group, group.compose(one, g), g, x)
    yield from _same("ge = g", group, group.compose(g, one), g, x)
    yield from _same("g⁻¹g = e", group, group.compose(inverse, g), one, x)
    yield from _same("gg⁻¹ = e", group, group.compose(g, inverse), one, x)


def _same(name: str, group: AbstractGroup, g: Any, h: Any, x: jax.Array) -> Iterator[Law]:
    yield name, group.act(g, x), group.act(h, x)
    yield name, group.linear_part(g), group.linear_part(h)


def _geometry(group: AbstractGroup, g: Any, x: jax.Array) -> Iterator[Law]:
    moved = np.asarray(group.act(g, x))
    yield "|gx - gx'| = |x - x'|", _distances(moved), _distances(np.asarray(x))
    batch = group.act(g, x.reshape(2, 2, -1))
    yield "leading axes to be a batch of x", np.reshape(batch, x.shape), moved
    if group.dim == group.linear_dim and not isinstance(group, AbstractDirectProduct):
        shift = np.asarray(group.act(g, jnp.zeros_like(x)))
        linear = np.asarray(x) @ np.asarray(group.linear_part(g)).T
        yield "gx = hx + u, h the linear part", moved - shift, linear


def _check_arrays(group: AbstractGroup, g: Any, x: jax.Array, atol: float) -> None:
    """Batches of elements, and the precision of locations."""
    pair = jax.tree.map(lambda a, b: jnp.stack([a, b]), g, group.identity())
    together = jax.vmap(group.act, (0, None))(pair, x)
    expect_same("jax.vmap of act to be that of each element", together[0], group.act(g, x), atol)
    single = group.act(g, x.astype(jnp.float32))
    if single.dtype != jnp.float32:
        raise AssertionError(f"expected gx in the precision of x, float32, got {single.dtype}")


def _check_many(group: AbstractGroup, many: list[Any], x: jax.Array, atol: float) -> None:
    """What can be seen of many elements only."""
    linear = np.stack([np.asarray(group.linear_part(g)) for g in many])
    moved = np.stack([np.asarray(group.act(g, x)) for g in many]) - np.asarray(x)
    shifts = np.stack([np.asarray(group.act(g, jnp.zeros_like(x))) for g in many])
    turned = np.abs(linear - np.eye(group.linear_dim)).max()
    if max(np.abs(moved).max(), turned) <= atol and not _has_one_element(group):
        raise AssertionError(
            f"expected elements other than the identity, of which every law holds, got it "
            f"{len(linear)} times from {group}; the group with one element is Trivial"
        )
    determinants = {int(sign) for sign in np.sign(np.linalg.det(linear))}
    if not determinants <= set(group.determinants):
        raise AssertionError(
            f"expected determinants among {group.determinants}, as {group} promises, "
            f"got {sorted(determinants)}"
        )
    if group.fixes_origin == bool(np.abs(shifts).max() > atol):
        raise AssertionError(
            f"expected the origin {'fixed' if group.fixes_origin else 'moved by some element'}, as "
            f"fixes_origin={group.fixes_origin} says, got it moved by {np.abs(shifts).max():.2g}"
        )


def _has_one_element(group: AbstractGroup) -> bool:
    """Whether a group is known to: by its type, or as on a line only 1 and -1 fix the origin."""
    match group:
        case Trivial() | C(order=1):
            return True
        case AbstractDirectProduct():
            return _has_one_element(group.first) and _has_one_element(group.second)
        case _:
            is_line = group.dim == 1 and group.linear_dim == 1
            return is_line and group.fixes_origin and -1 not in group.determinants


def _distances(x: np.ndarray) -> np.ndarray:
    return np.linalg.norm(x[:, None] - x, axis=-1)
