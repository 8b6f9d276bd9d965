"""Indifference of a function to padding."""

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

PaddedAxis: TypeAlias = Any
"""An axis, `"mask"`, None, or a tuple, list or dict of these."""

CONTENTS = ("zeros", "copies of the first point", "large random values")


def assert_mask_invariant(
    fn: Callable[..., Any],
    inputs: Sequence[PaddedAxis],
    output: PaddedAxis = 0,
    *,
    args: Sequence[Any],
    key: Key,
    lengths: Sequence[int] = (1, 6),
    rtol: float = 1e-5,
) -> None:
    """Check that padding changes nothing at the real points, whatever it contains and its length.

    The function is given its arguments as they are, and again with rows at the end that the mask
    calls padding: zeros, copies of the first point, and large random values.

    A specification says where padding goes: the axis along which the points of an argument or of
    the output run; `"mask"` for a mask, True at real points along its last axis; None for what has
    no points, in the output for what should not change at all; and a tuple, list or dict of these
    for nested values.

    Arguments:
        fn: Any function of arrays that returns what NumPy can read: finite, not zero, and the same
            when called again.
        inputs: A specification for each positional argument, a mask among them.
        output: The specification of what the function returns.
        args: The arguments without padding, NumPy or JAX arrays where they are padded.
        key: A random key.
        lengths: Numbers of rows of padding.
        rtol: The largest difference allowed, relative to the largest entry of the output.

    Raises:
        AssertionError: If padding is seen, or the output could not show that it is.
        ValueError: If arguments do not fit their specifications, or padding is among them already.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from geomndp.testing import assert_mask_invariant
        >>> x, mask = jax.random.normal(jax.random.key(0), (5, 2)), jnp.ones(5, bool)
        >>> def to_centre(x, mask):
        ...     return jnp.where(mask[:, None], x, 0).sum(0) / mask.sum() - x
        >>> check = dict(inputs=(0, "mask"), args=(x, mask), key=jax.random.key(1))
        >>> assert_mask_invariant(to_centre, **check)
        >>> assert_mask_invariant(lambda x, mask: x.mean(0) - x, **check)
        Traceback (most recent call last):
            ...
        AssertionError: expected the same at real points with and without padding, ...
    """
    inputs, args = tuple(inputs), tuple(args)
    check_count(inputs, args)
    _check_masks(inputs, args)
    base = arrays_of(checked_output(fn, args, rtol))
    refuse_vanishing(base)
    sizes = sizes_of(base)
    for length in lengths:
        for content, of_rows in zip(CONTENTS, jax.random.split(key, len(CONTENTS)), strict=True):
            pad = functools.partial(_pad, length=length, content=content, key=of_rows)
            padded = jax.tree.map(np.asarray, call(fn, map_specs(pad, inputs, args, "args")))
            cut = functools.partial(_without_padding, length=length)
            found = arrays_of(map_specs(cut, output, padded, "output"))
            worst = worst_difference(found, base, sizes)
            if not worst.relative <= rtol:
                raise AssertionError(
                    "expected the same at real points with and without padding, within "
                    f"{rtol:.0e} of the size of the output, got a difference of "
                    f"{worst.relative:.2g} when {length} rows of padding are {content}: "
                    f"{worst.found:.6g} instead of {worst.expected:.6g} at {worst.where}"
                )


def _is_mask(spec: PaddedAxis) -> bool:
    return isinstance(spec, str) and spec == "mask"


def _check_masks(inputs: Sequence[PaddedAxis], args: Sequence[Any]) -> None:
    masks: list[bool] = []

    def check(spec: PaddedAxis, value: Any, name: str) -> None:
        if spec is not None and not is_array(value):
            raise TypeError(
                f"expected a NumPy or JAX array for {name}, got {type(value).__name__}; "
                "convert arrays of another framework inside the function"
            )
        if not (spec is None or isinstance(spec, int) or _is_mask(spec)):
            raise TypeError(f'expected an axis, "mask" or None for {name}, got {spec!r}')
        if _is_mask(spec):
            masks.append(bool(np.asarray(value).all()))

    map_specs(check, tuple(inputs), tuple(args), "args")
    if not masks or not all(masks):
        raise ValueError(
            'expected a mask, with the specification "mask", that is True at every point, got '
            f"{'one that is not' if masks else 'none'}; the padding is added by this check"
        )


def _pad(spec: PaddedAxis, value: Any, _: str, *, length: int, content: str, key: Key) -> Any:
    if spec is None:
        return value
    array = np.asarray(value)
    axis = array.ndim - 1 if _is_mask(spec) else spec
    first = array.take([0] * length, axis)
    if _is_mask(spec):
        rows = np.zeros_like(first)
    elif content == "large random values" and array.dtype.kind == "f":
        size = 10 * np.abs(array).max(initial=0)
        noise = np.asarray(jax.random.normal(key, first.shape))
        rows = (size * noise).astype(array.dtype)
    else:
        rows = np.zeros_like(first) if content == "zeros" else first
    padded = np.concatenate([array, rows], axis)
    return padded if isinstance(value, np.ndarray) else jnp.asarray(padded)


def _without_padding(spec: PaddedAxis, value: Any, _: str, *, length: int) -> Any:
    if spec is None:
        return value
    axis = value.ndim - 1 if _is_mask(spec) else spec
    return value.take(range(value.shape[axis] - length), axis)
