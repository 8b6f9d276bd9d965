"""The network of neural diffusion processes: attention over points and input dimensions."""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.groups import T, Trivial
from geomndp.networks.base import AbstractHaikuNetwork
from geomndp.networks.euclidean_fields import check_euclidean
from geomndp.networks.points import Points
from geomndp.networks.settings import check_settings
from geomndp.typing import Locations, Mask, Values


class BiDimensionalAttention(AbstractHaikuNetwork):
    r"""Attention over the points and over the dimensions of their locations.

    Dutordoir, Saul, Ghahramani and Simpson (2023), *Neural diffusion processes*,
    arXiv:2206.03992, section 4 and figure 3. Each coordinate of a location makes a row of its own
    with the value at the point; what comes out is the mean over the rows. So the order of the
    coordinates does not matter, besides that of the points: a law of the same kind along every axis
    is learned once. There is no other symmetry, except that locations may be centred, for T(d).

    A context is a second set of points, free of noise, to which the noised points attend; context
    points attend only to one another, and share the centre of the noised points.

    Arguments:
        field_type: The fields; their group must be `groups.Trivial`, or `groups.T` if `centred`.
        unit_x: A typical distance between locations, in the unit of x.
        width: Features per point and dimension, a multiple of `n_heads`.
        n_layers: Number of attention layers.
        n_heads: Attention heads per layer.
        centred: Whether the mean location of the noised points is the origin, as in the
            T(1)-invariant version of Mathieu et al. (2023), arXiv:2307.05431.

    Raises:
        ValueError: If the group is another, locations or values are not of Euclidean space, a
            size or unit is not positive, or `width` is no multiple of `n_heads`.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kind = gn.FieldType(gn.groups.Trivial(2), gn.representations.Trivial(1))
        >>> network = gn.networks.BiDimensionalAttention(kind, width=8, n_layers=1, n_heads=2)
        >>> sample = gn.FieldSample(jnp.zeros((5, 2)), jnp.ones((5, 1)))
        >>> params = jax.jit(network.init)(jax.random.key(0), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (5, 1)
    """

    field_type: FieldType
    unit_x: float = 1.0
    width: int = 64
    n_layers: int = 5
    n_heads: int = 8
    centred: bool = False

    def __check_init__(self) -> None:
        kind = self.field_type
        if not isinstance(kind.group, T | Trivial):
            raise ValueError(
                f"expected a field type whose group is Trivial or of translations, got {kind.group}"
            )
        if isinstance(kind.group, T) and not self.centred:
            raise ValueError(
                f"expected centred=True for {kind.group}, got centred=False; without it the "
                "network is not invariant under translations"
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
        import jax

        from geomndp.networks.bi_dimensional_layer import BiDimensionalLayer
        from geomndp.networks.location_embedding import LocationEmbedding
        from geomndp.networks.noise_features import noise_features

        targets = Points.noised(noise_scale, x, y, mask, covariates)
        observed = None if context is None else targets.observed(context)
        if self.centred:
            targets, observed = _centred(targets, observed)
        location = LocationEmbedding(self.unit_x, self.width)

        def embed(points: Points) -> Float[Array, "n dim_x width"]:
            rows = location(self.field_type.codomain, _one_for_each_dimension(points))
            return rows.reshape((*points.x.shape, self.width))

        noise, start = noise_features(targets), embed(targets)
        # What is known of the context at every layer, if there is one.
        known = None if observed is None else (observed.mask, noise_features(observed))

        def layer(state, given):
            attend, (features, skips) = BiDimensionalLayer(self.n_heads), state
            if known is None:
                features, skip = attend(features, features, mask, noise, noise)
                return (features, skips + skip), None
            own = given, *known
            sources, real, noises = map(
                jnp.concatenate, zip((features, mask, noise), own, strict=True)
            )
            features, skip = attend(features, sources, real, noise, noises)
            given, _ = attend(given, given, known[0], known[1], known[1])
            return (features, skips + skip), given

        (_, skips), _ = hk.layer_stack(self.n_layers)(layer)(
            (start, jnp.zeros_like(start)), None if observed is None else embed(observed)
        )
        pooled = jnp.mean(skips, 1) / self.n_layers**0.5
        hidden = jax.nn.gelu(hk.Linear(self.width, name="hidden")(pooled))
        # The readout starts at 0, so that training starts from the score 0.
        zero = hk.initializers.Constant(0.0)
        return hk.Linear(y.shape[-1], w_init=zero, name="readout")(hidden)


def _centred(targets: Points, observed: Points | None) -> tuple[Points, Points | None]:
    """The points with locations from the mean of those of the real targets."""
    # By way of a real one, so that a shift of all is gone before any rounding.
    first = jnp.take(targets.x, jnp.argmax(targets.mask)[None], axis=0)
    steps = jnp.where(targets.mask[:, None], targets.x - first, 0)
    n_real = jnp.maximum(jnp.sum(targets.mask), 1).astype(steps.dtype)
    mean = jnp.sum(steps, 0, keepdims=True) / n_real
    moved = targets._replace(x=targets.x - first - mean)
    return moved, None if observed is None else observed._replace(x=observed.x - first - mean)


def _one_for_each_dimension(points: Points) -> Points:
    """Each point as many times as its location has coordinates, and with one of them each."""
    dim_x = points.x.shape[-1]
    covariates = None if points.covariates is None else jnp.repeat(points.covariates, dim_x, 0)
    y, mask, noise = (jnp.repeat(part, dim_x, 0) for part in (points.y, points.mask, points.noise))
    return Points(points.x.reshape((-1, 1)), y, mask, noise, covariates)
