"""The axioms of a group and of its action."""

import itertools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.groups import AbstractDirectProduct, AbstractGroup, C, Trivial
from geomndp.testing.tolerance import expect_same, rounding
from geomndp.typing import Key


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
    _check_linear_parts(group, elements, atol)
    _check_axioms(group, elements, x, atol)
    _check_action(group, elements, x, atol)
    many = jax.vmap(lambda k: group.sample(key=k))(jax.random.split(of_many, 32))
    _check_batches(group, many, x, atol)
    _check_many(group, many, x, atol)


def _one_of_each_determinant(group: AbstractGroup, key: Key) -> list[Any]:
    """Two elements drawn freely, and one of each determinant, which has it."""
    promised = group.determinants
    if not promised or not set(promised) <= {1, -1}:
        raise AssertionError(f"expected determinants among 1 and -1, got {promised}")
    of_draws = jax.random.split(key, 2 + len(promised))
    found = [group.sample(key=of_draw) for of_draw in of_draws[:2]]
    for determinant, of_draw in zip(promised, of_draws[2:], strict=True):
        g = group.sample(key=of_draw, determinant=determinant)
        got = float(jnp.linalg.det(group.linear_part(g)))
        if not abs(got - determinant) < 0.1:
            raise AssertionError(
                f"expected an element whose linear part has the determinant {determinant} that "
                f"was asked for and that {group} promises, got {got:.3g}"
            )
        found.append(g)
    for determinant in {1, -1} - set(promised):
        try:
            group.sample(key=key, determinant=determinant)
        except ValueError:
            continue
        raise AssertionError(
            f"expected a ValueError for the determinant {determinant}, which {group} does not "
            "promise, got an element; call check_determinant in sample"
        )
    return found


def _check_linear_parts(group: AbstractGroup, elements: list[Any], atol: float) -> None:
    d = group.linear_dim
    for g in elements:
        h = np.asarray(group.linear_part(g))
        if h.shape != (d, d):
            raise AssertionError(f"expected linear parts of shape {(d, d)}, got {h.shape}")
        expect_same("hᵀh = 1 for linear parts h", h.T @ h, np.eye(d), atol)
    part = group.linear_part
    for g, h in itertools.product(elements, repeat=2):
        product = np.asarray(part(g)) @ np.asarray(part(h))
        expect_same(
            "the linear part of gh to be the product", part(group.compose(g, h)), product, atol
        )
    expect_same("1 as the linear part of e", part(group.identity()), np.eye(d), atol)


def _check_axioms(group: AbstractGroup, elements: list[Any], x: jax.Array, atol: float) -> None:
    product, one = group.compose, group.identity()

    def expect(law: str, g: Any, h: Any) -> None:
        expect_same(law, group.act(g, x), group.act(h, x), atol)
        expect_same(law, group.linear_part(g), group.linear_part(h), atol)

    for g in elements:
        expect("eg = g", product(one, g), g)
        expect("ge = g", product(g, one), g)
        expect("g⁻¹g = e", product(group.inverse(g), g), one)
        expect("gg⁻¹ = e", product(g, group.inverse(g)), one)
    for f, g, h in itertools.product(elements, repeat=3):
        expect("(fg)h = f(gh)", product(product(f, g), h), product(f, product(g, h)))


def _check_action(group: AbstractGroup, elements: list[Any], x: jax.Array, atol: float) -> None:
    act = group.act
    expect_same("ex = x", act(group.identity(), x), x, atol)
    for g, h in itertools.product(elements, repeat=2):
        expect_same("(gh)x = g(hx)", act(group.compose(g, h), x), act(g, act(h, x)), atol)
    for g in elements:
        moved = act(g, x)
        expect_same("|gx - gx'| = |x - x'|", _distances(moved), _distances(x), atol)
        batch = act(g, x.reshape(2, 2, -1))
        expect_same("leading axes to be a batch of x", batch.reshape(x.shape), moved, atol)
        single = act(g, x.astype(jnp.float32))
        if single.dtype != jnp.float32:
            raise AssertionError(f"expected gx in the precision of x, float32, got {single.dtype}")
        if group.dim == group.linear_dim and not isinstance(group, AbstractDirectProduct):
            linear = np.asarray(x) @ np.asarray(group.linear_part(g)).T
            expect_same(
                "gx = hx + u, h the linear part", moved - act(g, jnp.zeros_like(x)), linear, atol
            )


def _check_batches(group: AbstractGroup, many: Any, x: jax.Array, atol: float) -> None:
    """What vmap gives for a batch of elements is what each of them gives."""
    first = [jax.tree.map(lambda leaf, n=n: leaf[n], many) for n in range(2)]
    few = jax.tree.map(lambda leaf: leaf[:2], many)
    results = {
        "act": (jax.vmap(group.act, (0, None))(few, x), [group.act(g, x) for g in first]),
        "linear_part": (jax.vmap(group.linear_part)(few), [group.linear_part(g) for g in first]),
        "compose and inverse": (
            jax.vmap(lambda g: group.act(group.compose(g, group.inverse(g)), x))(few),
            [x, x],
        ),
    }
    for name, (together, apart) in results.items():
        expect_same(
            f"jax.vmap of {name} to be that of each element",
            together,
            np.stack([np.asarray(one) for one in apart]),
            atol,
        )


def _check_many(group: AbstractGroup, many: Any, x: jax.Array, atol: float) -> None:
    """What can be seen of many elements only."""
    linear = np.asarray(jax.vmap(group.linear_part)(many))
    moved = np.asarray(jax.vmap(group.act, (0, None))(many, x)) - np.asarray(x)
    shifts = np.asarray(jax.vmap(group.act, (0, None))(many, jnp.zeros(group.dim)))
    determinants = {int(sign) for sign in np.sign(np.linalg.det(linear))}
    if not determinants <= set(group.determinants):
        raise AssertionError(
            f"expected determinants among {group.determinants}, as {group} promises, "
            f"got {sorted(determinants)}"
        )
    moves_origin = bool(np.abs(shifts).max() > atol)
    if moves_origin == group.fixes_origin:
        raise AssertionError(
            f"expected the origin {'fixed' if group.fixes_origin else 'moved by some element'}, as "
            f"fixes_origin={group.fixes_origin} says, got it moved by {np.abs(shifts).max():.2g}"
        )
    turned = np.abs(linear - np.eye(group.linear_dim)).max()
    if max(np.abs(moved).max(), turned) <= atol and not _has_one_element(group):
        raise AssertionError(
            f"expected elements other than the identity, of which every law holds, got {len(linear)} "
            f"times the identity from {group}; the group with one element is Trivial"
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


def _distances(x: jax.Array) -> np.ndarray:
    x_ = np.asarray(x)
    return np.linalg.norm(x_[:, None] - x_, axis=-1)
