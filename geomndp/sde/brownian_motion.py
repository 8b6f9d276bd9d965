"""Brownian motion of each value on a manifold."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold
from geomndp.sde.base import AbstractNoising
from geomndp.sde.schedules import AbstractSchedule
from geomndp.typing import Key, Locations, Time, Values


class BrownianMotion(AbstractNoising):
    r"""Independent Brownian motions of the values, with generator $\tfrac12\beta_t\Delta$.

    On a compact manifold the limit is the uniform law of every value. On $S^2$ the law
    $\mathbb{E}\langle Y_t, Y_0\rangle = e^{-\int\beta}$ shows how near it is.

    Arguments:
        manifold: Where values live; its heat kernel must be known.
        schedule: The rate of the motion; its integral has the unit of a squared length.

    Raises:
        ValueError: If the heat kernel of the manifold is not available.

    References:
        De Bortoli et al. (2022), *Riemannian Score-Based Generative Modelling*, arXiv:2202.02763.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> x, y = jnp.zeros((5, 1)), jnp.tile(jnp.array([0.0, 0.0, 1.0]), (5, 1))
        >>> motion.sample_marginal(0.5, x, y, key=jax.random.key(0)).shape
        (5, 3)
    """

    manifold: AbstractManifold
    schedule: AbstractSchedule

    def __check_init__(self) -> None:
        _ = self.manifold.heat_kernel

    def clock(self, t: Time) -> Float[Array, ""]:
        r"""The time $\int_0^t \beta$ of the motion."""
        return self.schedule.integral(jnp.asarray(t))

    def drift(self, t: Time, x: Locations, y: Values) -> Values:
        return jnp.zeros_like(y)

    def noise(self, x: Locations, y: Values, *, key: Key) -> Values:
        return self.manifold.random_tangent(y, key=key)

    def noise_scale(self, t: Time) -> Float[Array, ""]:
        return jnp.sqrt(self.clock(t))

    def sample_marginal(self, t: Time, x: Locations, y0: Values, *, key: Key) -> Values:
        return self.manifold.heat_kernel.sample(y0, self._clock_of_each(t, y0), key=key)

    def marginal_score(self, t: Time, x: Locations, y0: Values, y: Values) -> Values:
        return self.manifold.heat_kernel.score(y0, y, self._clock_of_each(t, y))

    def sample_limit(self, x: Locations, *, key: Key) -> Values:
        return self.manifold.random_uniform(x.shape[:1], key=key).astype(x.dtype)

    def log_prob_limit(self, x: Locations, y: Values) -> Float[Array, ""]:
        """The uniform law of every value: minus the number of points times the log-volume."""
        return jnp.asarray(-y.shape[0] * self.manifold.log_volume, y.dtype)

    def _clock_of_each(self, t: Time, y: Values) -> Float[Array, " n_points"]:
        return jnp.broadcast_to(self.clock(t).astype(y.dtype), y.shape[:1])
