"""A transformer without any symmetry, as a baseline."""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.groups import Trivial
from geomndp.networks.base import AbstractHaikuNetwork
from geomndp.networks.euclidean_fields import check_euclidean
from geomndp.networks.settings import check_settings
from geomndp.typing import Locations, Mask, Values


class Transformer(AbstractHaikuNetwork):
    r"""Plain attention over the points of a field: locations are numbers like any others.

    The kind of network that equivariant ones are compared with by Mathieu, Dutordoir, Hutchinson
    et al. (2023), *Geometric neural diffusion processes*, arXiv:2307.05431. Points are permuted
    freely, and that is all the symmetry there is.

    A context is a second set of points, free of noise, to which the noised points attend; context
    points attend only to one another.

    Arguments:
        field_type: The fields; their group must be `groups.Trivial`.
        unit_x: A typical distance between locations, in the unit of x.
        width: Features per point, a multiple of `n_heads`.
        n_layers: Number of attention layers.
        n_heads: Attention heads per layer.

    Raises:
        ValueError: If the group has more than one element, locations or values are not of
            Euclidean space, a size or unit is not positive, or `width` is no multiple of
            `n_heads`.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kind = gn.FieldType(gn.groups.Trivial(2), gn.representations.Trivial(2))
        >>> network = gn.networks.Transformer(kind, width=8, n_layers=1, n_heads=2)
        >>> sample = gn.FieldSample(jnp.zeros((5, 2)), jnp.ones((5, 2)))
        >>> params = network.init(jax.random.key(0), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (5, 2)
    """

    field_type: FieldType
    unit_x: float = 1.0
    width: int = 128
    n_layers: int = 5
    n_heads: int = 4

    def __check_init__(self) -> None:
        kind = self.field_type
        if not isinstance(kind.group, Trivial):
            raise ValueError(
                f"expected a field type whose group is Trivial, got {kind.group}; this network "
                "has no symmetry, and the other networks have"
            )
        check_euclidean(kind)
        check_settings(self, units=("unit_x",), shared=("width",))

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
        import haiku as hk

        from geomndp.networks.attention_layer import AttentionLayer
        from geomndp.networks.layer_norm import layer_norm
        from geomndp.networks.location_embedding import LocationEmbedding
        from geomndp.networks.points import Points

        targets = Points.noised(noise_scale, x, y, mask, covariates)
        observed = None if context is None else targets.observed(context)
        embed = LocationEmbedding(self.unit_x, self.width)
        layers = [AttentionLayer(self.n_heads, name=f"layer_{i}") for i in range(self.n_layers)]
        features = embed(self.field_type.codomain, targets)
        if observed is None:
            for layer in layers:
                features = layer(features, features, mask)
        else:
            given = embed(self.field_type.codomain, observed)
            real = jnp.concatenate([mask, observed.mask])
            for layer in layers:
                features, given = (
                    layer(features, jnp.concatenate([features, given]), real),
                    layer(given, given, observed.mask),
                )
        # The readout starts at 0, so that training starts from the score 0.
        zero = hk.initializers.Constant(0.0)
        return hk.Linear(y.shape[-1], w_init=zero, name="readout")(layer_norm("norm")(features))
