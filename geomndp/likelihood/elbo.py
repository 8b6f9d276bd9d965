"""The variational bound of the log-density."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood.estimate import LikelihoodEstimate, check_finite
from geomndp.losses import low_discrepancy_times
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, GaussianNoisingAtPoints, bind
from geomndp.sde.base import check_values
from geomndp.typing import Key, Score


def elbo(
    noising: AbstractNoising,
    score: Score,
    sample: FieldSample,
    *,
    n_times: int = 128,
    key: Key,
) -> LikelihoodEstimate:
    r"""A lower bound, in nats, of the log-density of a field's values at time 0.

    It takes no derivatives of the score.

    The model is the reverse diffusion from the limit to `t_min`, followed by a normal law of the
    values at time 0, $N(m + (y - m)/\alpha,\ \rho^2 K)$ with $\rho = \sigma/\alpha$ at
    `t_min`, which is what `p(y | y_0)` is as a function of $y_0$. Then

    $$ \log p(y_0) \ge \mathbb{E} \log p(y_0 \mid Y_{t_{\min}})
       - \mathrm{KL}\bigl(p(Y_{t_{\max}} \mid y_0) \,\|\, \text{limit}\bigr)
       - \mathbb{E} \int \sigma^2 \bigl| L^{-1}(s - K\nabla\log p(Y_t \mid y_0)) \bigr|^2
       d\lambda $$

    with $\lambda$ half the log ratio of signal to noise, between its values at both ends. The first
    two parts are in closed form, the first being
    $-\tfrac{np}{2}(1 + \log 2\pi\rho^2) - \tfrac12 \log\det K$. The integral is an average over
    times and noise, with the squared length of the noise, whose expectation is known, as a
    control variate.

    For the exact score of Gaussian data the gap is, in expectation over the data, the mismatch at
    `t_max` (`sde.limit_mismatch`) and $\tfrac12 \sum \log(1 + \rho^2/\Lambda_i)$ over the variances
    $\Lambda_i$ of the data in units of the limit: what is lost at `t_min`. The bound is of
    the reverse diffusion; with a score that is no gradient of a law the probability flow has
    another density, which it need not bound.

    Arguments:
        noising: The process, a Gaussian noising.
        score: Its score; a pytree compiles once.
        sample: One field.
        n_times: How many times, each with noise of its own: that many evaluations of the score.
        key: Random key.

    Returns:
        The bound, and its standard error, from the differences of neighbouring times.

    Raises:
        TypeError: If the noising is not Gaussian, as on a manifold.
        ValueError: If the points, the values or the mask are unfit, `n_times` is below 2, or the
            result is not finite.

    References:
        Kingma et al. (2021), *Variational Diffusion Models*, arXiv:2107.00630, equations 11 to 18.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> white = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(white, gn.sde.LinearSchedule())
        >>> score = gn.sde.ExactGaussianScore(noising, white)
        >>> sample = gn.FieldSample(jnp.zeros((3, 1)), jnp.ones((3, 1)))
        >>> bound = gn.likelihood.elbo(noising, score, sample, key=jax.random.key(0))
        >>> exact = white.log_prob(sample.x, sample.y)
        >>> bool(jnp.abs(bound.value - exact) < 5 * bound.standard_error)
        True
    """
    if n_times < 2:
        raise ValueError(f"expected n_times of at least 2, got {n_times}; more give less variance")
    estimate = _elbo(noising, score, sample, n_times, key)
    check_finite(estimate.value, "bound")
    return estimate


@eqx.filter_jit
def _elbo(noising, score, sample, n_times, key):
    process = _require_gaussian(noising.at(sample.x, sample.mask))
    bound = bind(score, process)
    y0 = sample.y
    check_values(y0, sample.x, process.noising.limit.dim_y)
    of_times, of_noise = jax.random.split(key)
    times = low_discrepancy_times(process.noising, n_times, key=of_times).astype(y0.dtype)

    def at_time(arguments):
        t, key = arguments
        y = process.sample_marginal(t, y0, key=key)
        return _loss(process, t, y, bound(t, y), process.marginal_score(t, y0, y))

    # In order of time, so that neighbours have nearly the same expectation.
    arguments = jnp.sort(times), jax.random.split(of_noise, n_times)
    losses = jax.lax.map(at_time, arguments, batch_size=min(n_times, 8))
    ends = jnp.array([noising.t_min, noising.t_max], y0.dtype)
    length = -jnp.diff(process.noising.half_log_snr(ends))[0]
    known = _reconstruction(process, ends[0]) - process.limit_divergence(y0)
    error = jnp.sqrt(0.5 * jnp.mean(jnp.diff(losses) ** 2) / n_times)
    return LikelihoodEstimate(known - length * jnp.mean(losses), length * error)


def _loss(process: GaussianNoisingAtPoints, t, y, score, exact) -> Float[Array, ""]:
    """The integrand, less a multiple of the noise's excess length that leaves its expectation."""
    noise = process.noising.noise_scale(t)
    share = 1 / (1 + jnp.exp(-2 * process.noising.half_log_snr(t)))
    n_values = process.n_values.astype(y.dtype)
    excess = process.squared_norm(noise * exact) - n_values
    return process.squared_norm(noise * (score - exact)) - share * excess


def _reconstruction(process: GaussianNoisingAtPoints, t: Array) -> Float[Array, ""]:
    """The expected log-density of the values at time 0 given those at time t."""
    log_ratio = -process.noising.half_log_snr(t)
    n_values = process.n_values.astype(t.dtype)
    log_scale = 1 + math.log(2 * math.pi) + 2 * log_ratio
    return -0.5 * (n_values * log_scale + process.covariance.log_det())


def _require_gaussian(process: AbstractNoisingAtPoints) -> GaussianNoisingAtPoints:
    if not isinstance(process, GaussianNoisingAtPoints):
        raise TypeError(
            "expected a Gaussian noising process, got "
            f"{type(process.noising).__name__}; the first step of its bound has no closed form, "
            "use log_prob"
        )
    return process
