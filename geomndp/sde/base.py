"""The interface of a noising process."""

import abc

import equinox as eqx
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold
from geomndp.sde.schedules import AbstractSchedule
from geomndp.typing import Key, Locations, Time, Values


class AbstractNoising(eqx.Module):
    r"""A diffusion that turns a field into noise, run on all its points at once.

    $$ dY_t = b(t, x, Y_t)\, dt + \sqrt{\beta_t}\, dB_t $$

    with values on a manifold and $B$ a Brownian motion with the covariance of the limit. The
    clock of the process is $\int \beta$. Implementations keep these laws: `sample_marginal` draws
    from the law of $Y_t$ given $Y_0$, `marginal_score` is the (preconditioned) gradient of its
    log-density, and the law tends to that of `sample_limit`.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> noising: gn.sde.AbstractNoising = gn.sde.BrownianMotion(
        ...     gn.manifolds.Sphere(2), gn.sde.LinearSchedule()
        ... )
        >>> noise = noising.sample_limit(jnp.zeros((4, 1)), key=jax.random.key(0))
        >>> noise.shape
        (4, 3)
    """

    manifold: eqx.AbstractVar[AbstractManifold]
    schedule: eqx.AbstractVar[AbstractSchedule]

    @abc.abstractmethod
    def drift(self, t: Time, x: Locations, y: Values) -> Values:
        """The drift b of the forward process, a tangent vector at each value."""

    @abc.abstractmethod
    def noise(self, x: Locations, y: Values, *, key: Key) -> Values:
        """An increment of B over a unit of the clock: a random tangent vector at each value."""

    @abc.abstractmethod
    def noise_scale(self, t: Time) -> Float[Array, ""]:
        """Standard deviation of the noise in each tangent direction: the inverse size of scores."""

    @abc.abstractmethod
    def sample_marginal(self, t: Time, x: Locations, y0: Values, *, key: Key) -> Values:
        """Values at time t of a field that had the values y0 at time 0."""

    @abc.abstractmethod
    def marginal_score(self, t: Time, x: Locations, y0: Values, y: Values) -> Values:
        """Score at y of the law of the values at time t, given y0 at time 0."""

    @abc.abstractmethod
    def sample_limit(self, x: Locations, *, key: Key) -> Values:
        """Values of a field of the limit."""

    @abc.abstractmethod
    def log_prob_limit(self, x: Locations, y: Values) -> Float[Array, ""]:
        """Log-density of the limit, in nats, with respect to the Riemannian volume."""
