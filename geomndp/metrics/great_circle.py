"""Distance on the Earth."""

from jaxtyping import Array, Float

from geomndp.manifolds import EARTH_RADIUS_KM, Sphere


def great_circle_km(
    y: Float[Array, "*batch 3"], z: Float[Array, "*batch 3"]
) -> Float[Array, "*batch"]:
    """Great-circle distance between positions on a spherical Earth, in kilometres.

    Arguments:
        y: Unit vectors, as `manifolds.from_geographic` gives them.
        z: Unit vectors.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> pole, equator = jnp.array([0.0, 0.0, 1.0]), jnp.array([1.0, 0.0, 0.0])
        >>> round(float(gn.metrics.great_circle_km(pole, equator)))
        10008
    """
    return EARTH_RADIUS_KM * Sphere(2).dist(y, z)
