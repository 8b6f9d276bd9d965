"""The Euler-Maruyama method on the reverse diffusion."""

import jax.numpy as jnp

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.base import AbstractFixedStepSolver, Step
from geomndp.solvers.grids import AbstractGrid, UniformInNoise
from geomndp.typing import Values


class EulerMaruyama(AbstractFixedStepSolver):
    r"""The reverse diffusion in steps of the first order; one evaluation per step.

    $$ y \leftarrow y - (t - t') (b - g^2 s) + g \sqrt{t - t'}\, L\xi $$

    with all of the right side at t. It takes any process: on a manifold what is added is the
    velocity of a geodesic, as in the geodesic random walk of De Bortoli et al. Its law errs in
    first order, by variances that are too large.

    Arguments:
        n_steps: Number of steps, each of one evaluation of the score.
        grid: Times of the steps. With a `LinearSchedule` and 50 steps or more `UniformInTime` is
            better: its squared distance from the law of a smooth field was a sixth at 100 steps,
            but 15 times as large at 20.

    Raises:
        ValueError: If `n_steps` is below 1.

    References:
        Song et al. (2021), arXiv:2011.13456, appendix E; Kloeden & Platen (1992), *Numerical
        Solution of Stochastic Differential Equations*, section 14.1, for the order of the law; De
        Bortoli et al. (2022), arXiv:2202.02763, algorithm 1.

    Example:
        >>> import geomndp as gn
        >>> gn.solvers.EulerMaruyama(n_steps=200).n_steps
        200
    """

    n_steps: int = 100  # pyright: ignore[reportIncompatibleMethodOverride]
    grid: AbstractGrid = UniformInNoise()  # pyright: ignore[reportIncompatibleMethodOverride]

    def init(self, process: AbstractNoisingAtPoints, y: Values) -> None:
        return None

    def step(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        memory: None,
        step: Step,
    ) -> tuple[Values, None]:
        manifold = process.noising.manifold
        length = step.t - step.t_next
        drift = process.reverse_drift(step.t, y, score(step.t, y))
        spread = process.noising.diffusion(step.t) * jnp.sqrt(length)
        shift = -length * manifold.project_tangent(y, drift)
        return manifold.exp(y, shift + spread * process.noise(y, key=step.key)), None
