"""Values of a Gaussian process where some points are padding, and how far they spread."""

import jax
import jax.numpy as jnp

from geomndp.gp import GaussianProcess
from geomndp.typing import Key, Locations, Mask, Values


def draw_values(gp: GaussianProcess, x: Locations, mask: Mask | None = None, *, key: Key) -> Values:
    """Values of one draw at locations; at padding they are of no meaning."""
    # Masked, since padding repeats points.
    return gp.mean(x) + gp.operator(x, mask).sample(key=key)


def value_variance(gp: GaussianProcess, *, dim_x: int) -> float:
    """Variance of a coordinate of the value of a stationary process, noise included.

    Where coordinates differ it is their mean.

    Arguments:
        gp: The process.
        dim_x: Number of coordinates of a location.

    Example:
        >>> import geomndp as gn
        >>> gp = gn.data.vector_field_laws()["divergence-free"]
        >>> f"{gn.data.value_variance(gp, dim_x=2):.4f}"
        '1.0200'
    """
    with jax.ensure_compile_time_eval():
        variances = jnp.diagonal(gp.kernel.gram(jnp.zeros((1, dim_x)))[0, 0])
        return float(jnp.mean(variances))
