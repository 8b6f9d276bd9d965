"""Parts of values that are observed as a whole, such as a wind beside a pressure."""

from collections.abc import Sequence

import jax.numpy as jnp
from jaxtyping import Array, Shaped

from geomndp.fields.field_sample import FieldSample
from geomndp.typing import CoordinateMask


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


def known_coordinates(sample: FieldSample, parts: Sequence[int]) -> CoordinateMask:
    """Which coordinates of values are known: of real points those of parts that are.

    Arguments:
        sample: A field, of which the last covariates, one for each part, are 1 where it is known
            and 0 where it is not.
        parts: Numbers of coordinates of the parts, in their order.

    Raises:
        ValueError: If there are not so many covariates.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> flags = jnp.array([[1.0, 0.0], [0.0, 1.0]])
        >>> sample = gn.FieldSample(jnp.zeros((2, 2)), jnp.zeros((2, 3)), covariates=flags)
        >>> gn.fields.known_coordinates(sample, (2, 1)).tolist()
        [[True, True, False], [False, False, True]]
    """
    flags = sample.covariates
    if flags is None or flags.shape[-1] < len(parts):
        raise ValueError(
            f"expected at least {len(parts)} covariates of observations, which say what is known, "
            f"got {0 if flags is None else flags.shape[-1]}"
        )
    return sample.mask[:, None] & of_coordinates(flags[:, -len(parts) :] > 0.5, parts)
