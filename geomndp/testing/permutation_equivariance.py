"""Equivariance of a function under permutations of points."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.testing.comparison import (
    arrays_of,
    call,
    checked_output,
    refuse_vanishing,
    sizes_of,
    worst_difference,
)
from geomndp.testing.specs import check_count, is_array, map_specs
from geomndp.typing import Key

PointAxis: TypeAlias = Any
"""An axis, a set of axes, `"indices"`, None, or a tuple, list or dict of these."""


def assert_permutation_equivariant(
    fn: Callable[..., Any],
    inputs: Sequence[PointAxis],
    output: PointAxis = 0,
    *,
    args: Sequence[Any],
    key: Key,
    n_draws: int = 3,
    rtol: float = 1e-5,
) -> None:
    r"""Check that $f(\pi \cdot \text{inputs}) = \pi \cdot f(\text{inputs})$ for permutations.

    A specification says where the points of an argument, or of the output, are: the axis along
    which they run, a set of such axes, as `{0, 1}` for a matrix of pairs; `"indices"` for integers
    that number points, as the edges of a graph do; None for what is left alone, in the output an
    invariant; and a tuple, list or dict of these for nested values.

    Arguments:
        fn: Any function of arrays that returns what NumPy can read: finite, not zero, and the same
            when called again.
        inputs: A specification for each positional argument.
        output: The specification of what the function returns.
        args: The arguments, NumPy or JAX arrays where they are permuted.
        key: A random key.
        n_draws: Number of permutations.
        rtol: The largest difference allowed, relative to the largest entry of the output.

    Raises:
        AssertionError: If the function breaks the law, or its output could not show that it does.
        ValueError: If arguments do not fit their specifications.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from geomndp.testing import assert_permutation_equivariant
        >>> x = jax.random.normal(jax.random.key(0), (5, 2))
        >>> to_centre = lambda x: x.mean(0) - x
        >>> assert_permutation_equivariant(to_centre, (0,), args=(x,), key=jax.random.key(1))
        >>> to_first = lambda x: x[0] - x
        >>> assert_permutation_equivariant(to_first, (0,), args=(x,), key=jax.random.key(1))
        Traceback (most recent call last):
            ...
        AssertionError: expected f(π·inputs) = π·f(inputs) within 1e-05 ...
    """
    inputs, args = tuple(inputs), tuple(args)
    check_count(inputs, args)
    n_points = _number_of_points(inputs, args)
    base = jax.tree.map(np.asarray, checked_output(fn, args, rtol))
    refuse_vanishing(arrays_of(base))
    sizes = sizes_of(arrays_of(base))
    # A swap and a cycle generate all permutations.
    swap = np.r_[1, 0, 2:n_points]
    drawn = [_reordering(n_points, of_draw) for of_draw in jax.random.split(key, n_draws)]
    for order in (swap, np.roll(np.arange(n_points), 1), *drawn):
        permute = functools.partial(map_specs, functools.partial(_permute, order=order))
        found = arrays_of(call(fn, permute(inputs, args, "args")))
        expected = arrays_of(permute(output, base, "output"))
        worst = worst_difference(found, expected, sizes)
        if not worst.relative <= rtol:
            raise AssertionError(
                f"expected f(π·inputs) = π·f(inputs) within {rtol:.0e} of the size of the output, "
                f"got a violation of {worst.relative:.2g} under a permutation: {worst.found:.6g} "
                f"instead of {worst.expected:.6g} at {worst.where}\n"
                f"the permutation: points taken in the order {order.tolist()}"
            )


def _reordering(n_points: int, key: Key) -> np.ndarray:
    """A random permutation, other than the identity."""
    order = np.asarray(jax.random.permutation(key, n_points))
    return np.roll(order, 1) if np.array_equal(order, np.arange(n_points)) else order


def _axes(spec: PointAxis, name: str) -> tuple[int, ...]:
    if spec is None or (isinstance(spec, str) and spec == "indices"):
        return ()
    if isinstance(spec, int):
        return (spec,)
    if isinstance(spec, set | frozenset):
        return tuple(spec)
    raise TypeError(f'expected an axis, a set of axes, "indices" or None for {name}, got {spec!r}')


def _number_of_points(inputs: Sequence[PointAxis], args: Sequence[Any]) -> int:
    counts: dict[str, int] = {}

    def count(spec: PointAxis, value: Any, name: str) -> None:
        for axis in _axes(spec, name):
            counts[f"axis {axis} of {name}"] = _checked(value, name, axis).shape[axis]

    map_specs(count, tuple(inputs), tuple(args), "args")
    numbers = set(counts.values())
    if len(numbers) != 1 or min(numbers) < 2:
        raise ValueError(f"expected arguments with one number of points, at least 2, got {counts}")
    return numbers.pop()


def _checked(value: Any, name: str, axis: int) -> Any:
    if not is_array(value):
        raise TypeError(
            f"expected a NumPy or JAX array for {name}, got {type(value).__name__}; "
            "convert arrays of another framework inside the function"
        )
    if not -value.ndim <= axis < value.ndim:
        raise ValueError(f"expected {name} with points along axis {axis}, got shape {value.shape}")
    return value


def _permute(spec: PointAxis, value: Any, name: str, *, order: np.ndarray) -> Any:
    if isinstance(spec, str) and spec == "indices":
        number = np.argsort(order)[np.asarray(value)]
        return number if isinstance(value, np.ndarray) else jnp.asarray(number)
    for axis in _axes(spec, name):
        value = _checked(value, name, axis)
        value = value.take(order, axis)
    return value
