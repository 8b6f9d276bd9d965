"""Guidance: the score of a prior, corrected so that it leads to what was observed."""

import abc
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.sampling.conditional import (
    AbstractConditionalMethod,
    ObservationNoise,
    joint_score,
    noise_of,
)
from geomndp.sampling.unconditional import sample
from geomndp.sde import (
    AbstractNoising,
    AbstractNoisingAtPoints,
    BoundScore,
    GaussianNoisingAtPoints,
    bind,
)
from geomndp.solvers import AbstractSolver
from geomndp.typing import Key, Locations, Mask, Score, Time, Values


class Observed(eqx.Module):
    """What was observed: the first rows of the values of a field.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> y = jnp.ones((2, 1))
        >>> gn.sampling.Observed(y, jnp.array([True, False]), 0.1 * y).residual(jnp.zeros((5, 1)))
        Array([1., 0.], dtype=float32)
    """

    y: Float[Array, "n_observed dim_y"]
    mask: Mask
    """True at real observations."""
    noise: Float[Array, "n_observed dim_y"]
    """Variance of the noise of each."""

    @property
    def n_values(self) -> int:
        """Number of observed numbers, padding included."""
        return self.y.size

    def residual(self, values: Values) -> Float[Array, " n_values"]:
        """What was observed less the same of a field, and 0 at padding."""
        difference = jnp.where(self.mask[:, None], self.y - values[: self.y.shape[0]], 0)
        return difference.ravel()

    def columns(self, process: GaussianNoisingAtPoints) -> Float[Array, "n_values n_points dim_y"]:
        """Columns of the covariance of the limit, one for each observed number, 0 at padding."""
        n_points, dim_y = process.mean.shape
        real = jnp.repeat(self.mask, dim_y).astype(process.mean.dtype)
        units = jnp.eye(self.n_values, n_points * dim_y, dtype=process.mean.dtype)
        units = (units * real[:, None]).reshape(-1, n_points, dim_y)
        return eqx.filter_vmap(process.covariance.matvec)(units)

    def covariance(
        self,
        rows: Float[Array, "n_values n_points dim_y"],
        ridge: Float[Array, "n_values n_points dim_y"] | None = None,
    ) -> Float[Array, "n_values n_values"]:
        """Covariance of the observed numbers with their noise; the identity at padding.

        Arguments:
            rows: Covariance of each with the whole field, which may be asymmetric or have negative
                eigenvalues; these are taken for 0.
            ridge: What is added, such as a share of the covariance of the limit.
        """
        real = jnp.repeat(self.mask, self.y.shape[1])
        both = real[:, None] & real[None]

        def block(rows: Float[Array, "n_values n_points dim_y"]) -> Array:
            inner = rows[:, : self.y.shape[0]].reshape(self.n_values, self.n_values)
            return jnp.where(both, 0.5 * (inner + inner.T), 0)

        values, vectors = jnp.linalg.eigh(block(rows))
        found = (vectors * jnp.maximum(values, 0)[None]) @ vectors.T
        found = found if ridge is None else found + block(ridge)
        return jnp.where(both, found, 0) + jnp.diag(jnp.where(real, self.noise.ravel(), 1))


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
        mask = jnp.ones(x.shape[:1], bool) if mask is None else mask
        observed = Observed(context.y, context.mask, noise_of(context, observation_noise))
        y = sample(
            noising,
            GuidedScore(noising, joint_score(score, context), self, observed),
            jnp.concatenate([context.x, x]),
            jnp.concatenate([context.mask, mask]),
            n_samples=n_samples,
            solver=self.solver,
            key=key,
        )
        return y[:, context.n_points :]


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
