"""Order and padding of points: functions that see them are found."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from geomndp.testing import assert_mask_invariant, assert_permutation_equivariant

KEY = jax.random.key(0)
X = jax.random.normal(KEY, (6, 2))
EDGES = np.array([[0, 1], [1, 2], [2, 0], [4, 5], [3, 1]])


def to_centre(x: Any) -> Any:
    return x.mean(0, keepdims=True) - x


def neighbours(x: Any, edges: Any) -> Any:
    force = np.zeros(x.shape)
    np.add.at(force, edges[:, 0], np.asarray(x)[edges[:, 1]])
    return force


def test_points_are_permuted():
    assert_permutation_equivariant(to_centre, (0,), args=(X,), key=KEY)
    assert_permutation_equivariant(
        lambda t, x: {"pairs": x @ x.T, "sum": t * x.sum(0)},
        (None, 0),
        {"pairs": {0, 1}, "sum": None},
        args=(0.3, np.asarray(X)),
        key=KEY,
    )
    batch = jnp.stack([X, X**2])
    assert_permutation_equivariant(
        lambda x: x.mean(1, keepdims=True) - x, (-2,), 1, args=(batch,), key=KEY
    )


def test_edges_are_renumbered():
    check = {"inputs": (0, "indices"), "key": KEY}
    assert_permutation_equivariant(neighbours, args=(X, EDGES), **check)
    assert_permutation_equivariant(
        lambda x, edges: jnp.zeros_like(x).at[edges[:, 0]].add(x[edges[:, 1]]),
        args=(X, jnp.asarray(EDGES)),
        **check,
    )
    with pytest.raises(AssertionError, match="under a permutation"):
        assert_permutation_equivariant(neighbours, (0, None), args=(X, EDGES), key=KEY)


def test_dependence_on_order_is_found():
    def fn(x: Any) -> Any:
        return x.cumsum(0)

    with pytest.raises(AssertionError, match=r"f\(π·inputs\) = π·f\(inputs\) .* at output\[") as e:
        assert_permutation_equivariant(fn, (0,), args=(X,), key=KEY)
    assert e.match(r"points taken in the order \[\d, \d, \d, \d, \d, \d\]")
    with pytest.raises(AssertionError, match="other than zero"):
        assert_permutation_equivariant(lambda x: 0 * x, (0,), args=(X,), key=KEY)


def test_two_points_are_always_swapped():
    with pytest.raises(AssertionError, match="under a permutation"):
        assert_permutation_equivariant(lambda x: x[0], (0,), None, args=(X[:2],), key=KEY)


@pytest.mark.parametrize(
    ("inputs", "args", "error", "message"),
    [
        ((0, 0), (X, X[:3]), ValueError, "one number of points"),
        ((None,), (X,), ValueError, "one number of points"),
        ((0,), (X[:1],), ValueError, "at least 2"),
        ((2,), (X,), ValueError, "points along axis 2, got shape"),
        (("points",), (X,), TypeError, "expected an axis, .* got 'points'"),
        ((0,), ([1.0, 2.0],), TypeError, "expected a NumPy or JAX array for args"),
        ((0, 0), (X,), ValueError, "one argument for each"),
    ],
)
def test_what_can_not_be_permuted_is_refused(
    inputs: Any, args: Any, error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        assert_permutation_equivariant(lambda *args: args[0], inputs, args=args, key=KEY)


MASK = jnp.ones(6, bool)


def masked_centre(x: Any, mask: Any) -> Any:
    return jnp.where(mask[:, None], x, 0).sum(0, keepdims=True) / mask.sum(dtype=x.dtype) - x


def test_masked_functions_pass():
    check = {"args": (X, MASK), "key": KEY}
    assert_mask_invariant(masked_centre, (0, "mask"), **check, rtol=1e-12)
    assert_mask_invariant(
        lambda x, mask: {"centre": masked_centre(x, mask), "n": mask.sum(), "mask": mask},
        (0, "mask"),
        {"centre": 0, "n": None, "mask": "mask"},
        **check,
    )
    assert_mask_invariant(
        lambda x, mask: np.where(mask[:, None], x, 0).max(0),
        (0, "mask"),
        None,
        args=(np.abs(X), np.asarray(MASK)),
        key=KEY,
    )


def zeros_count(x: Any, mask: Any) -> Any:
    return x - jnp.where(mask[:, None], x, 0).mean(0, keepdims=True)


def unmasked(x: Any, _: Any) -> Any:
    return x - x.sum(0, keepdims=True)


def scaled(x: Any, _: Any) -> Any:
    return x / jnp.abs(x).max()


def nearest(x: Any, _: Any) -> Any:
    """The distance to the nearest other point; padding may be nearer."""
    distance = jnp.linalg.norm(x[:, None] - x[None], axis=-1)
    return jnp.min(distance + 1e3 * jnp.eye(len(x)), -1, keepdims=True)


@pytest.mark.parametrize(
    ("leaks", "content"),
    [
        (zeros_count, "1 rows of padding are zeros"),
        (unmasked, "copies of the first point"),
        (scaled, "large random values"),
    ],
)
def test_leaks_are_found(leaks: Any, content: str):
    with pytest.raises(AssertionError, match=f"with and without padding, .* {content}: .* output"):
        assert_mask_invariant(leaks, (0, "mask"), args=(X, MASK), key=KEY)


def test_a_neighbour_among_the_padding_is_found():
    with pytest.raises(AssertionError, match="with and without padding"):
        assert_mask_invariant(nearest, (0, "mask"), args=(X + 3, MASK), key=KEY)


def test_a_leak_that_depends_on_the_length_is_found():
    def fn(x: Any, mask: Any) -> Any:
        return masked_centre(x, mask) * (1 if len(x) < 9 else 2)

    check = {"args": (X, MASK), "key": KEY}
    assert_mask_invariant(fn, (0, "mask"), **check, lengths=(1, 2))
    with pytest.raises(AssertionError, match="when 6 rows of padding"):
        assert_mask_invariant(fn, (0, "mask"), **check)


@pytest.mark.parametrize(
    ("inputs", "args", "error", "message"),
    [
        ((0,), (X,), ValueError, "expected a mask, .* got none"),
        ((0, "mask"), (X, MASK.at[0].set(False)), ValueError, "got one that is not"),
        ((0, "masks"), (X, MASK), TypeError, 'expected an axis, "mask" or None for args'),
        (("mask", 0), (MASK, 3.0), TypeError, r"array for args\[1\], got float"),
    ],
)
def test_what_can_not_be_padded_is_refused(
    inputs: Any, args: Any, error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        assert_mask_invariant(lambda *args: args[0], inputs, args=args, key=KEY)
