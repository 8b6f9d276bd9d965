"""Annealed Langevin dynamics, as in NCSN."""

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.base import AbstractFixedStepSolver, Step
from geomndp.solvers.gaussian import require_gaussian
from geomndp.solvers.grids import AbstractGrid, UniformInNoise
from geomndp.solvers.langevin import langevin
from geomndp.typing import Values


class AnnealedLangevin(AbstractFixedStepSolver):
    r"""Langevin dynamics at one level of noise after the other, down to `t_min`.

    The paper adds noise to the data and scales nothing, so its values are $(y - m)/\alpha$ here,
    and its levels $\sigma/\alpha$. These values are carried from level to level,
    $y - m \leftarrow \frac{\alpha'}{\alpha} (y - m)$, and at each level, with $\epsilon$ the step
    size times $\sigma_t^2$, there are steps $y \leftarrow y + \epsilon s + \sqrt{2\epsilon}\, L\xi$
    with the preconditioned score s. It knows the noising only by its scales, and takes many
    more evaluations than solvers that know it whole.

    Arguments:
        n_levels: Number of levels after `t_max`, where the limit needs no correction.
        n_per_level: Number of steps at each level, each of one evaluation of the score.
        step_size: $\epsilon$ in units of $\sigma_t^2$, above 0 and below 2. The paper's
            $\epsilon/2\sigma_L^2$, which is 0.1 there.
        grid: Times of the levels; `UniformInNoise` makes $\sigma/\alpha$ a geometric sequence.

    Raises:
        ValueError: If `n_levels` or `n_per_level` is below 1, or `step_size` not between 0 and 2.

    References:
        Song & Ermon (2019), *Generative Modeling by Estimating Gradients of the Data
        Distribution*, arXiv:1907.05600, algorithm 1.

    Example:
        >>> import geomndp as gn
        >>> gn.solvers.AnnealedLangevin(n_levels=20, n_per_level=50).n_steps
        20
    """

    n_levels: int = 40
    n_per_level: int = 20
    step_size: float = 0.1
    grid: AbstractGrid = UniformInNoise()  # pyright: ignore[reportIncompatibleMethodOverride]

    def __check_init__(self) -> None:
        if self.n_per_level < 1:
            raise ValueError(f"expected at least 1 step per level, got {self.n_per_level}")
        if not 0 < self.step_size < 2:
            raise ValueError(
                f"expected a step_size between 0 and 2, got {self.step_size}; above it Langevin "
                "dynamics diverge"
            )

    @property
    def n_steps(self) -> int:
        """Number of levels."""
        return self.n_levels

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
        ratio = process.noising.signal(step.t_next) / process.noising.signal(step.t)
        carried = process.mean + ratio * (y - process.mean)
        y = langevin(
            process,
            score,
            step.t_next,
            carried,
            step_size=self.step_size,
            n_steps=self.n_per_level,
            key=step.key,
        )
        return y, None
