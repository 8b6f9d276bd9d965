"""Checks of the locations that kernels are given."""

import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float


def check_locations(x: Float[Array, "n_points dim_x"], dim: int | None = None) -> None:
    """Refuse locations that have no covariance.

    Arguments:
        x: Locations.
        dim: Their dimension; None where any will do.

    Raises:
        ValueError: If there are none, if they have another dimension, or if one is not finite.
    """
    if jnp.ndim(x) != 2 or jnp.shape(x)[0] < 1:
        raise ValueError(
            "expected at least one location, as an array (n_points, dim_x), got shape "
            f"{jnp.shape(x)}; x[:, None] makes one of points on a line, and "
            "x.reshape(-1, dim_x) of a grid"
        )
    if not jnp.issubdtype(x.dtype, jnp.floating):
        raise ValueError(
            f"expected locations in floating point, got {x.dtype}; use x.astype(float)"
        )
    if dim is not None and x.shape[1] != dim:
        raise ValueError(f"expected locations of dimension {dim}, got dimension {x.shape[1]}")
    if not isinstance(x, Tracer) and not np.isfinite(x).all():
        bad = int(np.argmin(np.isfinite(x).all(-1)))
        raise ValueError(f"expected finite locations, got {x[bad]} at point {bad}; leave it out")


def differences(
    x1: Float[Array, "n_points dim_x"],
    x2: Float[Array, "n_others dim_x"],
    dim: int | None = None,
) -> Float[Array, "n_points n_others dim_x"]:
    """All differences x1 - x2.

    Arguments:
        x1: Locations.
        x2: Other locations.
        dim: Their dimension; None where any will do.

    Raises:
        ValueError: If the two sets differ in dimension, or one is unfit as `check_locations` says.
    """
    check_locations(x1, dim)
    check_locations(x2, x1.shape[1])
    return x1[:, None, :] - x2[None, :, :]
