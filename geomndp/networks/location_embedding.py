"""How a point that knows where it is enters a network."""

import haiku as hk
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold
from geomndp.networks.embeddings import PointEmbedding
from geomndp.networks.features import saturating_features
from geomndp.networks.points import Points


class LocationEmbedding(hk.Module):
    """Features of a point by itself, its place included: for networks without translations."""

    def __init__(self, unit_x: float, width: int, name: str = "location_embedding"):
        super().__init__(name)
        self.unit_x = unit_x
        self.width = width

    def __call__(self, manifold: AbstractManifold, points: Points) -> Float[Array, "n width"]:
        located = points.told(location_features(points.x, self.unit_x))
        return PointEmbedding(self.width, 1)(manifold, located).features


def location_features(
    x: Float[Array, "*batch dim_x"], unit: float, n_octaves: int = 7
) -> Float[Array, "*batch n_features"]:
    """Coordinates as bounded numbers: saturating ones, and waves of length unit to 64 units.

    Waves let the product of a query and a key tell distances, as in Vaswani et al. (2017),
    *Attention is all you need*, arXiv:1706.03762, section 3.5.
    """
    lengths = unit * 2.0 ** jnp.arange(n_octaves, dtype=x.dtype)
    phase = x[..., None] * (2 * jnp.pi / lengths).reshape((1,) * x.ndim + (-1,))
    waves = jnp.concatenate([jnp.sin(phase), jnp.cos(phase)], -1)
    return jnp.concatenate([saturating_features(x, unit), waves.reshape((*x.shape[:-1], -1))], -1)
