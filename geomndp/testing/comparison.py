"""The outputs of a function as NumPy arrays: sound or refused, and how far two of them differ."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

Arrays = Mapping[str, np.ndarray]
"""Arrays by their names."""

NEGLIGIBLE = 1e-30
"""What is no larger counts as zero, whatever its unit."""


class Difference(NamedTuple):
    """The largest difference of two outputs, relative to the size of the array where it is."""

    relative: float
    where: str
    """The entry: name of the array and index."""
    found: Any
    expected: Any


def arrays_of(output: Any, name: str = "output") -> Arrays:
    """The arrays in an output, by their places in it."""
    leaves = jax.tree_util.tree_leaves_with_path(output)
    return {name + jax.tree_util.keystr(path): _numbers(leaf) for path, leaf in leaves}


def call(fn: Callable[..., Any], args: Sequence[Any]) -> Any:
    """The finite output of a function, which may do to its NumPy arrays what it likes.

    Raises:
        AssertionError: If the output has no arrays or is not finite.
    """
    output = fn(*jax.tree.map(lambda a: a.copy() if isinstance(a, np.ndarray) else a, tuple(args)))
    arrays = arrays_of(output)
    if not arrays:
        raise AssertionError(f"expected a function that returns arrays, got {output!r}")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            entry = entry_at(name, np.argmin(np.isfinite(array)), array.shape)
            raise AssertionError(
                f"expected a finite output, got {array[~np.isfinite(array)][0]} at {entry}"
            )
    return output


def checked_output(fn: Callable[..., Any], args: Sequence[Any], rtol: float) -> Any:
    """The output of a function that returns it again when called again.

    Raises:
        AssertionError: If it does not, or as `call` does.
    """
    output = call(fn, args)
    first = arrays_of(output)
    again = worst_difference(arrays_of(call(fn, args)), first, sizes_of(first))
    if not again.relative <= rtol:
        raise AssertionError(
            "expected the same output of two calls with the same inputs, got "
            f"{again.found:.6g} and {again.expected:.6g} at {again.where}; give the function a "
            "fixed random key or seed, and switch dropout off"
        )
    return output


def refuse_vanishing(arrays: Arrays) -> None:
    """Refuse zero, of which every linear law holds.

    Raises:
        AssertionError: If all of an array is zero.
    """
    for name, array in arrays.items():
        if array.size and np.abs(array).max() <= NEGLIGIBLE:
            raise AssertionError(
                f"expected {name} to be other than zero, which every symmetry leaves alone, got "
                f"at most {np.abs(array).max():.1e}; give inputs or parameters at which it is not "
                "zero, such as random ones in a last layer that starts at zero"
            )


def sizes_of(arrays: Arrays, least: float = 0.0) -> dict[str, float]:
    """The largest absolute value in each array, at least `least`; 1 for an array of zeros."""
    return {
        name: max(float(np.abs(array).max(initial=0)), least) or 1.0
        for name, array in arrays.items()
    }


def worst_difference(found: Arrays, expected: Arrays, sizes: Mapping[str, float]) -> Difference:
    """Where two outputs differ most, relative to the sizes.

    Raises:
        AssertionError: If they differ in structure or shapes.
    """
    if found.keys() != expected.keys():
        raise AssertionError(f"expected arrays {list(expected)}, got {list(found)}")
    worst = Difference(0.0, "", np.nan, np.nan)
    for name, array in found.items():
        wanted = expected[name]
        if array.shape != wanted.shape:
            raise AssertionError(
                f"expected {name} of shape {wanted.shape}, as for the inputs before they were "
                f"changed, got {array.shape}"
            )
        if array.size == 0:
            continue
        error = np.abs(array - wanted) / sizes[name]
        at = int(np.argmax(error))
        if error.flat[at] > worst.relative:
            where = entry_at(name, at, array.shape)
            worst = Difference(float(error.flat[at]), where, array.flat[at], wanted.flat[at])
    return worst


def entry_at(name: str, flat: int | np.intp, shape: tuple[int, ...]) -> str:
    """The name of one entry of an array."""
    index = ", ".join(str(int(i)) for i in np.unravel_index(flat, shape))
    return f"{name}[{index}]" if index else name


def _numbers(leaf: Any) -> np.ndarray:
    array = np.asarray(leaf)
    return array.astype(np.complex128 if np.iscomplexobj(array) else np.float64)
