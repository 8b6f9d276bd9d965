"""Functions that are odd where they should not be."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from geomndp.testing.comparison import arrays_of, call, checked_output, refuse_vanishing, sizes_of


def assert_not_odd(
    fn: Callable[..., Any], args: Sequence[Any], argument: int, *, rtol: float = 1e-5
) -> None:
    r"""Check that $f(\dots, -y, \dots) \ne -f(\dots, y, \dots)$.

    A function that is odd in the values y of a field returns zero wherever the field is calm, and
    cannot learn that one sign is more likely than the other; yet it may be equivariant, and train.
    Vectors of the plane that are embedded in space as pseudovectors (`1e`) make a network odd, by
    the mirror in the plane; polar vectors (`1o`) do not. Where the group has an element that leaves
    the points in place and turns the values round, as for a single point, oddness is rightly
    found: give two points or more, in general position.

    Arguments:
        fn: Any function of arrays that returns what NumPy can read.
        args: The arguments, as for `fn(*args)`.
        argument: The place among the arguments of the values y, an array or a pytree of arrays.
        rtol: How small the even part may be, relative to the largest entry of the output.

    Raises:
        AssertionError: If an array of the output is odd in y, zero or not finite.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from geomndp.testing import assert_not_odd
        >>> x, y = jax.random.normal(jax.random.key(0), (2, 5, 2))
        >>> assert_not_odd(lambda x, y: y + x.mean(0) - x, (x, y), argument=1)
        >>> assert_not_odd(lambda x, y: y * jnp.sum(x * y), (x, y), argument=0)
        Traceback (most recent call last):
            ...
        AssertionError: expected output not to be odd in argument 0, ...
    """
    args = tuple(args)
    if not 0 <= argument < len(args):
        raise ValueError(f"expected the place of one of {len(args)} arguments, got {argument}")
    turned = (*args[:argument], jax.tree.map(lambda y: -y, args[argument]), *args[argument + 1 :])
    output = arrays_of(checked_output(fn, args, rtol))
    refuse_vanishing(output)
    sizes = sizes_of(output)
    for name, opposite in arrays_of(call(fn, turned)).items():
        even = np.abs(output[name] + opposite).max(initial=0) / 2 / sizes[name]
        if even <= rtol:
            raise AssertionError(
                f"expected {name} not to be odd in argument {argument}, got f(-y) = -f(y) within "
                f"{even:.1e} of its size {sizes[name]:.3g}, so that f(0) = 0; plane vectors that "
                "are typed as pseudovectors of space (1e) do this, polar vectors (1o) do not"
            )
