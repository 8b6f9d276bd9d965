"""Heun's method on the probability flow."""

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.base import AbstractFixedStepSolver, Step
from geomndp.solvers.flat import require_flat
from geomndp.solvers.grids import AbstractGrid, UniformInNoise
from geomndp.typing import Values


class Heun(AbstractFixedStepSolver):
    r"""Heun's second-order method on $\dot y = b - \tfrac12 g^2 s$; two evaluations per step.

    It asks nothing of the process but that its values are in flat space; for Gaussian noising
    `DPMSolver` is better at as many evaluations, being exact in what is linear in the values.

    Arguments:
        n_steps: Number of steps, each of two evaluations of the score.
        grid: Times of the steps. With a `LinearSchedule` the squared distance from the law of a
            smooth field was half of that with `UniformInTime`.

    Raises:
        ValueError: If `n_steps` is below 1.

    References:
        Karras et al. (2022), arXiv:2206.00364, algorithm 1 without noise.

    Example:
        >>> import geomndp as gn
        >>> gn.solvers.Heun(n_steps=10).n_steps
        10
    """

    n_steps: int = 50  # pyright: ignore[reportIncompatibleMethodOverride]
    grid: AbstractGrid = UniformInNoise()  # pyright: ignore[reportIncompatibleMethodOverride]

    def init(self, process: AbstractNoisingAtPoints, y: Values) -> None:
        require_flat(process, self)

    def step(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        memory: None,
        step: Step,
    ) -> tuple[Values, None]:
        def velocity(t, y):
            return process.probability_flow_drift(t, y, score(t, y))

        length = step.t_next - step.t
        first = velocity(step.t, y)
        second = velocity(step.t_next, y + length * first)
        return y + 0.5 * length * (first + second), None
