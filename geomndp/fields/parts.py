"""Parts of values that are observed as a whole, such as a wind beside a pressure."""

from collections.abc import Sequence

import jax.numpy as jnp
from jaxtyping import Array, Shaped


def of_coordinates(
    flags: Shaped[Array, "*points n_parts"], parts: Sequence[int]
) -> Shaped[Array, "*points dim_y"]:
    """What is said of each part of a value, for each of its coordinates.

    Arguments:
        flags: A number for each part, such as whether it was observed.
        parts: Numbers of coordinates of the parts, in their order.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.fields.of_coordinates(jnp.array([True, False]), (2, 1)).tolist()
        [True, True, False]
    """
    columns = [flags[..., i : i + 1] for i, size in enumerate(parts) for _ in range(size)]
    return jnp.concatenate(columns, -1)
