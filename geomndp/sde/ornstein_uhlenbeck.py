"""The Ornstein-Uhlenbeck process towards a Gaussian process."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.gp import GaussianProcess
from geomndp.sde.gaussian_noising import AbstractGaussianNoising
from geomndp.sde.schedules import AbstractSchedule
from geomndp.typing import Time


class OrnsteinUhlenbeck(AbstractGaussianNoising):
    r"""$dY_t = -\tfrac12 \beta_t (Y_t - m)\, dt + \sqrt{\beta_t}\, L\, dB_t$, towards GP(m, k).

    So $\alpha_t = e^{-\frac12 \int\beta}$ and $\sigma_t^2 = 1 - \alpha_t^2$: the
    variance-preserving diffusion, on functions. With a `CosineSchedule` it is the
    variance-preserving interpolant
    $Y_t = \cos(\tfrac\pi2 t)\, Y_0 + \sin(\tfrac\pi2 t)\, L\xi$.

    Arguments:
        limit: The limit: white, correlated, curl-free, with a mean.
        schedule: The rate; its integral over all times tells how near the limit comes.

    References:
        Mathieu, Dutordoir, Hutchinson et al. (2023), arXiv:2307.05431, section 3.1; Song et al.
        (2021), arXiv:2011.13456.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=10.0))
        >>> f"{noising.signal(1.0):.4f}"
        '0.0821'
    """

    limit: GaussianProcess
    schedule: AbstractSchedule

    @property
    def t_min(self) -> float:
        return self.schedule.t_min

    @property
    def t_max(self) -> float:
        return self.schedule.t_max

    def clock(self, t: Time) -> Float[Array, ""]:
        r"""The clock $\int_0^t \beta$ of the process."""
        return self.schedule.integral(jnp.asarray(t))

    def signal(self, t: Time) -> Float[Array, ""]:
        return jnp.exp(-0.5 * self.clock(t))

    def noise_scale(self, t: Time) -> Float[Array, ""]:
        return jnp.sqrt(-jnp.expm1(-self.clock(t)))

    def rate(self, t: Time) -> Float[Array, ""]:
        return 0.5 * self.schedule(jnp.asarray(t))

    def diffusion(self, t: Time) -> Float[Array, ""]:
        return jnp.sqrt(self.schedule(jnp.asarray(t)))

    def half_log_snr(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return -0.5 * jnp.log(jnp.expm1(self.schedule.integral(t)))

    def time_at_half_log_snr(self, half_log_snr: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return self.schedule.inverse_integral(jnp.log1p(jnp.exp(-2 * half_log_snr)))
