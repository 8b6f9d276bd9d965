"""Schedules: the rate at which noise is added."""

import abc
import math

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float


class AbstractSchedule(eqx.Module):
    r"""A rate $\beta_t > 0$ of noising over times in [`t_min`, `t_max`].

    Its integral from 0 is the clock of the process; `inverse_integral` undoes `integral`.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> class QuadraticSchedule(gn.sde.AbstractSchedule):
        ...     t_min: float = 5e-3
        ...     t_max: float = 1.0
        ...     def __call__(self, t):
        ...         return 12 * t**2
        ...     def integral(self, t):
        ...         return 4 * t**3
        ...     def inverse_integral(self, clock):
        ...         return (clock / 4) ** (1 / 3)
        >>> float(QuadraticSchedule().time_at(jnp.array(1.0)))
        1.0
    """

    t_min: eqx.AbstractVar[float]
    t_max: eqx.AbstractVar[float]

    @abc.abstractmethod
    def __call__(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        r"""The rate $\beta_t$."""

    @abc.abstractmethod
    def integral(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        r"""The clock $\int_0^t \beta$."""

    @abc.abstractmethod
    def inverse_integral(self, clock: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """The time at which the clock shows `clock`."""

    def time_at(self, fraction: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """The time a fraction of the way from `t_min` to `t_max`, in the logarithm of the clock."""
        log_ends = jnp.log(self.integral(jnp.array([self.t_min, self.t_max], fraction.dtype)))
        clock = jnp.exp(log_ends[0] + fraction * (log_ends[1] - log_ends[0]))
        return self.inverse_integral(clock)


class LinearSchedule(AbstractSchedule):
    r"""$\beta_t = \beta_{\min} + (\beta_{\max} - \beta_{\min})\, t / t_{\max}$.

    Arguments:
        beta_min: Rate at time 0.
        beta_max: Rate at `t_max`.
        t_min: The earliest time, at which sampling stops.
        t_max: The latest time, at which sampling starts.

    Raises:
        ValueError: Unless 0 < beta_min <= beta_max and 0 < t_min < t_max.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> schedule = gn.sde.LinearSchedule(beta_min=1.0, beta_max=3.0)
        >>> float(schedule.integral(jnp.array(1.0)))
        2.0
    """

    beta_min: float = 1e-4
    beta_max: float = 15.0
    t_min: float = 5e-4
    t_max: float = 1.0

    def __check_init__(self) -> None:
        if not 0 < self.beta_min <= self.beta_max:
            raise ValueError(
                "expected 0 < beta_min <= beta_max, "
                f"got beta_min={self.beta_min}, beta_max={self.beta_max}"
            )
        _check_times(self)

    @property
    def _slope(self) -> Float[Array, ""] | float:
        return (self.beta_max - self.beta_min) / self.t_max

    def __call__(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return self.beta_min + self._slope * t

    def integral(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return self.beta_min * t + 0.5 * self._slope * t**2

    def inverse_integral(self, clock: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        # The root of the quadratic in the form that does not cancel for small clocks.
        root = jnp.sqrt(self.beta_min**2 + 2 * self._slope * clock)
        return 2 * clock / (self.beta_min + root)


class ConstantSchedule(AbstractSchedule):
    r"""$\beta_t = \beta$, at every time.

    Arguments:
        beta: The rate.
        t_min: The earliest time, at which sampling stops.
        t_max: The latest time, at which sampling starts.

    Raises:
        ValueError: Unless beta > 0 and 0 < t_min < t_max.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> float(gn.sde.ConstantSchedule(4.0).integral(jnp.array(0.5)))
        2.0
    """

    beta: float = 10.0
    t_min: float = 1e-6
    t_max: float = 1.0

    def __check_init__(self) -> None:
        if not self.beta > 0:
            raise ValueError(f"expected beta > 0, got {self.beta}")
        _check_times(self)

    def __call__(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return jnp.full_like(t, self.beta)

    def integral(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return self.beta * t

    def inverse_integral(self, clock: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return clock / self.beta


class CosineSchedule(AbstractSchedule):
    r"""$\beta_t = \pi \tan(\tfrac\pi2 t)$: the signal fades as a cosine.

    That is $e^{-\frac12\int\beta} = \cos(\tfrac\pi2 t)$. The clock would be infinite at time 1, so
    that `t_max` is a little less.

    Arguments:
        t_min: The earliest time, at which sampling stops.
        t_max: The latest time, at which sampling starts.

    Raises:
        ValueError: Unless 0 < t_min < t_max < 1.

    References:
        Nichol and Dhariwal (2021), arXiv:2102.09672, section 3.2, without the offset, in the place
        of which there is `t_min`.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> clock = gn.sde.CosineSchedule().integral(jnp.array(0.5))
        >>> f"{jnp.exp(-clock / 2):.4f}"
        '0.7071'
    """

    t_min: float = 5e-4
    t_max: float = 0.99

    def __check_init__(self) -> None:
        _check_times(self)
        if not self.t_max < 1:
            raise ValueError(f"expected t_max < 1, where the clock is infinite, got {self.t_max}")

    def __call__(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        return math.pi * jnp.tan(0.5 * math.pi * t)

    def integral(self, t: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        # Of the two forms of the logarithm of a cosine each cancels at one of the ends.
        early = -jnp.log1p(-(jnp.sin(0.5 * math.pi * t) ** 2))
        return jnp.where(t < 0.5, early, -2 * jnp.log(jnp.sin(0.5 * math.pi * (1 - t))))

    def inverse_integral(self, clock: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        angle = jnp.arctan2(jnp.sqrt(-jnp.expm1(-clock)), jnp.exp(-0.5 * clock))
        return angle * (2 / math.pi)


def _check_times(schedule: AbstractSchedule) -> None:
    if not 0 < schedule.t_min < schedule.t_max:
        raise ValueError(f"expected 0 < t_min < t_max, got {schedule.t_min} and {schedule.t_max}")
