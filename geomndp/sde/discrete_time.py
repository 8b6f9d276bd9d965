"""Gaussian noising as a Markov chain: the process of DDPM."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.sde.gaussian_noising import AbstractGaussianNoising


class Posterior(NamedTuple):
    r"""Coefficients of $q(y_{k-1} \mid y_k, y_0)$, one for each step of a chain.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.sde.Posterior(jnp.ones(3), jnp.ones(3), jnp.ones(3)).variance.shape
        (3,)
    """

    of_data: Float[Array, " n_steps"]
    r"""What multiplies $y_0 - m$ in its mean."""
    of_noised: Float[Array, " n_steps"]
    r"""What multiplies $y_k - m$ in its mean."""
    variance: Float[Array, " n_steps"]
    """Its variance, in units of the covariance of the limit."""


class DiscreteTime(eqx.Module):
    r"""A noising process seen at the times $t_0 < t_1 < \dots < t_K$ of a chain.

    Each step of the chain keeps a share of the values and adds noise,

    $$ y_k - m = \frac{\alpha_k}{\alpha_{k-1}} (y_{k-1} - m) + \sqrt{\beta_k}\, L\xi, \qquad
       \beta_k = \sigma_k^2 - \frac{\alpha_k^2}{\alpha_{k-1}^2} \sigma_{k-1}^2, $$

    exactly, so that nothing of the continuous process is lost. For one that preserves variance,
    such as `OrnsteinUhlenbeck`, $\beta_k = 1 - \bar\alpha_k / \bar\alpha_{k-1}$ with $\bar\alpha =
    \alpha^2$, as in the paper, where also $t_0 = 0$.

    Arguments:
        noising: The process.
        times: Increasing times, two or more, at least 0.

    Raises:
        ValueError: If there are fewer than two times, or they do not increase from 0 or later.

    References:
        Ho, Jain & Abbeel (2020), *Denoising Diffusion Probabilistic Models*, arXiv:2006.11239,
        equations 2, 4, 6 and 7.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> white = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(white, gn.sde.ConstantSchedule(2.0))
        >>> chain = gn.sde.DiscreteTime(noising, jnp.array([0.0, 0.5, 1.0]))
        >>> chain.alpha_bars.round(4).tolist(), chain.betas.round(4).tolist()
        ([1.0, 0.3679, 0.1353], [0.6321, 0.6321])
        >>> chain.posterior.variance.round(4).tolist()
        [0.0, 0.4621]
    """

    noising: AbstractGaussianNoising
    times: Float[Array, " n_times"]

    def __check_init__(self) -> None:
        if self.times.ndim != 1 or self.times.shape[0] < 2:
            raise ValueError(f"expected two times or more, got an array of {self.times.shape}")
        if isinstance(self.times, Tracer):
            return
        times = np.asarray(self.times)
        if not (times[0] >= 0 and (np.diff(times) > 0).all()):
            raise ValueError(
                f"expected times that increase from 0 or later, got {times}; grids of solvers run "
                "from noise to data, so turn them round"
            )

    @property
    def n_steps(self) -> int:
        """Number K of steps."""
        return self.times.shape[0] - 1

    @property
    def alpha_bars(self) -> Float[Array, " n_times"]:
        r"""$\alpha_k^2$, the share of the variance of the data that is left at each time."""
        return self._signals**2

    @property
    def betas(self) -> Float[Array, " n_steps"]:
        r"""$\beta_k$, the variance that each step adds, in units of that of the limit."""
        return self._noise_scales[1:] ** 2 * self._fresh

    @property
    def posterior(self) -> Posterior:
        r"""The law of the values before each step, given those after it and those at time 0.

        It is normal, with mean and variance

        $$ m + \frac{\alpha_{k-1} \beta_k}{\sigma_k^2} (y_0 - m) + \frac{\alpha_k \sigma_{k-1}^2}
           {\alpha_{k-1} \sigma_k^2} (y_k - m), \qquad
           \tilde\beta_k = \frac{\sigma_{k-1}^2}{\sigma_k^2} \beta_k. $$
        """
        signals, scales = self._signals, self._noise_scales
        kept = signals[1:] / signals[:-1] * (scales[:-1] / scales[1:]) ** 2
        return Posterior(signals[:-1] * self._fresh, kept, scales[:-1] ** 2 * self._fresh)

    @property
    def _signals(self) -> Float[Array, " n_times"]:
        return jax.vmap(self.noising.signal)(self.times)

    @property
    def _noise_scales(self) -> Float[Array, " n_times"]:
        return jax.vmap(self.noising.noise_scale)(self.times)

    @property
    def _fresh(self) -> Float[Array, " n_steps"]:
        """The part of the noise after a step that it added; short steps do not cancel in it."""
        return -jnp.expm1(2 * jnp.diff(self.noising.half_log_snr(self.times)))
