"""Equivariance of a function under a group."""

from collections.abc import Callable, Sequence
from typing import Any

import jax

from geomndp.groups import AbstractGroup
from geomndp.testing.specs import Spec, draw
from geomndp.testing.symmetry import check_symmetry
from geomndp.typing import Key


def assert_equivariant(
    fn: Callable[..., Any],
    group: AbstractGroup,
    inputs: Sequence[Spec],
    output: Spec,
    *,
    args: Sequence[Any] | None = None,
    key: Key,
    n_points: int = 5,
    n_draws: int = 2,
    rtol: float = 1e-5,
) -> None:
    r"""Check that $f(g \cdot \text{inputs}) = g \cdot f(\text{inputs})$.

    Every kind of element is tried alone, as far as the group has it: translations, in proportion to
    the spread of the points, rotations, reflections, then their products. A failure names the
    simplest kind that breaks the law, with the worst element and where it shows.

    A specification says how the group acts on an argument, or on the output: `"points"` are
    locations; a representation, or the fibre of a `FieldType`, acts on values; None is left alone,
    as are edges, masks, times and parameters, and in the output means an invariant; a tuple, list
    or dict of these specifies nested values. Coordinates are on the last axis, and there may be any
    axes before it. Permutations are checked by `assert_permutation_equivariant`.

    Arguments:
        fn: Any function of arrays that returns what NumPy can read: finite, not zero, and the same
            when called again. To speed it up, compile it.
        group: The group; a group with one element asks nothing of a function.
        inputs: A specification for each positional argument.
        output: The specification of what the function returns.
        args: The arguments, NumPy or JAX arrays where they are transformed, and given to the
            function as what they are. When left out they are drawn as JAX arrays: standard normal
            rows, projected to the codomain of a `FieldType`, and for None a number between 0 and 1.
        key: A random key.
        n_points: Number of rows of drawn arguments.
        n_draws: Number of elements of each kind and determinant.
        rtol: The largest difference allowed, relative to the largest entry of the output.

    Raises:
        AssertionError: If the function breaks the law, or its output could not show that it does.
        ValueError: If arguments do not fit their specifications.
        TypeError: If a specification is none, or an array to transform is of another framework.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> from geomndp.testing import assert_equivariant
        >>> def pull(x, y):  # to the centre, and along the values
        ...     return x.mean(0) - x + y
        >>> plane, vector = gn.groups.E(2), gn.representations.Vector(2)
        >>> assert_equivariant(pull, plane, ("points", vector), vector, key=jax.random.key(0))
        >>> def fall(x, y):
        ...     return pull(x, y) - jnp.array([0.0, 1.0])
        >>> assert_equivariant(fall, plane, ("points", vector), vector, key=jax.random.key(0))
        Traceback (most recent call last):
            ...
        AssertionError: expected f(g·inputs) = g·f(inputs) within 1e-05 ... under a rotation: ...
    """
    of_inputs, of_elements = jax.random.split(key)
    drawn = draw(tuple(inputs), group, n_points, of_inputs) if args is None else tuple(args)
    check_symmetry(
        fn,
        group,
        inputs,
        output,
        drawn,
        law="f(g·inputs) = g·f(inputs)",
        key=of_elements,
        n_draws=n_draws,
        rtol=rtol,
    )
