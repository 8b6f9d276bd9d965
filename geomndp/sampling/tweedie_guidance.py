"""Guidance by the first two moments of Tweedie's formula."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sampling.gaussian_likelihood import update
from geomndp.sampling.guidance import ON_MANIFOLDS, AbstractTwist, Guided, Twist, denoiser
from geomndp.sampling.observed import Observed
from geomndp.sde import AbstractNoisingAtPoints, BoundScore, GaussianNoisingAtPoints
from geomndp.sde.base import as_time
from geomndp.solvers import AbstractSolver
from geomndp.solvers.gaussian import require_gaussian
from geomndp.typing import Time, Values


class TweedieGuidance(AbstractTwist):
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

    def twist(
        self, process: AbstractNoisingAtPoints, score: BoundScore, observed: Observed
    ) -> Twist:
        process = require_gaussian(process, self, ON_MANIFOLDS)
        noising, columns = process.noising, observed.columns(process)

        def of_values(t: Time, y: Values) -> Guided:
            t = as_time(t, y)
            denoise = denoiser(process, score, t)
            denoised, derivative, own = jax.linearize(denoise, y, has_aux=True)
            size = noising.noise_scale(t) ** 2 / noising.signal(t)
            rows = size * jax.vmap(derivative)(columns)
            ridge = self.ridge * spread_alone(process, t) * columns
            covariance = observed.covariance(process, rows, ridge)
            found = update(observed.residual(denoised), covariance, observed.is_real)
            updated = denoised + jnp.einsum("o,oij->ij", found.weights, rows)
            guided = process.score_of_denoised(t, y, updated)
            return Guided(own, guided, found.log_likelihood)

        return of_values


def spread_alone(process: GaussianNoisingAtPoints, t: Float[Array, ""]) -> Float[Array, ""]:
    r"""The factor $(\sigma_t/\alpha_t)\, r_t^2$ of the limit's covariance that a ridge adds."""
    ratio = process.noising.noise_scale(t) / process.noising.signal(t)
    return ratio**3 / (1 + ratio**2)
