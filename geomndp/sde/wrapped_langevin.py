"""Langevin dynamics to a wrapped normal law, for manifolds without a uniform one."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold, Euclidean
from geomndp.sde.base import AbstractNoising, AbstractNoisingAtPoints, as_time, check_points
from geomndp.sde.schedules import AbstractSchedule, LinearSchedule
from geomndp.sde.wrapped_normal import WrappedNormal
from geomndp.typing import Key, Locations, Mask, Time, Values


class WrappedLangevin(AbstractNoising):
    r"""Independent Langevin dynamics of the values, towards a wrapped normal law.

    $$ dY_t = \tfrac12 \beta_t\, s^2\, \nabla \log p_\infty(Y_t)\, dt + \sqrt{\beta_t}\, s\, dB_t $$

    with $p_\infty$ the `WrappedNormal` law of scale s about the base point of the manifold. In flat
    space it is `OrnsteinUhlenbeck` with a white limit. Elsewhere the law of $Y_t$ given $Y_0$ has
    no closed form: it is sampled by a walk along geodesics, whose steps make it approximate, and
    its score is not known. Train with `losses.ImplicitScoreMatching` or with
    `losses.SlicedScoreMatching`.

    Arguments:
        manifold: Where values live: one where each point is the end of one geodesic from the base
            point, such as flat or hyperbolic space.
        schedule: The rate.
        scale: Standard deviation s of the limit, a length.
        n_steps: Number of steps of the walk that samples the noised values.

    Raises:
        ValueError: If the manifold is compact, the scale not positive, or `n_steps` below 1.

    References:
        De Bortoli et al. (2022), *Riemannian Score-Based Generative Modelling*, arXiv:2202.02763,
        sections 3.1 and 3.2.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> noising = gn.sde.WrappedLangevin(gn.manifolds.Euclidean(2), scale=3.0)
        >>> process, y0 = noising.at(jnp.zeros((4, 1))), jnp.ones((4, 2))
        >>> process.sample_marginal(0.5, y0, key=jax.random.key(0)).shape
        (4, 2)
        >>> noising.noise_scale(1.0).round(2).item()  # nearly that of the limit
        3.0
    """

    manifold: AbstractManifold = Euclidean(1)  # pyright: ignore[reportIncompatibleMethodOverride]
    schedule: AbstractSchedule = LinearSchedule()
    scale: float = 1.0
    n_steps: int = 50

    def __check_init__(self) -> None:
        _ = self.limit
        if self.n_steps < 1:
            raise ValueError(f"expected at least 1 step, got n_steps={self.n_steps}")

    @property
    def limit(self) -> WrappedNormal:
        """The law of each value in the end."""
        return WrappedNormal(self.manifold, self.scale)

    @property
    def t_min(self) -> float:
        return self.schedule.t_min

    @property
    def t_max(self) -> float:
        return self.schedule.t_max

    def diffusion(self, t: Time) -> Float[Array, ""]:
        return self.scale * jnp.sqrt(self.schedule(jnp.asarray(t)))

    def noise_scale(self, t: Time) -> Float[Array, ""]:
        """As in flat space: a length, which grows to the scale of the limit."""
        clock = self.schedule.integral(jnp.asarray(t))
        return self.scale * jnp.sqrt(-jnp.expm1(-clock))

    def time_at(self, fraction: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Even in the logarithm of the ratio of signal to noise that flat space has."""
        times = jnp.array([self.t_min, self.t_max], fraction.dtype)
        log_ratio = jnp.log(jnp.expm1(self.schedule.integral(times)))
        clock = jax.nn.softplus(log_ratio[0] + fraction * (log_ratio[1] - log_ratio[0]))
        return jnp.clip(self.schedule.inverse_integral(clock), self.t_min, self.t_max)

    def at(self, x: Locations, mask: Mask | None = None) -> "WrappedLangevinAtPoints":
        return WrappedLangevinAtPoints(self, x, check_points(x, mask))


class WrappedLangevinAtPoints(AbstractNoisingAtPoints):
    """Langevin dynamics of the values at given points; locations play no part in it.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> line, schedule = gn.manifolds.Euclidean(1), gn.sde.ConstantSchedule(4.0)
        >>> noising = gn.sde.WrappedLangevin(line, schedule)
        >>> noising.at(jnp.zeros((1, 1))).drift(0.5, jnp.array([[3.0]])).tolist()
        [[-6.0]]
    """

    noising: WrappedLangevin
    x: Locations
    mask: Mask

    def drift(self, t: Time, y: Values) -> Values:
        return 0.5 * self.noising.diffusion(as_time(t, y)) ** 2 * self.noising.limit.score(y)

    def noise(self, y: Values, *, key: Key) -> Values:
        return self.noising.manifold.random_tangent(y, key=key)

    def sample_marginal(self, t: Time, y0: Values, *, key: Key) -> Values:
        """By the midpoint rule, with geodesics as its steps, even in the clock."""
        noising, manifold = self.noising, self.noising.manifold
        squared = noising.scale**2 * noising.schedule.integral(as_time(t, y0)) / noising.n_steps

        def step(y: Values, key: Key) -> tuple[Values, None]:
            noise = jnp.sqrt(squared) * self.noise(y, key=key)
            half = manifold.exp(y, 0.25 * squared * noising.limit.score(y) + 0.5 * noise)
            drift = manifold.transport(half, y, 0.5 * squared * noising.limit.score(half))
            return manifold.exp(y, drift + noise), None

        return jax.lax.scan(step, y0, jax.random.split(key, noising.n_steps))[0]

    def marginal_score(self, t: Time, y0: Values, y: Values) -> Values:
        """It is not known.

        Raises:
            TypeError: Always.
        """
        raise TypeError(
            "expected a process whose law given the start is known, got WrappedLangevin; train by "
            "ImplicitScoreMatching or SlicedScoreMatching, which need no target"
        )

    def sample_limit(self, *, key: Key) -> Values:
        return self.noising.limit.sample(self.x.shape[0], self.x.dtype, key=key)

    def log_prob_limit(self, y: Values) -> Float[Array, ""]:
        return jnp.sum(self.noising.limit.log_prob(y), where=self.mask)

    def squared_norm(self, v: Values) -> Float[Array, ""]:
        return jnp.sum(self.noising.manifold.inner(v, v), where=self.mask)
