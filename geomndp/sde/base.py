"""The interface of a noising process."""

import abc

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold
from geomndp.typing import Key, Locations, Mask, Time, Values


class AbstractNoising(eqx.Module):
    r"""A diffusion that turns a field into noise, run on all its points at once.

    $$ dY_t = b(t, x, Y_t)\, dt + g(t)\, dB_t $$

    with values on a manifold and $B$ a Brownian motion with the covariance of the limit. What
    depends on time alone is here; `at` gives what depends on the points too. To simulate a
    stochastic differential equation of your own, implement both. One that is linear in the values,
    in flat space, is an `AbstractGaussianNoising`, which only wants its two coefficients.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> noising: gn.sde.AbstractNoising = gn.sde.BrownianMotion(
        ...     gn.manifolds.Sphere(2), gn.sde.LinearSchedule()
        ... )
        >>> noise = noising.at(jnp.zeros((4, 1))).sample_limit(key=jax.random.key(0))
        >>> noise.shape
        (4, 3)
    """

    @property
    @abc.abstractmethod
    def manifold(self) -> AbstractManifold:
        """Where values live."""

    @property
    @abc.abstractmethod
    def t_min(self) -> float:
        """The earliest time, at which sampling stops."""

    @property
    @abc.abstractmethod
    def t_max(self) -> float:
        """The latest time, at which sampling starts."""

    @abc.abstractmethod
    def diffusion(self, t: Time) -> Float[Array, ""]:
        """The factor g of the Brownian motion."""

    @abc.abstractmethod
    def time_at(self, fraction: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """The time a fraction of the way from `t_min` to `t_max`.

        All scales of noise have an equal share: training draws its times so, and solvers place
        their steps so.
        """

    @abc.abstractmethod
    def noise_scale(self, t: Time) -> Float[Array, ""]:
        """Standard deviation of the noise at time t, in units of that of the limit if it has one.

        Its inverse is the size of scores, in units of the limit.
        """

    @abc.abstractmethod
    def at(self, x: Locations, mask: Mask | None = None) -> "AbstractNoisingAtPoints":
        """The process of the values at given points, with all that their locations determine.

        Arguments:
            x: Locations.
            mask: True at real points; all are real when left out.
        """


class AbstractNoisingAtPoints(eqx.Module):
    r"""A noising process of the values at given points.

    What the points alone determine, such as a factor of the covariance of the limit, is computed
    when it is made, once and before any loop. Implementations keep these laws: `sample_marginal`
    draws from the law of $Y_t$ given $Y_0$, `marginal_score` is the gradient of its log-density
    preconditioned by the covariance of the noise, and the law tends to that of `sample_limit`.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> gp = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(gp, gn.sde.LinearSchedule())
        >>> process: gn.sde.AbstractNoisingAtPoints = noising.at(jnp.zeros((4, 1)))
        >>> y = process.sample_limit(key=jax.random.key(0))
        >>> bool(jnp.allclose(process.reverse_drift(0.5, y, -y), -process.drift(0.5, y)))
        True
    """

    noising: eqx.AbstractVar[AbstractNoising]
    x: eqx.AbstractVar[Locations]
    mask: eqx.AbstractVar[Mask]

    @abc.abstractmethod
    def drift(self, t: Time, y: Values) -> Values:
        """The drift b of the forward process, a tangent vector at each value."""

    @abc.abstractmethod
    def noise(self, y: Values, *, key: Key) -> Values:
        """An increment of B over a unit of time: a random tangent vector at each value."""

    @abc.abstractmethod
    def sample_marginal(self, t: Time, y0: Values, *, key: Key) -> Values:
        """Values at time t of a field that had the values y0 at time 0."""

    @abc.abstractmethod
    def marginal_score(self, t: Time, y0: Values, y: Values) -> Values:
        """Score at y of the law of the values at time t, given y0 at time 0."""

    @abc.abstractmethod
    def sample_limit(self, *, key: Key) -> Values:
        """Values of a field of the limit."""

    @abc.abstractmethod
    def log_prob_limit(self, y: Values) -> Float[Array, ""]:
        """Log-density of the limit at the real points, in nats, with respect to the volume."""

    @abc.abstractmethod
    def squared_norm(self, v: Values) -> Float[Array, ""]:
        r"""$v \cdot K^{-1} v$ over the real points, with K the covariance of the noise.

        It is the squared size of a tangent vector in the metric in which B is isotropic.
        """

    def reverse_drift(self, t: Time, y: Values, score: Values) -> Values:
        """Drift, in forward time, of the diffusion that reverses this one: b - g² s."""
        return self.drift(t, y) - self.noising.diffusion(as_time(t, y)) ** 2 * score

    def probability_flow_drift(self, t: Time, y: Values, score: Values) -> Values:
        """Drift of the ordinary differential equation with the same marginals: b - g² s / 2."""
        return self.drift(t, y) - 0.5 * self.noising.diffusion(as_time(t, y)) ** 2 * score


def as_time(t: Time, y: Values) -> Float[Array, ""]:
    """A time in the precision of the values."""
    return jnp.asarray(t, y.dtype)


def check_time(noising: AbstractNoising, t: Time) -> None:
    """Refuse a time, where it is known, that is not within the range of a process.

    Raises:
        ValueError: Unless 0 <= t <= t_max.
    """
    if isinstance(t, Tracer):
        return
    time = np.asarray(t)
    if not ((time >= 0) & (time <= noising.t_max * (1 + 1e-5))).all():
        raise ValueError(
            f"expected times from 0 to {noising.t_max}, got {time}; "
            "noising.time_at(fraction) gives times that spread over all scales of noise"
        )


def check_points(x: Locations, mask: Mask | None) -> Mask:
    """The mask of points, all True when left out.

    Raises:
        ValueError: If there is no point, or the mask is of others.
    """
    if x.ndim != 2 or x.shape[0] == 0:
        raise ValueError(
            f"expected locations of shape (n_points, dim_x), n_points > 0, got {x.shape}"
        )
    if mask is None:
        return jnp.ones(x.shape[:1], bool)
    if mask.shape != x.shape[:1] or mask.dtype != bool:
        raise ValueError(
            f"expected a mask of {x.shape[0]} bools, one for each location, got {mask.dtype} of "
            f"shape {mask.shape}"
        )
    return mask


def check_values(y: Values, x: Locations, dim_y: int) -> None:
    """Refuse values that are not one of `dim_y` coordinates for each location.

    Raises:
        ValueError: If they are refused.
    """
    if y.shape != (x.shape[0], dim_y):
        raise ValueError(
            f"expected values of shape {(x.shape[0], dim_y)}, one for each location, got {y.shape}"
        )
