"""The score that a network has learned."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.networks import AbstractNetwork, Params
from geomndp.parametrisations import AbstractParametrisation, NetworkInputs
from geomndp.sampling import Context
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, BoundScore
from geomndp.typing import Locations, Mask, Time, Values


class LearnedScore(eqx.Module):
    r"""The score that a parametrisation makes of a network and its parameters.

    It closes over its context and covariates, so that samplers never see them.

    Arguments:
        noising: The process.
        network: The network.
        parametrisation: What the network says about the score.
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
        >>> parametrisation = gn.parametrisations.TangentScore()
        >>> score = gn.model.LearnedScore(motion, network, parametrisation, params)
        >>> score(0.5, sample.x, sample.y, sample.mask).shape
        (4, 3)
    """

    noising: AbstractNoising
    network: AbstractNetwork
    parametrisation: AbstractParametrisation
    params: Params
    context: FieldSample | None = None
    covariates: Float[Array, "n_points dim_c"] | None = None

    def __call__(self, t: Time, x: Locations, y: Values, mask: Mask) -> Values:
        return self.bind(self.noising.at(x, mask))(t, y)

    def bind(self, process: AbstractNoisingAtPoints) -> BoundScore:
        """The score of the values at the points of a process."""
        context = None
        if self.context is not None:
            context = self.parametrisation.observed(self.noising, self.context)
        x, mask = process.x, process.mask
        geometry = self.network.geometry(x, mask, context)

        def network(inputs: NetworkInputs) -> Values:
            ratio, y = inputs
            return self.network.apply(
                self.params, ratio, x, y, mask, context, self.covariates, geometry
            )

        return self.parametrisation.bind(process, network, self.context)

    def preceded_by(self, context: Context) -> "LearnedScore":
        """This score at the points of a context, with its covariates, and then at its own."""
        if self.covariates is None or context.covariates is None:
            return self
        covariates = jnp.concatenate([context.covariates, self.covariates])
        return eqx.tree_at(lambda s: s.covariates, self, covariates)

    def given(self, context: FieldSample) -> "LearnedScore":
        """This score given observations of the field."""
        return eqx.tree_at(lambda s: s.context, self, context, is_leaf=lambda leaf: leaf is None)
