"""Noising processes that are linear in the values and tend to a Gaussian process."""

import abc
import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.gp import GaussianProcess
from geomndp.linalg import AbstractOperator
from geomndp.linalg.embedded import Frame
from geomndp.linalg.frames import frame_of, from_frame, rank_of, to_frame
from geomndp.manifolds import Euclidean
from geomndp.sde.base import (
    AbstractNoising,
    AbstractNoisingAtPoints,
    as_time,
    check_points,
    check_time,
    check_values,
)
from geomndp.typing import Key, Locations, Mask, Time, Values


class AbstractGaussianNoising(AbstractNoising):
    r"""Values that fade while noise of a Gaussian process $\mathrm{GP}(m, k)$ grows.

    $$ Y_t = m + \alpha_t (Y_0 - m) + \sigma_t L \xi, \qquad K(x, x) = L L^\top,
       \quad \xi \sim N(0, I) $$

    which is the law of the diffusion with the drift $-r_t (Y_t - m)$, the rate
    $r = -\dot\alpha/\alpha$ and $g^2 = d\sigma^2/dt + 2 r \sigma^2$. In whitened coordinates,
    $Y - m = L z$, it is an isotropic diffusion, so that whatever is known of those holds with
    $K \nabla \log p$ in the place of the score and $L\xi$ in that of the noise.

    The law at `t_max` is not quite the limit: `limit_mismatch` says how far it is. A limit that is
    much smoother than the data is never reached, since in the directions in which it has no
    variance to speak of the data's rest is large beside it; give it some white noise
    (`+ White(0.05)`), or take white noise alone.

    To define another, give $\alpha$, $\sigma$ and the time at a half log signal-to-noise ratio.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> class SubVariancePreserving(gn.sde.AbstractGaussianNoising):
        ...     limit: gn.GaussianProcess
        ...     beta: float = 10.0
        ...     t_min = 1e-3
        ...     t_max = 1.0
        ...     def signal(self, t):
        ...         return jnp.exp(-self.beta * t / 2)
        ...     def noise_scale(self, t):
        ...         return 1 - jnp.exp(-self.beta * t)
        ...     def time_at_half_log_snr(self, half_log_snr):
        ...         return 2 / self.beta * jnp.arcsinh(0.5 * jnp.exp(-half_log_snr))
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> f"{SubVariancePreserving(limit).diffusion(0.1) ** 2:.4f}"  # beta (1 - exp(-2 beta t))
        '8.6466'
    """

    limit: eqx.AbstractVar[GaussianProcess]

    @abc.abstractmethod
    def signal(self, t: Time) -> Float[Array, ""]:
        r"""The share $\alpha_t$ of the values at time 0 that is left."""

    @abc.abstractmethod
    def time_at_half_log_snr(self, half_log_snr: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """The time at which `half_log_snr` has a value."""

    @property
    def manifold(self) -> Euclidean:
        return Euclidean(self.limit.dim_y)

    def half_log_snr(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        r"""Half the logarithm of the ratio of signal to noise, $\log(\alpha_t/\sigma_t)$.

        It falls with time, and is the natural clock of everything here: an error of the score adds
        to the divergence of the model from the data in proportion to the time it lasts in it.
        """
        return jnp.log(self.signal(t) / self.noise_scale(t))

    def rate(self, t: Time) -> Float[Array, ""]:
        r"""The rate $r_t = -\dot\alpha_t/\alpha_t$ at which the signal fades."""
        t = jnp.asarray(t)
        return -jax.grad(lambda t: jnp.log(self.signal(t)))(t)

    def diffusion(self, t: Time) -> Float[Array, ""]:
        t = jnp.asarray(t)
        growth = jax.grad(lambda t: self.noise_scale(t) ** 2)(t)
        return jnp.sqrt(growth + 2 * self.rate(t) * self.noise_scale(t) ** 2)

    def time_at(self, fraction: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Even in the logarithm of the ratio of signal to noise."""
        ends = self.half_log_snr(jnp.array([self.t_min, self.t_max], fraction.dtype))
        time = self.time_at_half_log_snr(ends[0] + fraction * (ends[1] - ends[0]))
        return jnp.clip(time, self.t_min, self.t_max)

    def at(self, x: Locations, mask: Mask | None = None) -> "GaussianNoisingAtPoints":
        mask = check_points(x, mask)
        return GaussianNoisingAtPoints(
            self, x, mask, self.limit.mean(x), self.limit.operator(x, mask)
        )


class GaussianNoisingAtPoints(AbstractNoisingAtPoints):
    r"""A Gaussian noising process of the values at given points.

    It holds a factor of the covariance of the limit there, with which it makes noise, and by which
    it turns scores from one form into another. With `score` the preconditioned
    $K \nabla \log p_t$, the expectation of the noise $L\xi$ is $-\sigma_t$ times it, by Tweedie's
    formula that of $Y_0$ is `denoised`, and that of $\dot Y_t$ is the drift of the probability
    flow.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> gp = gn.GaussianProcess(gn.kernels.Matern52(1.0, 2.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(gp, gn.sde.LinearSchedule())
        >>> process = noising.at(jnp.arange(3.0)[:, None])
        >>> y0 = gp.sample(process.x, key=jax.random.key(0))
        >>> y = process.sample_marginal(0.5, y0, key=jax.random.key(1))
        >>> score = process.marginal_score(0.5, y0, y)
        >>> bool(jnp.allclose(process.denoised(0.5, y, score), y0, atol=1e-5))
        True
    """

    noising: AbstractGaussianNoising
    x: Locations
    mask: Mask
    mean: Values
    covariance: AbstractOperator
    """Factorised, and the identity at padded points."""

    @property
    def frame(self) -> Frame | None:
        """Bases of the subspaces that hold the values, where they do not fill space.

        Tangent vectors of the globe have them, where the limit is of such.
        """
        return frame_of(self.covariance)

    @property
    def variances(self) -> Values:
        """The variance of the limit for each coordinate.

        Of values in subspaces it is the mean over their directions, of which no coordinate is one.
        """
        diagonal = self.covariance.diagonal()
        if self.frame is None:
            return diagonal
        mean = jnp.sum(diagonal, -1, keepdims=True) / rank_of(self.covariance)
        return jnp.broadcast_to(mean, diagonal.shape)

    def within(self, v: Values) -> Values:
        """The part of vectors in the subspaces that hold the values; all of it in most cases."""
        return from_frame(self.frame, to_frame(self.frame, v))

    def drift(self, t: Time, y: Values) -> Values:
        return -self.noising.rate(as_time(t, y)) * (y - self.mean)

    def noise(self, y: Values, *, key: Key) -> Values:
        return self.covariance.sample(key=key)

    def marginal_mean(self, t: Time, y0: Values) -> Values:
        r"""$m + \alpha_t (y_0 - m)$."""
        return self.mean + self.noising.signal(as_time(t, y0)) * (y0 - self.mean)

    def sample_marginal(self, t: Time, y0: Values, *, key: Key) -> Values:
        check_time(self.noising, t)
        check_values(y0, self.x, self.noising.limit.dim_y)
        noise = self.noising.noise_scale(as_time(t, y0)) * self.noise(y0, key=key)
        return self.marginal_mean(t, y0) + noise

    def marginal_score(self, t: Time, y0: Values, y: Values) -> Values:
        check_time(self.noising, t)
        variance = self.noising.noise_scale(as_time(t, y)) ** 2
        return (self.marginal_mean(t, y0) - y) / variance

    def sample_limit(self, *, key: Key) -> Values:
        return self.mean + self.covariance.sample(key=key)

    def log_prob_limit(self, y: Values) -> Float[Array, ""]:
        check_values(y, self.x, self.noising.limit.dim_y)
        n_values = self.n_values.astype(y.dtype)
        log_scale = self.covariance.log_det() + n_values * math.log(2 * math.pi)
        return -0.5 * (self.squared_norm(y - self.mean) + log_scale)

    def squared_norm(self, v: Values) -> Float[Array, ""]:
        real = jnp.where(self.mask[:, None], v, 0)
        return jnp.sum(self.covariance.sqrt_solve(real) ** 2)

    @property
    def n_values(self) -> Array:
        """Number of independent values at real points: n p, or fewer for each in subspaces."""
        return jnp.sum(self.mask) * rank_of(self.covariance)

    def denoised(self, t: Time, y: Values, score: Values) -> Values:
        r"""The expectation of $Y_0$ given $Y_t = y$, by Tweedie's formula.

        $$ m + \frac{y - m + \sigma_t^2 K \nabla \log p_t(y)}{\alpha_t} $$
        """
        t = as_time(t, y)
        shift = self.noising.noise_scale(t) ** 2 * score
        return self.mean + (y - self.mean + shift) / self.noising.signal(t)

    def score_of_denoised(self, t: Time, y: Values, denoised: Values) -> Values:
        """The score of which `denoised` is the expectation of the values at time 0."""
        return self.marginal_score(t, denoised, y)

    def score_of_velocity(self, t: Time, y: Values, velocity: Values) -> Values:
        """The score of which `velocity` is the drift of the probability flow."""
        return 2 * (self.drift(t, y) - velocity) / self.noising.diffusion(as_time(t, y)) ** 2

    def limit_divergence(self, y0: Values) -> Float[Array, ""]:
        r"""KL divergence, in nats, of the law of $Y_{t_{\max}}$ given $Y_0$ from the limit.

        Its mean over the data bounds that of the law of all $Y_{t_{\max}}$ from above, whatever
        the data.
        """
        t = as_time(self.noising.t_max, y0)
        variance = self.noising.noise_scale(t) ** 2
        spread = self.n_values.astype(y0.dtype) * (variance - 1 - jnp.log(variance))
        return 0.5 * (spread + self.noising.signal(t) ** 2 * self.squared_norm(y0 - self.mean))
