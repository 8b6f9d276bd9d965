"""Positions on the Earth as points of the unit sphere."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG), by which angles in radians become kilometres."""


def from_geographic(
    latitude: Float[Array, "*batch"], longitude: Float[Array, "*batch"]
) -> Float[Array, "*batch 3"]:
    """Unit vectors of positions on the globe: x to (0 N, 0 E), y to (0 N, 90 E), z to the pole.

    Arguments:
        latitude: Degrees north, from -90 to 90.
        longitude: Degrees east, of any winding.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> y = gn.manifolds.from_geographic(jnp.array(0.0), jnp.array(90.0))
        >>> y.round(4).tolist() == [0.0, 1.0, 0.0]
        True
    """
    phi, lam = jnp.deg2rad(latitude), jnp.deg2rad(longitude)
    return jnp.stack([jnp.cos(phi) * jnp.cos(lam), jnp.cos(phi) * jnp.sin(lam), jnp.sin(phi)], -1)


def to_geographic(
    y: Float[Array, "*batch 3"],
) -> tuple[Float[Array, "*batch"], Float[Array, "*batch"]]:
    """Latitude in degrees north and longitude in degrees east, in (-180, 180], of unit vectors.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> latitude, longitude = gn.manifolds.to_geographic(jnp.array([0.0, -1.0, 0.0]))
        >>> float(latitude), float(longitude)
        (0.0, -90.0)
    """
    latitude = jnp.arctan2(y[..., 2], jnp.hypot(y[..., 0], y[..., 1]))
    longitude = jnp.rad2deg(jnp.arctan2(y[..., 1], y[..., 0]))
    return jnp.rad2deg(latitude), jnp.where(longitude <= -180, longitude + 360, longitude)


def even_places(n_points: int) -> Float[np.ndarray, "n_points 3"]:
    """Unit vectors that share the globe evenly: Fibonacci's lattice, a spiral from pole to pole.

    Raises:
        ValueError: If there are none.

    Example:
        >>> import geomndp as gn
        >>> gn.manifolds.even_places(2).round(2).tolist()
        [[0.31, -0.81, 0.5], [-0.78, 0.38, -0.5]]
    """
    if n_points < 1:
        raise ValueError(f"expected at least 1 point, got {n_points}")
    number = np.arange(n_points) + 0.5
    height, angle = 1 - 2 * number / n_points, np.pi * (1 + np.sqrt(5)) * number
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), height], -1)
