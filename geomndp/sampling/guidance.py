"""Guidance: the score of a prior, corrected so that it leads to what was observed."""

import abc
from typing import Any

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.sampling.conditional import AbstractConditionalMethod, ObservationNoise
from geomndp.sampling.joint import joint_score, sample_jointly
from geomndp.sampling.observed import Observed
from geomndp.sde import (
    AbstractNoising,
    AbstractNoisingAtPoints,
    BoundScore,
    GaussianNoisingAtPoints,
    bind,
)
from geomndp.solvers import AbstractSolver
from geomndp.typing import Key, Locations, Mask, Score, Time, Values


class AbstractGuidance(AbstractConditionalMethod):
    """A method that draws the field at the points observed and asked for together.

    It changes the score and nothing else, so that any solver, and the probability flow, go with it.

    Example:
        >>> import geomndp as gn
        >>> method: gn.sampling.AbstractGuidance = gn.sampling.TweedieGuidance()
        >>> method.solver is None
        True
    """

    solver: eqx.AbstractVar[AbstractSolver | None]

    @abc.abstractmethod
    def guided(
        self, process: GaussianNoisingAtPoints, score: BoundScore, observed: Observed
    ) -> BoundScore:
        """The score of the field given the observations.

        Arguments:
            process: The noising process; the first points are those of the observations.
            score: The score of the prior there.
            observed: What was observed.
        """

    def sample(
        self,
        noising: AbstractNoising,
        score: Any,
        context: FieldSample,
        x: Locations,
        mask: Mask | None,
        *,
        n_samples: int,
        observation_noise: ObservationNoise = 0.0,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        observed = Observed.of(context, observation_noise)
        guided = GuidedScore(noising, joint_score(score, context), self, observed)
        return sample_jointly(
            noising, guided, context, x, mask, n_samples=n_samples, solver=self.solver, key=key
        )


class GuidedScore(eqx.Module):
    """The score of a field given observations at its first points.

    Arguments:
        noising: The process.
        score: The score of the prior.
        method: How it is corrected.
        observed: What was observed.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> white = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(white, gn.sde.LinearSchedule())
        >>> prior, y = gn.sde.ExactGaussianScore(noising, white), jnp.ones((1, 1))
        >>> observed = gn.sampling.Observed(y, jnp.ones(1, bool), 0 * y)
        >>> score = gn.sampling.GuidedScore(noising, prior, gn.sampling.TweedieGuidance(), observed)
        >>> x = jnp.array([[0.0], [1.0]])
        >>> score(0.9, x, jnp.zeros((2, 1)), jnp.ones(2, bool))[1].item()  # knows nothing of it
        0.0
    """

    noising: AbstractNoising
    score: Any
    method: AbstractGuidance
    observed: Observed

    def __call__(self, t: Time, x: Locations, y: Values, mask: Mask) -> Values:
        return self.bind(self.noising.at(x, mask))(t, y)

    def bind(self, process: AbstractNoisingAtPoints) -> BoundScore:
        """The score of the values at the points of a process.

        Raises:
            TypeError: If the process is not Gaussian.
        """
        if not isinstance(process, GaussianNoisingAtPoints):
            raise TypeError(
                f"expected a Gaussian noising process for {type(self.method).__name__}, got "
                f"{type(process.noising).__name__}; on manifolds use Amortised"
            )
        score: Score = self.score
        return self.method.guided(process, bind(score, process), self.observed)
