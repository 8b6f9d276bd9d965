"""A noising process with a network: everything but the parameters."""

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.losses import denoising_score_matching
from geomndp.model.learned_score import LearnedScore
from geomndp.networks import AbstractNetwork, Params
from geomndp.sde import AbstractNoising
from geomndp.typing import Key, Time


class NeuralDiffusionProcess(eqx.Module):
    """A generative model over fields, before training.

    Arguments:
        noising: How fields are turned into noise.
        network: The network that learns the score.

    Raises:
        ValueError: If the values of the process and of the network live on different manifolds.

    Example:
        >>> import geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3), codomain=globe)
        >>> model = gn.NeuralDiffusionProcess(
        ...     gn.sde.BrownianMotion(globe, gn.sde.LinearSchedule()),
        ...     gn.networks.TranslationInvariantTransformer(kind),
        ... )
        >>> model.network.field_type.group
        T(dim=1)
    """

    noising: AbstractNoising
    network: AbstractNetwork

    def __check_init__(self) -> None:
        codomain = self.network.field_type.codomain
        if self.noising.manifold != codomain:
            raise ValueError(
                f"expected a process on {codomain}, where the network's values live, "
                f"got one on {self.noising.manifold}"
            )

    def init(self, sample: FieldSample, *, key: Key) -> Params:
        """Fresh parameters of the network, for fields like `sample`."""
        return eqx.filter_jit(self.network.init)(key, sample)

    def score(self, params: Params, context: FieldSample | None = None) -> LearnedScore:
        """The score that these parameters give, a function `(t, x, y, mask)`."""
        return LearnedScore(self.noising, self.network, params, context)

    def loss(
        self,
        params: Params,
        target: FieldSample,
        t: Time,
        *,
        context: FieldSample | None = None,
        key: Key,
    ) -> Float[Array, ""]:
        """Denoising score matching of one field at one time, given a context of the same field."""
        score = LearnedScore(self.noising, self.network, params, context, target.covariates)
        return denoising_score_matching(self.noising, score, target, t, key=key)
