"""Heun's method on the probability flow."""

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.base import AbstractFixedStepSolver, Step
from geomndp.solvers.grids import AbstractGrid, UniformInNoise
from geomndp.typing import Time, Values


class Heun(AbstractFixedStepSolver):
    r"""Heun's second-order method on $\dot y = b - \tfrac12 g^2 s$; two evaluations per step.

    It takes any process. On a manifold steps go along geodesics, and the velocity at the end of a
    first one is carried back by parallel transport before the two are averaged:

    $$ z = \exp_y(h v(t, y)), \qquad
       y \leftarrow \exp_y\!\bigl( \tfrac h2 ( v(t, y) + \Gamma_z^y v(t', z) ) \bigr) . $$

    For Gaussian noising `DPMSolver` is better at as many evaluations, being exact in what is linear
    in the values, and for Brownian motion `GeodesicMultistep`.

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

        def velocity(t: Time, y: Values) -> Values:
            drift = process.probability_flow_drift(t, y, score(t, y))
            return manifold.project_tangent(y, drift)

        length = step.t_next - step.t
        first = velocity(step.t, y)
        end = manifold.exp(y, length * first)
        second = manifold.transport(end, y, velocity(step.t_next, end))
        return manifold.exp(y, 0.5 * length * (first + second)), None
