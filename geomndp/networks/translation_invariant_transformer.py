"""A transformer that sees only differences of locations."""

from typing import Any

from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.networks.base import AbstractHaikuNetwork
from geomndp.networks.settings import check_settings, check_translations
from geomndp.typing import Locations, Mask, Values


class TranslationInvariantTransformer(AbstractHaikuNetwork):
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
        ValueError: If the group is not of translations, a size or unit is not positive, or
            `width` is no multiple of `n_heads`.

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
        check_translations(self.field_type)
        check_settings(self, units=("unit_x", "unit_y"), shared=("width",))

    def geometry(self, x: Locations, mask: Mask, context: FieldSample | None = None) -> None:
        return None

    def forward(
        self,
        noise_scale: Float[Array, ""],
        x: Locations,
        y: Values,
        mask: Mask,
        context: FieldSample | None,
        covariates: Float[Array, "n_points dim_c"] | None,
        geometry: Any,
    ) -> Values:
        # haiku is imported where it is used: importing this library does not load it.
        from geomndp.networks.embeddings import PairEmbedding, PointEmbedding
        from geomndp.networks.points import Points
        from geomndp.networks.readout import Readout
        from geomndp.networks.tangent_layer import TangentLayer

        manifold = self.field_type.codomain
        embed = PointEmbedding(self.width, self.n_channels)
        see = PairEmbedding(self.unit_x, self.unit_y, self.pair_width)
        layers = [TangentLayer(self.n_heads, name=f"layer_{i}") for i in range(self.n_layers)]

        targets = Points.noised(noise_scale, x, y, mask, covariates)
        state = embed(manifold, targets)
        if context is None:
            view = see(manifold, targets, targets)
            for layer in layers:
                state = layer(manifold, state, state, view)
            return Readout(self.n_heads)(state, state, view)

        observed = targets.observed(context)
        given = embed(manifold, observed)
        view = see(manifold, targets, targets.join(observed))
        view_given = see(manifold, observed, observed)
        for layer in layers:
            state, given = (
                layer(manifold, state, state.join(given), view),
                layer(manifold, given, given, view_given),
            )
        return Readout(self.n_heads)(state, state.join(given), view)
