"""Guidance by the first two moments of Tweedie's formula."""

import jax
import jax.numpy as jnp

from geomndp.sampling.guidance import AbstractGuidance
from geomndp.sampling.observed import Observed
from geomndp.sde import BoundScore, GaussianNoisingAtPoints
from geomndp.sde.base import as_time
from geomndp.solvers import AbstractSolver
from geomndp.typing import Time, Values


class TweedieGuidance(AbstractGuidance):
    r"""The denoised field, updated by the observations as a Kalman filter does.

    By Tweedie's formula the field at time 0 has, given the noised one, the mean D(y), see
    `GaussianNoisingAtPoints.denoised`, and the covariance

    $$ C = \frac{\sigma_t^2}{\alpha_t} \frac{\partial D}{\partial y} K. $$

    Were that law normal, what it is given the observations $y_o$ with noise of covariance R would
    be known: the guided score is that of which

    $$ D + C_{\cdot o} (C_{oo} + R)^{-1} (y_o - D_o) $$

    is the denoised field. It is exact for Gaussian data. An evaluation costs one of the score, and
    one Jacobian-vector product for each observed number, over one linearisation. Of a learned score
    $C_{oo}$ need be neither symmetric nor positive: it is symmetrised, and negative eigenvalues are
    taken for 0. Its error, beside the covariance $r_t^2 K_{oo}$ that values have given themselves
    noised, $r_t^2 = \sigma_t^2 / (\sigma_t^2 + \alpha_t^2)$, is that of the derivative of the
    network times $\sigma_t/\alpha_t$. So $\rho\, (\sigma_t/\alpha_t)\, r_t^2 K_{oo}$ is added to
    it, with the ridge $\rho$: without it samples of a learned score diverge.

    Arguments:
        solver: The reverse-time solver; that of `sample` when left out.
        ridge: The ridge $\rho$, how far the derivative of a network may be off; for an exact
            score 1e-3 is enough.

    Raises:
        ValueError: If the ridge is negative.

    References:
        Boys et al. (2023), *Tweedie Moment Projected Diffusions for Inverse Problems*,
        arXiv:2310.06721; Rozet et al. (2024), arXiv:2405.13712.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> data = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=10.0))
        >>> score, x = gn.sde.ExactGaussianScore(noising, data), jnp.array([[0.1], [3.0]])
        >>> y = gn.sampling.sample_conditional(
        ...     noising, score, gn.FieldSample(jnp.zeros((1, 1)), jnp.ones((1, 1))), x,
        ...     n_samples=500, method=gn.sampling.TweedieGuidance(), key=jax.random.key(0)
        ... )
        >>> exact = data.condition(jnp.zeros((1, 1)), jnp.ones((1, 1))).mean_and_covariance(x)[0]
        >>> bool(jnp.allclose(y.mean(0), exact, atol=0.1))
        True
    """

    solver: AbstractSolver | None = None
    ridge: float = 0.1

    def __check_init__(self) -> None:
        if not self.ridge >= 0:
            raise ValueError(f"expected ridge >= 0, got {self.ridge}")

    def guided(
        self, process: GaussianNoisingAtPoints, score: BoundScore, observed: Observed
    ) -> BoundScore:
        columns = observed.columns(process)

        def of_values(t: Time, y: Values) -> Values:
            t = as_time(t, y)
            denoised, derivative = jax.linearize(lambda y: process.denoised(t, y, score(t, y)), y)
            size = process.noising.noise_scale(t) ** 2 / process.noising.signal(t)
            rows = size * jax.vmap(derivative)(columns)
            # In units of its own size: near the data it is so small that rounding would tell.
            scale = jnp.maximum(jnp.mean(jnp.abs(rows)), jnp.finfo(y.dtype).tiny)
            ratio = process.noising.noise_scale(t) / process.noising.signal(t)
            alone = ratio**2 / (1 + ratio**2)
            ridge = self.ridge * ratio * alone * columns
            covariance = observed.covariance(process, rows, ridge) / scale
            weights = jnp.linalg.solve(covariance, observed.residual(denoised)) / scale
            updated = denoised + jnp.einsum("o,oij->ij", weights, rows)
            return process.score_of_denoised(t, y, updated)

        return of_values
