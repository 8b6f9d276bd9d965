"""Predictor and corrector: steps of a solver, each followed by Langevin dynamics."""

from typing import Any

import jax

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.ancestral import Ancestral
from geomndp.solvers.base import AbstractFixedStepSolver, Step
from geomndp.solvers.grids import AbstractGrid
from geomndp.solvers.langevin import langevin
from geomndp.typing import Values


class PredictorCorrector(AbstractFixedStepSolver):
    r"""A solver whose every step is followed by steps of Langevin dynamics at the time it reached.

    With s the preconditioned score, and r the ratio of signal to noise,

    $$ y \leftarrow y + \epsilon s + \sqrt{2\epsilon}\, L\xi, \qquad
       \epsilon = 2 r^2 \sigma_t^2, $$

    and on a manifold along the geodesic with this velocity. There $\sigma_t^2$, the clock of a
    Brownian motion, is cut off where it exceeds the squared size of the manifold.

    The paper has $\epsilon = 2 r^2 |\xi|^2/|s|^2$, with norms over a batch. In whitened coordinates
    that is the same where noise prevails, since then $|s| \approx |\xi|/\sigma_t$; without the
    norms a field is not changed by what it is drawn beside, nor by its padding, and a step is
    affine in the values and the noise. Corrections mend errors of the predictor, up to those of
    their own: in a direction of variance v at time t they tend to
    $v / (1 - r^2 \sigma_t^2/v)$, and take some $v/\epsilon$ steps.

    Arguments:
        predictor: The solver of the steps, for the process at hand, such as `GeodesicMultistep` for
            a Brownian motion; its grid is that of all. Of several steps' memory it
            knows what was before the corrections.
        n_corrections: Number of corrections after each step, each of one evaluation of the score.
        signal_to_noise: The ratio r, above 0 and below 1.

    Raises:
        ValueError: If `n_corrections` is below 1, or `signal_to_noise` not between 0 and 1.

    References:
        Song et al. (2021), *Score-Based Generative Modeling through Stochastic Differential
        Equations*, arXiv:2011.13456, algorithms 1, 4 and 5.

    Example:
        >>> import geomndp as gn
        >>> gn.solvers.PredictorCorrector(gn.solvers.DPMSolver(n_steps=20), n_corrections=2).n_steps
        20
    """

    predictor: AbstractFixedStepSolver = Ancestral()
    n_corrections: int = 1
    signal_to_noise: float = 0.16

    def __check_init__(self) -> None:
        if self.n_corrections < 1:
            raise ValueError(f"expected at least 1 correction, got {self.n_corrections}")
        if not 0 < self.signal_to_noise < 1:
            raise ValueError(
                f"expected signal_to_noise between 0 and 1, got {self.signal_to_noise}; above it "
                "corrections diverge"
            )

    @property
    def n_steps(self) -> int:
        """Number of steps of the predictor."""
        return self.predictor.n_steps

    @property
    def grid(self) -> AbstractGrid:
        """Times of the steps of the predictor."""
        return self.predictor.grid

    def init(self, process: AbstractNoisingAtPoints, y: Values) -> Any:
        return self.predictor.init(process, y)

    def step(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        memory: Any,
        step: Step,
    ) -> tuple[Values, Any]:
        predict, correct = jax.random.split(step.key)
        y, memory = self.predictor.step(process, score, y, memory, step._replace(key=predict))
        y = langevin(
            process,
            score,
            step.t_next,
            y,
            step_size=2 * self.signal_to_noise**2,
            n_steps=self.n_corrections,
            key=correct,
        )
        return y, memory
