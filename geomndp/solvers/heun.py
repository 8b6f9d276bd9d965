"""Heun's method on the probability flow."""

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.base import AbstractFixedStepSolver, Step
from geomndp.solvers.flat import require_flat
from geomndp.solvers.grids import AbstractGrid, UniformInNoise
from geomndp.typing import Values


class Heun(AbstractFixedStepSolver):
    r"""Heun's second-order method on $\dot y = b - \tfrac12 g^2 s$; two evaluations per step.

    Arguments:
        n_steps: Number of steps, each of two evaluations of the score.
        grid: Times of the steps.

    Raises:
        ValueError: If `n_steps` is below 1.

    Example:
        >>> import geomndp as gn
        >>> gn.solvers.Heun(n_steps=10).n_steps
        10
    """

    n_steps: int = 50
    grid: AbstractGrid = UniformInNoise()

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
