"""A transformer that sees differences of locations as phases of waves."""

import dataclasses
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.networks.base import AbstractHaikuNetwork, Params
from geomndp.networks.euclidean_fields import check_euclidean
from geomndp.networks.parameter_shapes import parameter_shapes, shapes_of
from geomndp.networks.settings import check_range, check_settings, check_translations
from geomndp.typing import Locations, Mask, Values

_FIRST = "point_embedding/first"


class RotaryTransformer(AbstractHaikuNetwork):
    r"""Attention with rotary positions over the points of a field, invariant to translations.

    Queries, keys and values are turned, in planes of two features, by the phases of waves of many
    lengths at their points, so that attention knows locations by their differences alone. Nothing
    is computed for each pair of points but the attention itself: a step takes less than half the
    time of `TranslationInvariantTransformer`. Waves also tell how far apart two distant points are
    to a fraction of the shortest, where that network sees less the further they are: so it is this
    one that learns fields that repeat.

    Functions of one variable that repeat exactly, with a period that is not known, are a harmonic
    series: with `periods`, one is fitted to the values, noised and observed, as a Gaussian process
    with a periodic kernel of the likeliest period, and tells each point what it expects there. It
    takes all numbers of a value to be known, and their noise to be white.

    A context is a second set of points, free of noise, to which the noised points attend; context
    points attend only to one another, and know of the noised ones no more than the series.

    Arguments:
        field_type: The fields, on and in Euclidean space; their group must be translations.
        unit_x: A typical distance between locations, in the unit of x.
        width: Features per point; each head has an even number of them.
        n_layers: Number of attention layers.
        n_heads: Attention heads per layer.
        wavelengths: The shortest and the longest wave, in units of `unit_x`: of what is closer
            than a fraction of the first no order is seen, and the second is to be twice as long
            as the region. Lengths are in proportion, from the first to a step below the second;
            each wave runs along one axis, and axes take turns, so that each has its share of them.
        periods: The shortest and the longest period that functions may have, in units of `unit_x`.
            The term of that period is to be by far the strongest, and the shortest at least twice
            the distance of points on a regular grid, or other periods are found. No series is
            fitted when left out.

    Raises:
        ValueError: If the group is not of translations, locations or values are not of Euclidean
            space, a size or unit is not positive, `width` is no multiple of twice `n_heads`, there
            are fewer waves than axes, wavelengths or periods are not positive and in order, or
            there are periods of more than one variable.

    References:
        Su et al. (2021), *RoFormer: Enhanced transformer with rotary position embedding*,
        arXiv:2104.09864, section 3; values are turned here too.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2))
        >>> network = gn.networks.RotaryTransformer(kind, width=8, n_layers=1, n_heads=2)
        >>> sample = gn.FieldSample(jnp.arange(5.0)[:, None], jnp.ones((5, 2)))
        >>> params = network.init(jax.random.key(0), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (5, 2)
    """

    field_type: FieldType
    unit_x: float = 1.0
    width: int = 64
    n_layers: int = 4
    n_heads: int = 4
    wavelengths: tuple[float, float] = (0.25, 32.0)
    periods: tuple[float, float] | None = None

    def __check_init__(self) -> None:
        check_translations(self.field_type)
        check_euclidean(self.field_type)
        check_settings(self, units=("unit_x",), shared=("width",))
        if self.width % (2 * self.n_heads):
            raise ValueError(
                "expected an even number of features for each head, got "
                f"width={self.width}, n_heads={self.n_heads}"
            )
        dim_x = self.field_type.dim_x
        if self._n_waves + self.n_heads <= dim_x:  # axes take turns from wave to wave and head
            raise ValueError(
                f"expected a wave along each of {dim_x} axes, got {self._n_waves} in each of "
                f"{self.n_heads} heads, too few; take a larger width"
            )
        check_range("wavelengths", self.wavelengths, "the shortest and the longest wave")
        if self.periods is not None:
            check_range("periods", self.periods, "the shortest and the longest period")
            if dim_x != 1:
                raise ValueError(
                    f"expected functions of one variable for periods={self.periods}, got {dim_x} "
                    "variables; leave them out"
                )

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

        from geomndp.networks.embeddings import PointEmbedding
        from geomndp.networks.harmonic_fit import harmonic_features
        from geomndp.networks.layer_norm import layer_norm
        from geomndp.networks.points import Points, first_location
        from geomndp.networks.rotary_layer import Located, RotaryLayer

        embedding = PointEmbedding(self.width, 1)
        # Phases of large numbers lose their digits.
        start = first_location(x, mask)[None]

        def located(points: Points) -> Located:
            features = embedding(self.field_type.codomain, points).features
            phases = self._phases(points.x - start)
            # Found here, once for all layers.
            return Located(features, jnp.cos(phases), jnp.sin(phases), points.mask)

        targets = Points.noised(noise_scale, x, y, mask, covariates)
        observed = None if context is None else targets.observed(context)
        if self.periods is not None:
            shortest, longest = (self.unit_x * period for period in self.periods)
            known = targets if observed is None else targets.join(observed)
            of_targets, of_context = jnp.split(
                harmonic_features(known, (shortest, longest)), [len(x)]
            )
            targets = targets.told(of_targets)
            observed = None if observed is None else observed.told(of_context)
        state = located(targets)
        given = None if observed is None else located(observed)

        def layer(features, of_given):
            attend, own = RotaryLayer(), state._replace(features=features)
            if given is None:
                return attend(own, own), None
            seen = given._replace(features=of_given)
            return attend(own, own.join(seen)), attend(seen, seen)

        features, _ = hk.layer_stack(self.n_layers)(layer)(
            state.features, None if given is None else given.features
        )
        # The readout starts at 0, so that training starts from the score 0.
        zero = hk.initializers.Constant(0.0)
        return hk.Linear(y.shape[-1], w_init=zero, name="readout")(layer_norm("norm")(features))

    def grown(self, params: Params, n_covariates: int = 0) -> Params:
        """Parameters of this network but for its `periods`, grown so that it tells the same.

        What the series tells enters with weight 0, so that training begins where that of the
        other network ended, and finds out what the series is worth.

        Arguments:
            params: Of the network without periods.
            n_covariates: Numbers that points carry besides their values.

        Raises:
            ValueError: If this network has no periods, or shapes are not those of the parameters
                of the other.

        Example:
            >>> import jax, jax.numpy as jnp, geomndp as gn
            >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(1))
            >>> waves = {"width": 8, "n_layers": 1, "n_heads": 2}
            >>> plain = gn.networks.RotaryTransformer(kind, **waves)
            >>> network = gn.networks.RotaryTransformer(kind, periods=(0.5, 4.0), **waves)
            >>> sample = gn.FieldSample(jnp.arange(5.0)[:, None], jnp.ones((5, 1)))
            >>> fresh = plain.init(jax.random.key(0), sample)
            >>> params = jax.tree.map(lambda w: w + 0.1, fresh)  # as training would
            >>> points = jnp.array(0.1), sample.x, sample.y, sample.mask
            >>> told = network.apply(network.grown(params), *points)
            >>> bool(jnp.allclose(told, plain.apply(params, *points), atol=1e-5)), bool(told.any())
            (True, True)
        """
        if self.periods is None:
            raise ValueError("expected a network with periods to grow for, got periods=None")
        plain = dataclasses.replace(self, periods=None)
        if shapes_of(params) != parameter_shapes(plain, n_covariates):
            raise ValueError(
                "expected parameters of the same network without periods, got those of another, or "
                f"of other covariates than {n_covariates}"
            )
        first = params[_FIRST]["w"]
        n_told = parameter_shapes(self, n_covariates)[_FIRST, "w"][0] - len(first)
        # Behind values and noise, before covariates.
        parts = jnp.split(first, [len(first) - n_covariates])
        parts.insert(1, jnp.zeros((n_told, self.width), first.dtype))
        return {**params, _FIRST: {**params[_FIRST], "w": jnp.concatenate(parts)}}

    @property
    def _n_waves(self) -> int:
        """Of each head."""
        return self.width // (2 * self.n_heads)

    def _phases(self, steps: Float[Array, "n dim_x"]) -> Float[Array, "n n_heads n_waves"]:
        """Of the waves of each head at points this far from the first: in radians."""
        n_waves = self._n_waves
        head, wave = np.arange(self.n_heads)[:, None], np.arange(n_waves)[None]
        shortest, longest = (self.unit_x * length for length in self.wavelengths)
        # Those of a head are far apart, those of the next lie between them.
        share = (wave + head / self.n_heads) / n_waves
        numbers = 2 * np.pi / (shortest * (longest / shortest) ** share)
        axis = (head + wave) % steps.shape[1]
        return steps[:, axis] * jnp.asarray(numbers[None], steps.dtype)
