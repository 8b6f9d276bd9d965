"""How points, and pairs of them, enter a network."""

import haiku as hk
import jax
import jax.numpy as jnp

from geomndp.manifolds import AbstractManifold, Euclidean
from geomndp.networks.features import saturating_features
from geomndp.networks.noise_features import noise_features
from geomndp.networks.points import Points, steps_between
from geomndp.networks.tangent_layer import State, View


class PointEmbedding(hk.Module):
    """What a point knows by itself: its value, its noise, its covariates.

    In flat space the first vector is the value itself, of which sums with learned weights then
    are exact; on other manifolds there are no vectors yet.
    """

    def __init__(self, width: int, n_channels: int, name: str = "point_embedding"):
        super().__init__(name)
        self.width = width
        self.n_channels = n_channels

    def __call__(self, manifold: AbstractManifold, points: Points) -> State:
        octaves = jnp.concatenate([points.y * 2.0**k for k in range(4)], -1)
        features = [points.y, jnp.sin(octaves), jnp.cos(octaves), noise_features(points)]
        if points.covariates is not None:
            features.append(points.covariates)
        hidden = hk.Linear(self.width, name="first")(jnp.concatenate(features, -1))
        n_points, dim_y = points.y.shape
        vectors = jnp.zeros((n_points, self.n_channels, dim_y), points.y.dtype)
        if isinstance(manifold, Euclidean):
            vectors = vectors.at[:, 0].set(points.y)
        return State(hk.Linear(self.width, name="second")(jax.nn.gelu(hidden)), vectors)


class PairEmbedding(hk.Module):
    """How a point sees a source: how far it is in location, and which way in value."""

    def __init__(self, unit_x: float, unit_y: float, width: int, name: str = "pair_embedding"):
        super().__init__(name)
        self.unit_x = unit_x
        self.unit_y = unit_y
        self.width = width

    def __call__(self, manifold: AbstractManifold, points: Points, sources: Points) -> View:
        steps = steps_between(manifold, points, sources, self.unit_x, self.unit_y)
        fields = manifold.spanning_fields(points.y)
        along = jnp.einsum("nmd,nfd->nmf", steps.value, fields)
        features = [
            saturating_features(steps.location, self.unit_x),
            # asinh: near values in proportion, far ones by their logarithm.
            jnp.arcsinh(along),
            jnp.arcsinh(jnp.sum(steps.value**2, -1, keepdims=True)),
            jnp.log(steps.scale)[..., None],
        ]
        hidden = hk.Linear(self.width, name="first")(jnp.concatenate(features, -1))
        pairs = hk.Linear(self.width, name="second")(jax.nn.gelu(hidden))
        return View(points.y, fields, steps.value, pairs, sources.mask)
