"""DPM-Solver++: the second-order multistep exponential integrators."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.base import AbstractFixedStepSolver, Step
from geomndp.solvers.gaussian import require_gaussian
from geomndp.solvers.grids import AbstractGrid, UniformInNoise
from geomndp.typing import Values


class Previous(NamedTuple):
    """The step before: what it thought the data were, and how long it was in half log SNR."""

    denoised: Values
    length: Float[Array, ""]
    """0 before the first step."""


class DPMSolver(AbstractFixedStepSolver):
    r"""DPM-Solver++(2M): the probability flow, with the denoised values extrapolated.

    It is exact in what is linear in the values, and draws a line through the denoised values of two
    steps: one evaluation per step, and a law that errs in second order.

    In $\lambda = \log(\alpha/\sigma)$ a step of length h, with the denoised values D centred on m,
    the present and the previous ones $D_1$ and $D_0$, and r the previous length over h, is

    $$ y - m \leftarrow \frac{\sigma'}{\sigma} (y - m) + \alpha' (1 - e^{-h}) \Bigl( D_1 +
       \frac{D_1 - D_0}{2 r} \Bigr). $$

    Arguments:
        n_steps: Number of steps, each of one evaluation of the score.
        grid: Times of the steps; half log SNR is its own clock.

    Raises:
        ValueError: If `n_steps` is below 1.

    References:
        Lu et al. (2022), *DPM-Solver++*, arXiv:2211.01095, algorithm 2.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> data = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> score = gn.sde.ExactGaussianScore(noising, data)
        >>> x, solver = jnp.linspace(0, 1, 8)[:, None], gn.solvers.DPMSolver(n_steps=20)
        >>> gn.sampling.sample(
        ...     noising, score, x, n_samples=2, solver=solver, key=jax.random.key(0)
        ... ).shape
        (2, 8, 1)
    """

    n_steps: int = 20  # pyright: ignore[reportIncompatibleMethodOverride]
    grid: AbstractGrid = UniformInNoise()  # pyright: ignore[reportIncompatibleMethodOverride]

    def init(self, process: AbstractNoisingAtPoints, y: Values) -> Previous:
        require_gaussian(process, self)
        return Previous(jnp.zeros_like(y), jnp.zeros((), y.dtype))

    def step(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        memory: Previous,
        step: Step,
    ) -> tuple[Values, Previous]:
        process = require_gaussian(process, self)
        noising = process.noising
        h = noising.half_log_snr(step.t_next) - noising.half_log_snr(step.t)
        denoised = process.denoised(step.t, y, score(step.t, y)) - process.mean
        ratio = noising.noise_scale(step.t_next) / noising.noise_scale(step.t)
        mean = ratio * (y - process.mean) - noising.signal(step.t_next) * jnp.expm1(
            -h
        ) * extrapolated(denoised, memory, h)
        return process.mean + mean, Previous(denoised, h)


class DPMSolverSDE(AbstractFixedStepSolver):
    r"""SDE-DPM-Solver++(2M): the reverse diffusion, with the denoised values extrapolated.

    $$ y - m \leftarrow \frac{\sigma'}{\sigma} e^{-h} (y - m) + \alpha' (1 - e^{-2h}) \Bigl( D_1 +
       \frac{D_1 - D_0}{2 r} \Bigr) + \sigma' \sqrt{1 - e^{-2h}}\, L\xi $$

    Of a path the denoised values are a martingale, which no line foretells. But the law gains an
    order: what the noise of a step does to them later in that step, and `Ancestral` leaves out, the
    extrapolation puts in one step late, so that the law errs in second order, as it does for the
    two-step Adams-Bashforth-Maruyama method with additive noise.

    Arguments:
        n_steps: Number of steps, each of one evaluation of the score.
        grid: Times of the steps.

    Raises:
        ValueError: If `n_steps` is below 1.

    References:
        Lu et al. (2022), arXiv:2211.01095, section 6 and appendix D.

    Example:
        >>> import geomndp as gn
        >>> gn.solvers.DPMSolverSDE(n_steps=50).n_steps
        50
    """

    n_steps: int = 50  # pyright: ignore[reportIncompatibleMethodOverride]
    grid: AbstractGrid = UniformInNoise()  # pyright: ignore[reportIncompatibleMethodOverride]

    def init(self, process: AbstractNoisingAtPoints, y: Values) -> Previous:
        require_gaussian(process, self)
        return Previous(jnp.zeros_like(y), jnp.zeros((), y.dtype))

    def step(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        memory: Previous,
        step: Step,
    ) -> tuple[Values, Previous]:
        process = require_gaussian(process, self)
        noising = process.noising
        h = noising.half_log_snr(step.t_next) - noising.half_log_snr(step.t)
        denoised = process.denoised(step.t, y, score(step.t, y)) - process.mean
        noise_scale = noising.noise_scale(step.t_next)
        fresh = -jnp.expm1(-2 * h)
        kept = noise_scale / noising.noise_scale(step.t) * jnp.exp(-h) * (y - process.mean)
        moved = noising.signal(step.t_next) * fresh * extrapolated(denoised, memory, h)
        noise = noise_scale * jnp.sqrt(fresh) * process.noise(y, key=step.key)
        return process.mean + kept + moved + noise, Previous(denoised, h)


def extrapolated(denoised: Values, memory: Previous, h: Float[Array, ""]) -> Values:
    """The denoised values half a step ahead, along the line through the previous ones."""
    slope = jnp.where(
        memory.length > 0, h / (2 * jnp.where(memory.length > 0, memory.length, 1)), 0
    )
    return denoised + slope * (denoised - memory.denoised)
