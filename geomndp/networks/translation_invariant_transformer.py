"""A transformer that sees only differences of locations."""

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.groups import T
from geomndp.manifolds import AbstractManifold
from geomndp.networks.base import AbstractNetwork
from geomndp.networks.embeddings import log_scale_features, saturating_features
from geomndp.networks.pair_attention import PairAttention, TransformerLayer, layer_norm
from geomndp.networks.points import Points, Steps, steps_between
from geomndp.typing import Locations, Mask, Values


class TranslationInvariantTransformer(AbstractNetwork):
    r"""Attention over the points of a field, invariant to translations of its locations.

    Values may lie in $\mathbb{R}^p$ or on a manifold. Pairs of points meet through the tangent
    vector from one value to the other, in units of the noise and of the distance that a field
    typically covers between the two locations; the output is a tangent vector, made of those
    vectors and of smooth fields that span the tangent spaces. Locations enter by their
    differences alone, so that the network is invariant to T(d) to rounding.

    A context is a second set of points, free of noise, to which the noised points attend.
    Context points attend only to one another: what they compute is the same at every step of a
    sampler and for every member of an ensemble.

    Arguments:
        field_type: The fields; their group must be translations.
        unit_x: A typical distance between locations, in the unit of x.
        unit_y: How far values typically move per `unit_x`, in the unit of y (radians on a sphere).
        width: Features per point, a multiple of `n_heads`.
        n_layers: Number of attention layers.
        n_heads: Attention heads per layer.
        pair_width: Features per pair of points.

    Raises:
        ValueError: If the group is not of translations, or `width` no multiple of `n_heads`.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2))
        >>> network = gn.networks.TranslationInvariantTransformer(kind, width=8, n_heads=2)
        >>> sample = gn.FieldSample(jnp.arange(5.0)[:, None], jnp.ones((5, 2)))
        >>> params = network.init(jax.random.key(0), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (5, 2)
    """

    field_type: FieldType
    unit_x: float = 1.0
    unit_y: float = 1.0
    width: int = 64
    n_layers: int = 4
    n_heads: int = 4
    pair_width: int = 32

    def __check_init__(self) -> None:
        if not isinstance(self.field_type.group, T):
            raise ValueError(
                f"expected a field type whose group is of translations, got {self.field_type.group}"
            )
        if self.width % self.n_heads:
            raise ValueError(
                "expected a width that is a multiple of n_heads, "
                f"got width={self.width}, n_heads={self.n_heads}"
            )

    def forward(
        self,
        noise_scale: Float[Array, ""],
        x: Locations,
        y: Values,
        mask: Mask,
        context: FieldSample | None,
        covariates: Float[Array, "n_points dim_c"] | None,
    ) -> Values:
        manifold = self.field_type.codomain
        embed_points = _PointEmbedding(self.width)
        embed_pairs = _PairEmbedding(self.unit_x, self.pair_width)
        layers = [TransformerLayer(self.n_heads, name=f"layer_{i}") for i in range(self.n_layers)]

        targets = Points(x, y, mask, jnp.full(x.shape[:1], noise_scale, y.dtype), covariates)
        sources = targets
        h_context = jnp.zeros((0, self.width), y.dtype)
        if context is not None:
            observed = Points.observed(context)
            sources = targets.join(observed)
            h_context = embed_points(observed)
            among = embed_pairs(manifold, observed, self._steps(observed, observed))
        steps = self._steps(targets, sources)
        pairs = embed_pairs(manifold, targets, steps)
        h = embed_points(targets)
        for layer in layers:
            h, h_before = layer(h, jnp.concatenate([h, h_context]), pairs, sources.mask), h_context
            if context is not None:
                h_context = layer(h_before, h_before, among, context.mask)
        h_sources = jnp.concatenate([h, h_context])
        return _Readout(self.n_heads)(manifold, targets, h, h_sources, pairs, steps, sources.mask)

    def _steps(self, points: Points, sources: Points) -> Steps:
        manifold = self.field_type.codomain
        return steps_between(manifold, points, sources, self.unit_x, self.unit_y)


class _PointEmbedding(hk.Module):
    """What a point knows by itself: its value, its noise, its covariates."""

    def __init__(self, width: int, name: str = "point_embedding"):
        super().__init__(name)
        self.width = width

    def __call__(self, points: Points) -> Float[Array, "n_points width"]:
        octaves = jnp.concatenate([points.y * 2.0**k for k in range(4)], -1)
        observed = points.noise[:, None] == 0
        noise = jnp.where(observed, 1, points.noise[:, None])
        features = [
            points.y,
            jnp.sin(octaves),
            jnp.cos(octaves),
            jnp.where(observed, 0, log_scale_features(noise[:, 0])),
            observed.astype(points.y.dtype),
        ]
        if points.covariates is not None:
            features.append(points.covariates)
        hidden = hk.Linear(self.width, name="first")(jnp.concatenate(features, -1))
        return hk.Linear(self.width, name="second")(jax.nn.gelu(hidden))


class _PairEmbedding(hk.Module):
    """What a point knows of a source: how far it is in location, and which way in value."""

    def __init__(self, unit_x: float, width: int, name: str = "pair_embedding"):
        super().__init__(name)
        self.unit_x = unit_x
        self.width = width

    def __call__(
        self, manifold: AbstractManifold, points: Points, steps: Steps
    ) -> Float[Array, "n m width"]:
        fields = manifold.spanning_fields(points.y)
        along = jnp.einsum("nmd,nfd->nmf", steps.value, fields)
        length = jnp.sqrt(jnp.sum(steps.value**2, -1, keepdims=True) + 1e-6)
        features = [
            saturating_features(steps.location, self.unit_x),
            # asinh: near values in proportion, far ones by their logarithm.
            jnp.arcsinh(along),
            jnp.arcsinh(length),
            jnp.log(steps.scale)[..., None],
        ]
        hidden = hk.Linear(self.width, name="first")(jnp.concatenate(features, -1))
        return hk.Linear(self.width, name="second")(jax.nn.gelu(hidden))


class _Readout(hk.Module):
    """Tangent vectors: steps to the sources, weighed by gated attention, and spanning fields."""

    def __init__(self, n_heads: int, name: str = "readout"):
        super().__init__(name)
        self.n_heads = n_heads

    def __call__(
        self,
        manifold: AbstractManifold,
        targets: Points,
        h: Float[Array, "n width"],
        h_sources: Float[Array, "m width"],
        pairs: Float[Array, "n m pair_width"],
        steps: Steps,
        mask: Mask,
    ) -> Values:
        norm = layer_norm("norm")
        h, h_sources = norm(h), norm(h_sources)
        fields = manifold.spanning_fields(targets.y)
        weights = PairAttention(self.n_heads).weights(h, h_sources, pairs, mask)
        # Both start at 0, so that training starts from the score 0.
        zeros = hk.initializers.Constant(0.0)
        gates = hk.Linear(self.n_heads, w_init=zeros, name="gates")(h)
        coefficients = hk.Linear(fields.shape[1], w_init=zeros, name="coefficients")(h)
        towards = jnp.einsum("hnm,nh,nmd->nd", weights, gates, steps.value)
        return towards + jnp.einsum("nf,nfd->nd", coefficients, fields)
