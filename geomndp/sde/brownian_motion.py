"""Brownian motion of each value on a manifold."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold, Sphere
from geomndp.sde.base import AbstractNoising, AbstractNoisingAtPoints, check_points
from geomndp.sde.brownian_limit import log_prob_end, sample_end
from geomndp.sde.schedules import AbstractSchedule, LinearSchedule
from geomndp.typing import Key, Locations, Mask, Time, Values


class BrownianMotion(AbstractNoising):
    r"""Independent Brownian motions of the values, with generator $\tfrac12\beta_t\Delta$.

    On a compact manifold the limit is the uniform law of every value. On $S^2$ the law
    $\mathbb{E}\langle Y_t, Y_0\rangle = e^{-\int\beta}$ shows how near it is. Flat space, alone
    or as a factor of a product, has none: there the law at `t_max` of a motion from the origin
    takes its place, so that values should be centred, and small beside the noise at the end. This
    is the variance-exploding process of Song et al. (2021), arXiv:2011.13456.

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
        >>> motion.at(x).sample_marginal(0.5, y, key=jax.random.key(0)).shape
        (5, 3)
    """

    manifold: AbstractManifold = Sphere(2)  # pyright: ignore[reportIncompatibleMethodOverride]
    schedule: AbstractSchedule = LinearSchedule()

    def __check_init__(self) -> None:
        _ = self.manifold.heat_kernel

    @property
    def t_min(self) -> float:
        return self.schedule.t_min

    @property
    def t_max(self) -> float:
        return self.schedule.t_max

    def diffusion(self, t: Time) -> Float[Array, ""]:
        return jnp.sqrt(self.schedule(jnp.asarray(t)))

    def clock(self, t: Time) -> Float[Array, ""]:
        r"""The clock $\int_0^t \beta$ of the motion."""
        return self.schedule.integral(jnp.asarray(t))

    def time_at(self, fraction: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Even in the logarithm of the clock."""
        return self.schedule.time_at(fraction)

    def noise_scale(self, t: Time) -> Float[Array, ""]:
        return jnp.sqrt(self.clock(t))

    def at(self, x: Locations, mask: Mask | None = None) -> "BrownianMotionAtPoints":
        return BrownianMotionAtPoints(self, x, check_points(x, mask))


class BrownianMotionAtPoints(AbstractNoisingAtPoints):
    """Brownian motion of the values at given points; locations play no part in it.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> process = motion.at(jnp.zeros((1, 1)))
        >>> f"{process.log_prob_limit(jnp.array([[0.0, 0.0, 1.0]])):.4f}"  # - log 4 pi
        '-2.5310'
    """

    noising: BrownianMotion
    x: Locations
    mask: Mask

    def drift(self, t: Time, y: Values) -> Values:
        return jnp.zeros_like(y)

    def noise(self, y: Values, *, key: Key) -> Values:
        return self.noising.manifold.random_tangent(y, key=key)

    def sample_marginal(self, t: Time, y0: Values, *, key: Key) -> Values:
        heat_kernel = self.noising.manifold.heat_kernel
        return heat_kernel.sample(y0, self._clock_of_each(t, y0), key=key)

    def marginal_score(self, t: Time, y0: Values, y: Values) -> Values:
        return self.noising.manifold.heat_kernel.score(y0, y, self._clock_of_each(t, y))

    def denoised(self, t: Time, y: Values, score: Values) -> Values:
        r"""The expectation of $Y_0$ given $Y_t = y$, to the first order in the clock.

        $$ \exp_y(\tau\, s) $$

        In flat space it is Tweedie's formula.
        """
        clock = self.noising.clock(t).astype(y.dtype)
        manifold = self.noising.manifold
        return manifold.exp(y, clock * manifold.project_tangent(y, score))

    def sample_limit(self, *, key: Key) -> Values:
        end = self.noising.clock(self.noising.t_max).astype(self.x.dtype)
        return sample_end(self.noising.manifold, end, self.x.shape[0], key=key)

    def log_prob_limit(self, y: Values) -> Float[Array, ""]:
        """On a compact manifold minus the number of real points times the log-volume."""
        end = self.noising.clock(self.noising.t_max)
        return jnp.sum(log_prob_end(self.noising.manifold, end, y), where=self.mask)

    def squared_norm(self, v: Values) -> Float[Array, ""]:
        real = jnp.where(self.mask[:, None], v, 0)
        return jnp.sum(self.noising.manifold.inner(real, real))

    def _clock_of_each(self, t: Time, y: Values) -> Float[Array, " n_points"]:
        return jnp.broadcast_to(self.noising.clock(t).astype(y.dtype), y.shape[:1])
