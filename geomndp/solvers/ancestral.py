"""Ancestral sampling, as in DDPM."""

import jax.numpy as jnp

from geomndp.sde import AbstractNoisingAtPoints, BoundScore, DiscreteTime
from geomndp.solvers.base import AbstractFixedStepSolver, Step
from geomndp.solvers.gaussian import require_gaussian
from geomndp.solvers.grids import AbstractGrid, UniformInTime
from geomndp.typing import Values


class Ancestral(AbstractFixedStepSolver):
    r"""The noising run backwards as a chain, as if the denoised values were those at time 0.

    Each step draws from the posterior $q(y_{k-1} \mid y_k, y_0 = D)$ of `sde.DiscreteTime` on the
    times of the grid, with its own variance $\tilde\beta_k$. One evaluation per step. The law errs
    in first order: the uncertainty of D is left out, so that variances are too small.

    Arguments:
        n_steps: Number of steps, each of one evaluation of the score.
        grid: Times of the chain. `UniformInTime`, the paper's, had a third of the squared distance
            from the law of a smooth field that `UniformInNoise` had, at all numbers of steps.

    Raises:
        ValueError: If `n_steps` is below 1.

    References:
        Ho, Jain & Abbeel (2020), arXiv:2006.11239, algorithm 2, with the second choice of variance.

    Example:
        >>> import geomndp as gn
        >>> gn.solvers.Ancestral(n_steps=200).n_steps
        200
    """

    n_steps: int = 100  # pyright: ignore[reportIncompatibleMethodOverride]
    grid: AbstractGrid = UniformInTime()  # pyright: ignore[reportIncompatibleMethodOverride]

    def init(self, process: AbstractNoisingAtPoints, y: Values) -> None:
        require_gaussian(process, self)

    def step(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        memory: None,
        step: Step,
    ) -> tuple[Values, None]:
        process = require_gaussian(process, self)
        chain = DiscreteTime(process.noising, jnp.stack([step.t_next, step.t]))
        posterior = chain.posterior
        denoised = process.denoised(step.t, y, score(step.t, y))
        mean = posterior.of_data[0] * (denoised - process.mean)
        mean = mean + posterior.of_noised[0] * (y - process.mean)
        noise = jnp.sqrt(posterior.variance[0]) * process.noise(y, key=step.key)
        return process.mean + mean + noise, None
