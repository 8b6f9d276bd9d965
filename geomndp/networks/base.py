"""The interface of a score network."""

import abc
from collections.abc import Mapping
from typing import TypeAlias

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.typing import Key, Locations, Mask, Values

Params: TypeAlias = Mapping[str, Mapping[str, Array]]
"""Parameters of a network: module name, parameter name, array."""


class AbstractNetwork(eqx.Module):
    r"""A score network: immutable settings, and a pure pair `init`/`apply` over its parameters.

    What it returns is the score in units of the inverse noise scale, so of order one at every
    time; the model multiplies. Implementations keep this law for every g of the group of
    `field_type`, and for padding: `apply` at (gx, gy) is g applied to `apply` at (x, y), and no
    result at a real point depends on a padded one, beyond rounding.

    Example:
        >>> import jax, jax.numpy as jnp, haiku as hk, geomndp as gn
        >>> class Pointwise(gn.networks.AbstractNetwork):
        ...     field_type: gn.FieldType
        ...     def forward(self, noise_scale, x, y, mask, context, covariates):
        ...         return hk.nets.MLP([16, y.shape[-1]])(y)
        >>> network = Pointwise(gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2)))
        >>> sample = gn.FieldSample(jnp.zeros((5, 1)), jnp.ones((5, 2)))
        >>> params = network.init(jax.random.key(0), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (5, 2)
    """

    field_type: eqx.AbstractVar[FieldType]

    @abc.abstractmethod
    def forward(
        self,
        noise_scale: Float[Array, ""],
        x: Locations,
        y: Values,
        mask: Mask,
        context: FieldSample | None,
        covariates: Float[Array, "n_points dim_c"] | None,
    ) -> Values:
        """The computation, inside `haiku.transform`."""

    def init(self, key: Key, sample: FieldSample) -> Params:
        """Fresh parameters, for fields like `sample`, which serves as target and as context."""
        import haiku as hk

        transformed = hk.transform(self.forward)
        one = jnp.ones((), sample.y.dtype)
        return transformed.init(
            key, one, sample.x, sample.y, sample.mask, sample, sample.covariates
        )

    def apply(
        self,
        params: Params,
        noise_scale: Float[Array, ""],
        x: Locations,
        y: Values,
        mask: Mask,
        context: FieldSample | None = None,
        covariates: Float[Array, "n_points dim_c"] | None = None,
    ) -> Values:
        """The score in units of the inverse noise scale, a tangent vector at each value.

        Arguments:
            params: Parameters, from `init` or from training.
            noise_scale: Standard deviation of the noise in y.
            x: Locations.
            y: Noised values.
            mask: True at real points.
            context: Observations of the same field, free of noise, on which to condition.
            covariates: Invariant numbers per point.
        """
        import haiku as hk

        transformed = hk.without_apply_rng(hk.transform(self.forward))
        return transformed.apply(params, noise_scale, x, y, mask, context, covariates)
