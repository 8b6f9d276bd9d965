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
from geomndp.networks.pair_attention import PairAttention
from geomndp.networks.points import Points, steps_between
from geomndp.networks.tangent_layer import State, TangentLayer, View, layer_norm
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
        n_channels: Tangent vectors per point.
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
    n_channels: int = 8
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
        embed = _PointEmbedding(self.width, self.n_channels)
        see = _PairEmbedding(self.unit_x, self.unit_y, self.pair_width)
        layers = [TangentLayer(self.n_heads, name=f"layer_{i}") for i in range(self.n_layers)]

        targets = Points(x, y, mask, jnp.full(x.shape[:1], noise_scale, y.dtype), covariates)
        state = embed(targets)
        if context is None:
            view = see(manifold, targets, targets)
            for layer in layers:
                state = layer(manifold, state, state, view)
            return _Readout(self.n_heads)(manifold, state, state, view)

        observed = Points.observed(context)
        given = embed(observed)
        view = see(manifold, targets, targets.join(observed))
        view_given = see(manifold, observed, observed)
        for layer in layers:
            state, given = (
                layer(manifold, state, state.join(given), view),
                layer(manifold, given, given, view_given),
            )
        return _Readout(self.n_heads)(manifold, state, state.join(given), view)


class _PointEmbedding(hk.Module):
    """What a point knows by itself: its value, its noise, its covariates; no vectors yet."""

    def __init__(self, width: int, n_channels: int, name: str = "point_embedding"):
        super().__init__(name)
        self.width = width
        self.n_channels = n_channels

    def __call__(self, points: Points) -> State:
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
        n_points, dim_y = points.y.shape
        return State(
            hk.Linear(self.width, name="second")(jax.nn.gelu(hidden)),
            jnp.zeros((n_points, self.n_channels, dim_y), points.y.dtype),
        )


class _PairEmbedding(hk.Module):
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


class _Readout(hk.Module):
    """A sum of steps to the sources, vectors of the point and spanning fields, by features."""

    def __init__(self, n_heads: int, name: str = "readout"):
        super().__init__(name)
        self.n_heads = n_heads

    def __call__(
        self, manifold: AbstractManifold, state: State, sources: State, view: View
    ) -> Values:
        norm = layer_norm("norm")
        normal = norm(state.features)
        weights = PairAttention(self.n_heads).weights(
            normal, norm(sources.features), view.pairs, view.mask
        )
        vectors = jnp.concatenate(
            [jnp.einsum("hnm,nmd->nhd", weights, view.steps), state.vectors, view.fields], 1
        )
        # Coefficients start at 0, so that training starts from the score 0.
        coefficients = hk.Linear(
            vectors.shape[1], w_init=hk.initializers.Constant(0.0), name="coefficients"
        )(normal)
        return jnp.einsum("nk,nkd->nd", coefficients, vectors)
