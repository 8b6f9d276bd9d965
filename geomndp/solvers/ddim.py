"""DDIM: the first-order exponential integrators of the probability flow and the diffusion."""

import jax.numpy as jnp

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.base import AbstractFixedStepSolver, Step
from geomndp.solvers.gaussian import require_gaussian
from geomndp.solvers.grids import AbstractGrid, UniformInNoise
from geomndp.typing import Values


class DDIM(AbstractFixedStepSolver):
    r"""The denoised values D are held for a step, and the noise is replaced in part.

    $$ y - m \leftarrow \alpha' (D - m) + \sigma' \sqrt{1 - \eta^2 \rho}\; \hat\varepsilon +
       \eta\, \sigma' \sqrt{\rho}\, L\xi, \qquad
       \rho = 1 - \frac{\alpha^2 \sigma'^2}{\alpha'^2 \sigma^2} $$

    with the noise $\hat\varepsilon = (y - m - \alpha (D - m))/\sigma$ that y is thought to hold. At
    $\eta = 0$ it is the probability flow, and DPM-Solver++ of first order; at $\eta = 1$ all is
    renewed that can be, and it is `Ancestral` sampling. One evaluation per step; the law errs in
    first order.

    Arguments:
        n_steps: Number of steps, each of one evaluation of the score.
        eta: From 0, no noise, to 1, all of it.
        grid: Times of the steps.

    Raises:
        ValueError: If `n_steps` is below 1, or `eta` is not between 0 and 1.

    References:
        Song, Meng & Ermon (2021), *Denoising Diffusion Implicit Models*, arXiv:2010.02502,
        equations 12 and 16.

    Example:
        >>> import geomndp as gn
        >>> gn.solvers.DDIM(n_steps=50, eta=0.5).eta
        0.5
    """

    n_steps: int = 50  # pyright: ignore[reportIncompatibleMethodOverride]
    eta: float = 0.0
    grid: AbstractGrid = UniformInNoise()  # pyright: ignore[reportIncompatibleMethodOverride]

    def __check_init__(self) -> None:
        if not 0 <= self.eta <= 1:
            raise ValueError(
                f"expected eta from 0, the probability flow, to 1, ancestral sampling, got "
                f"{self.eta}"
            )

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
        noising = process.noising
        at = score(step.t, y)
        h = noising.half_log_snr(step.t_next) - noising.half_log_snr(step.t)
        renewed = -(self.eta**2) * jnp.expm1(-2 * h)
        noise = -jnp.sqrt(1 - renewed) * noising.noise_scale(step.t) * at
        if self.eta > 0:
            noise = noise + jnp.sqrt(renewed) * process.noise(y, key=step.key)
        mean = process.marginal_mean(step.t_next, process.denoised(step.t, y, at))
        return mean + noising.noise_scale(step.t_next) * noise, None
