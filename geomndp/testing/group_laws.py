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

Law: TypeAlias = tuple[str, jax.Array, jax.Array]
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
    elements = _one_of_each_determinant(group, of_elements)
    _check_laws(group, elements, x, atol)
    _check_arrays(group, elements, x, atol)
    many = jax.jit(jax.vmap(lambda k: group.sample(key=k)))(jax.random.split(of_many, 32))
    _check_many(group, many, x, atol)


def _one_of_each_determinant(group: AbstractGroup, key: Key) -> Any:
    """A batch of two elements drawn freely, and one of each determinant, which has it."""
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
    wanted = (None, None, *promised)
    keys = jax.random.split(key, len(wanted))
    found = [
        group.sample(key=of_draw, determinant=determinant)
        for of_draw, determinant in zip(keys, wanted, strict=True)
    ]
    for g, determinant in zip(found[2:], promised, strict=True):
        got = float(np.linalg.det(group.linear_part(g)))
        if not abs(got - determinant) < 0.1:
            raise AssertionError(
                f"expected an element whose linear part has the determinant {determinant} that "
                f"was asked for and that {group} promises, got {got:.3g}"
            )
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *found)


def _check_laws(group: AbstractGroup, elements: Any, x: jax.Array, atol: float) -> None:
    """The laws for all triples of the elements, in one compiled function."""
    names: list[str] = []

    def evaluate(f: Any, g: Any, h: Any) -> list[tuple[jax.Array, jax.Array]]:
        laws = [*_linear_laws(group, g, h), *_axioms(group, f, g, h, x), *_actions(group, g, h, x)]
        names[:] = [name for name, _, _ in laws]
        return [(found, expected) for _, found, expected in laws]

    n_elements = len(jax.tree.leaves(elements)[0])
    triples = np.array(list(itertools.product(range(n_elements), repeat=3))).T
    batches = [jax.tree.map(lambda leaf, i=i: leaf[i], elements) for i in triples]
    results = jax.jit(jax.vmap(evaluate))(*batches)
    for name, (found, expected) in zip(names, results, strict=True):
        expect_same(name, found, expected, atol)


def _linear_laws(group: AbstractGroup, g: Any, h: Any) -> Iterator[Law]:
    part, one = group.linear_part, jnp.eye(group.linear_dim)
    if part(g).shape != one.shape:
        raise AssertionError(f"expected linear parts of shape {one.shape}, got {part(g).shape}")
    yield "hᵀh = 1 for linear parts h", part(g).T @ part(g), one
    yield "1 as the linear part of e", part(group.identity()), one
    yield "the linear part of gh to be the product", part(group.compose(g, h)), part(g) @ part(h)


def _axioms(group: AbstractGroup, f: Any, g: Any, h: Any, x: jax.Array) -> Iterator[Law]:
    product, inverse, one = group.compose, group.inverse, group.identity()
    for name, left, right in (
        ("eg = g", product(one, g), g),
        ("ge = g", product(g, one), g),
        ("g⁻¹g = e", product(inverse(g), g), one),
        ("gg⁻¹ = e", product(g, inverse(g)), one),
        ("(fg)h = f(gh)", product(product(f, g), h), product(f, product(g, h))),
    ):
        yield name, group.act(left, x), group.act(right, x)
        yield name, group.linear_part(left), group.linear_part(right)


def _actions(group: AbstractGroup, g: Any, h: Any, x: jax.Array) -> Iterator[Law]:
    act = group.act
    yield "ex = x", act(group.identity(), x), x
    yield "(gh)x = g(hx)", act(group.compose(g, h), x), act(g, act(h, x))
    yield "|gx - gx'| = |x - x'|", _squared_distances(act(g, x)), _squared_distances(x)
    yield "leading axes to be a batch of x", act(g, x.reshape(2, 2, -1)).reshape(x.shape), act(g, x)
    if group.dim == group.linear_dim and not isinstance(group, AbstractDirectProduct):
        moved = act(g, x) - act(g, jnp.zeros_like(x))
        yield "gx = hx + u, h the linear part", moved, x @ group.linear_part(g).T


def _check_arrays(group: AbstractGroup, elements: Any, x: jax.Array, atol: float) -> None:
    """Batches of elements, and the precision of locations."""
    together = jax.vmap(group.act, (0, None))(elements, x)
    g = jax.tree.map(lambda leaf: leaf[0], elements)
    expect_same("jax.vmap of act to be that of each element", together[0], group.act(g, x), atol)
    single = group.act(g, x.astype(jnp.float32))
    if single.dtype != jnp.float32:
        raise AssertionError(f"expected gx in the precision of x, float32, got {single.dtype}")


def _check_many(group: AbstractGroup, many: Any, x: jax.Array, atol: float) -> None:
    """What can be seen of many elements only."""

    def images(g: Any) -> tuple[jax.Array, jax.Array, jax.Array]:
        return group.linear_part(g), group.act(g, x) - x, group.act(g, jnp.zeros_like(x[0]))

    linear, moved, shifts = map(np.asarray, jax.jit(jax.vmap(images))(many))
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


def _squared_distances(x: jax.Array) -> jax.Array:
    return jnp.sum((x[:, None] - x[None]) ** 2, -1)
