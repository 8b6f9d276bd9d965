"""Guidance: the score of a prior, corrected so that it leads to what was observed."""

import abc
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.sampling.joint import joint_score, sample_jointly
from geomndp.sampling.method import AbstractConditionalMethod, Context, ObservationNoise
from geomndp.sampling.observed import Observed
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, BoundScore, bind
from geomndp.solvers import AbstractSolver
from geomndp.typing import Key, Locations, Mask, Score, Time, Values

ON_MANIFOLDS = "on manifolds use TangentGuidance, or Amortised"
"""What a method for Gaussian noising advises."""


class AbstractGuidance(AbstractConditionalMethod):
    """A method that draws the field at the points observed and asked for together.

    It changes the score and nothing else, so that any solver, and the probability flow, go with it.
    Where the score is exact, `solvers.InformedStart` makes draws better at two evaluations more.

    Example:
        >>> import geomndp as gn
        >>> method: gn.sampling.AbstractGuidance = gn.sampling.TweedieGuidance()
        >>> method.solver is None
        True
    """

    solver: eqx.AbstractVar[AbstractSolver | None]

    @abc.abstractmethod
    def guided(self, process: Any, score: BoundScore, observed: Observed) -> BoundScore:
        """The score of the field given the observations.

        Arguments:
            process: The noising process; the first points are those of the observations.
            score: The score of the prior there.
            observed: What was observed.

        Raises:
            TypeError: If the method is not for such processes.
        """

    def sample(
        self,
        noising: AbstractNoising,
        score: Any,
        context: Context,
        x: Locations | None,
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


class Guided(NamedTuple):
    """What guidance makes of the score of the prior, at one time and field.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> zero = jnp.zeros((2, 1))
        >>> gn.sampling.Guided(zero, zero + 1, jnp.array(-0.5)).score.shape
        (2, 1)
    """

    prior: Values
    """The score of the prior."""
    score: Values
    """The score given the observations."""
    log_likelihood: Float[Array, ""]
    """Log-density of the observations given the noised field, as the method approximates it."""


Twist: TypeAlias = Callable[[Time, Values], Guided]
"""Guidance at one time and field."""


def led_by(twist: Twist, score: BoundScore) -> Twist:
    """A twist with another score in the place of the guided one."""
    return lambda t, y: twist(t, y)._replace(score=score(t, y))


class AbstractTwist(AbstractGuidance):
    """A method of guidance that approximates the likelihood of the observations too.

    So it can be the proposal and the twist of `TwistedSMC`, which corrects its errors.

    Example:
        >>> import geomndp as gn
        >>> method: gn.sampling.AbstractTwist = gn.sampling.TweedieGuidance()
        >>> isinstance(method, gn.sampling.AbstractGuidance)
        True
    """

    @abc.abstractmethod
    def twist(self, process: Any, score: BoundScore, observed: Observed) -> Twist:
        """Score and likelihood given the observations; arguments as of `guided`."""

    def guided(self, process: Any, score: BoundScore, observed: Observed) -> BoundScore:
        twist = self.twist(process, score, observed)
        return lambda t, y: twist(t, y).score


def denoiser(
    process: Any, score: BoundScore, t: Float[Array, ""]
) -> Callable[[Values], tuple[Values, Values]]:
    """The function of the noised field that gives the denoised one, and beside it the score."""

    def of_values(y: Values) -> tuple[Values, Values]:
        own = score(t, y)
        return process.denoised(t, y, own), own

    return of_values


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
        """The score at the points of a process.

        Raises:
            TypeError: If the method is not for such processes.
        """
        score: Score = self.score
        return self.method.guided(process, bind(score, process), self.observed)
