"""How much each time counts in denoising score matching."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import AbstractGaussianNoising, AbstractNoising


class AbstractWeighting(eqx.Module):
    r"""A factor of $\sigma_t^2 |s - \nabla \log p_t(y|y_0)|^2$, which is itself of order one.

    It is over times that are even in the logarithm of the ratio of signal to noise, so that a
    factor of 1 is the weighting by likelihood. `training.fit` draws times as often as they count,
    see `importance_times`.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> weighting: gn.losses.AbstractWeighting = gn.losses.LikelihoodWeighting()
        >>> weighting(noising, jnp.array(0.5)).item()
        1.0
    """

    @abc.abstractmethod
    def __call__(self, noising: AbstractNoising, t: Float[Array, ""]) -> Float[Array, ""]:
        """The factor at time t."""


class LikelihoodWeighting(AbstractWeighting):
    r"""Every scale of noise counts as it does in the likelihood.

    The divergence of the model from the data grows at the rate
    $\tfrac12 g^2 |s - \nabla\log p_t|^2 dt = \sigma^2 |s - \nabla\log p_t|^2 d\lambda$ in half the
    log ratio of signal to noise, in which times are even: so the factor is 1. With a limit that is
    not white this is so in the `NoiseMetric`.

    References:
        Song et al. (2021), *Maximum Likelihood Training of Score-Based Diffusion Models*,
        arXiv:2101.09258, theorem 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> gn.losses.LikelihoodWeighting()(motion, jnp.array(0.5)).item()
        1.0
    """

    def __call__(self, noising: AbstractNoising, t: Float[Array, ""]) -> Float[Array, ""]:
        return jnp.ones_like(t)


class TimeWeighting(AbstractWeighting):
    r"""As if times were even in t and the loss in units of the noise: "simple" in the literature.

    References:
        Ho et al. (2020), arXiv:2006.11239, equation 14.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> early, late = (gn.losses.TimeWeighting()(noising, jnp.array(t)) for t in (0.01, 0.5))
        >>> bool(early < late)
        True
    """

    def __call__(self, noising: AbstractNoising, t: Float[Array, ""]) -> Float[Array, ""]:
        # Times have the density |d lambda / dt| = g^2 / (2 sigma^2), which this divides out.
        return 2 * noising.noise_scale(t) ** 2 / noising.diffusion(t) ** 2


class MinSNRWeighting(AbstractWeighting):
    r"""The weighting by likelihood with the ratio of signal to noise cut off at $\gamma$.

    Little noise, where there is little to learn, counts less: the factor is
    $\min(\alpha^2/\sigma^2, \gamma)\, \sigma^2/\alpha^2$.

    Arguments:
        gamma: The ratio of variances above which times count less.

    References:
        Hang et al. (2023), arXiv:2303.09556.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> gn.losses.MinSNRWeighting(gamma=5.0)(noising, jnp.array(0.9)).item()
        1.0
    """

    gamma: float = 5.0

    def __check_init__(self) -> None:
        _check_positive("gamma", self.gamma)

    def __call__(self, noising: AbstractNoising, t: Float[Array, ""]) -> Float[Array, ""]:
        noising = _require_signal(noising)
        return jnp.minimum(self.gamma * jnp.exp(-2 * noising.half_log_snr(t)), 1)


class LogNormalWeighting(AbstractWeighting):
    r"""Times count by a normal law of the logarithm of the ratio of noise to signal.

    The factor is $\exp(-(\log(\sigma_t/\alpha_t) - \mu)^2 / 2 s^2)$. Where there is little noise,
    or nearly nothing but noise, the score is easily learned, and its error is small beside that in
    between, where most of the work is to be done; the randomness of the loss is not.

    Arguments:
        mean: The logarithm $\mu$ of the ratio, of standard deviations, that counts most.
        std: The standard deviation s of the logarithm.

    Raises:
        ValueError: Unless std > 0.

    References:
        Karras et al. (2022), arXiv:2206.00364, draw their times so; `EDMWeighting` counts errors as
        they do, too.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> t = noising.time_at_half_log_snr(jnp.array(2.0))  # the ratio of noise is exp(-2)
        >>> gn.losses.LogNormalWeighting(mean=-2.0, std=1.5)(noising, t).round(4).item()
        1.0
    """

    mean: float = -2.0
    std: float = 1.5

    def __check_init__(self) -> None:
        _check_positive("std", self.std)

    def __call__(self, noising: AbstractNoising, t: Float[Array, ""]) -> Float[Array, ""]:
        log_ratio = -_require_signal(noising).half_log_snr(t)
        return jnp.exp(-0.5 * ((log_ratio - self.mean) / self.std) ** 2)


class EDMWeighting(AbstractWeighting):
    r"""The squared error of what a network of `parametrisations.EDM` says, at log-normal noise.

    With the ratio $r = \sigma_t/\alpha_t$ of noise to signal the factor is

    $$ (1 + r^2) \exp(-(\log r - \mu)^2 / 2 s^2). $$

    The first part makes the loss the squared error of what the network says, and so of the values
    at time 0 where there is much noise. `LogNormalWeighting` leaves it out, and makes little of
    noise that is larger than single values. There the coarse features of smooth fields are decided,
    which show in the mean of many noisy values when none of them tells anything: in short runs with
    that weighting they are learned last, and draws vary too little.

    Limit and data are taken to have the same variance.

    Arguments:
        mean: The logarithm $\mu$ of the ratio, of standard deviations.
        std: The standard deviation s of the logarithm.

    Raises:
        ValueError: Unless std > 0.

    References:
        Karras et al. (2022), arXiv:2206.00364, table 1 and section 5, whose defaults these are.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> t = noising.time_at_half_log_snr(jnp.array(0.0))  # as much noise as signal
        >>> gn.losses.EDMWeighting(mean=0.0)(noising, t).round(4).item()
        2.0
    """

    mean: float = -1.2
    std: float = 1.2

    def __check_init__(self) -> None:
        _check_positive("std", self.std)

    def __call__(self, noising: AbstractNoising, t: Float[Array, ""]) -> Float[Array, ""]:
        log_ratio = -_require_signal(noising).half_log_snr(t)
        return LogNormalWeighting(self.mean, self.std)(noising, t) * (1 + jnp.exp(2 * log_ratio))


def _check_positive(name: str, value: float) -> None:
    if not value > 0:
        raise ValueError(f"expected {name} > 0, got {value}")


def _require_signal(noising: AbstractNoising) -> AbstractGaussianNoising:
    if not isinstance(noising, AbstractGaussianNoising):
        raise TypeError(
            "expected a Gaussian noising process, which has a ratio of signal to noise, got "
            f"{type(noising).__name__}; use LikelihoodWeighting"
        )
    return noising
