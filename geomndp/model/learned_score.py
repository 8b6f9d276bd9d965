"""The score that a network has learned."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.networks import AbstractNetwork, Params
from geomndp.sde import AbstractNoising
from geomndp.typing import Locations, Mask, Time, Values


class LearnedScore(eqx.Module):
    r"""The score $f(\sigma_t, x, y)/\sigma_t$ of a network f and its parameters.

    It closes over its context and covariates, so that samplers never see them.

    Arguments:
        noising: The process, which gives the noise scale $\sigma_t$.
        network: The network.
        params: Its parameters.
        context: Observations on which the score is conditioned, or None.
        covariates: Invariant numbers per point, or None.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kind = gn.FieldType(
        ...     gn.groups.T(1), gn.representations.Trivial(3), codomain=gn.manifolds.Sphere(2)
        ... )
        >>> network = gn.networks.TranslationInvariantTransformer(kind, width=8, n_heads=2)
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> y = gn.manifolds.Sphere(2).random_uniform((4,), key=jax.random.key(0))
        >>> sample = gn.FieldSample(jnp.arange(4.0)[:, None], y)
        >>> params = network.init(jax.random.key(1), sample)
        >>> score = gn.model.LearnedScore(motion, network, params)
        >>> score(0.5, sample.x, sample.y, sample.mask).shape
        (4, 3)
    """

    noising: AbstractNoising
    network: AbstractNetwork
    params: Params
    context: FieldSample | None = None
    covariates: Float[Array, "n_points dim_c"] | None = None

    def __call__(self, t: Time, x: Locations, y: Values, mask: Mask) -> Values:
        scale = self.noising.noise_scale(jnp.asarray(t, y.dtype))
        output = self.network.apply(self.params, scale, x, y, mask, self.context, self.covariates)
        return output / scale

    def given(self, context: FieldSample) -> "LearnedScore":
        """This score given observations of the field."""
        return LearnedScore(self.noising, self.network, self.params, context, self.covariates)
