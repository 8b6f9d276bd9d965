"""Fields with normal laws, noised by Brownian motion in flat space: their scores are known."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from laws_of_solvers import numbering

import geomndp as gn
from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, AbstractSchedule, BrownianMotion


class NormalScore(eqx.Module):
    """The score of fields with normal values, noised by Brownian motion.

    Columns of y are independent, with the same covariance across points and each its own mean.
    """

    mean: jax.Array
    covariance: jax.Array
    schedule: AbstractSchedule

    def __call__(self, t: Any, x: Any, y: Any, mask: Any) -> Any:
        both = mask[:, None] & mask[None, :]
        noise = self.schedule.integral(t) * jnp.eye(len(y))
        noised = jnp.where(both, self.covariance, 0) + noise
        return -jnp.linalg.solve(noised, y - self.mean)


class WideBrownianMotion(AbstractNoising):
    """Brownian motion in flat space, with the normal law of its widest noise as the limit."""

    # A field overrides an abstract property only with a default.
    manifold: gn.manifolds.Euclidean = gn.manifolds.Euclidean(1)  # pyright: ignore[reportIncompatibleMethodOverride]
    schedule: AbstractSchedule = gn.sde.LinearSchedule()

    @property
    def motion(self) -> BrownianMotion:
        return BrownianMotion(self.manifold, self.schedule)

    @property
    def t_min(self) -> float:
        return self.schedule.t_min

    @property
    def t_max(self) -> float:
        return self.schedule.t_max

    def diffusion(self, t: Any) -> Any:
        return self.motion.diffusion(t)

    def time_at(self, fraction: Any) -> Any:
        return self.motion.time_at(fraction)

    def noise_scale(self, t: Any) -> Any:
        return self.motion.noise_scale(t)

    def at(self, x: Any, mask: Any = None) -> "BrownianMotionFromNormal":
        here = self.motion.at(x, mask)
        width = self.motion.noise_scale(jnp.asarray(self.t_max))
        return BrownianMotionFromNormal(self.motion, here.x, here.mask, width)


class BrownianMotionFromNormal(AbstractNoisingAtPoints):
    """Brownian motion at points, with a normal law as the limit."""

    noising: BrownianMotion
    x: jax.Array
    mask: jax.Array
    width: jax.Array
    """Standard deviation of the limit."""

    @property
    def here(self) -> gn.sde.BrownianMotionAtPoints:
        return self.noising.at(self.x, self.mask)

    def drift(self, t: Any, y: Any) -> Any:
        return self.here.drift(t, y)

    def noise(self, y: Any, *, key: Any) -> Any:
        return self.here.noise(y, key=key)

    def sample_marginal(self, t: Any, y0: Any, *, key: Any) -> Any:
        return self.here.sample_marginal(t, y0, key=key)

    def marginal_score(self, t: Any, y0: Any, y: Any) -> Any:
        return self.here.marginal_score(t, y0, y)

    def sample_limit(self, *, key: Any) -> Any:
        dim_y = self.noising.manifold.ambient_dim
        return self.width * jax.random.normal(key, (len(self.x), dim_y))

    def log_prob_limit(self, y: Any) -> Any:
        return jax.scipy.stats.norm.logpdf(y, scale=self.width).sum(where=self.mask[:, None])

    def squared_norm(self, v: Any) -> Any:
        return self.here.squared_norm(v)


class CarriedMotion(BrownianMotionFromNormal):
    """Brownian motion of coefficients, whose noise is one column for each normal number."""

    number: Callable[[Any], Any] = eqx.field(static=True)
    """Which draw a key makes."""

    def noise(self, y: Any, *, key: Any) -> Any:
        columns = 1 + len(y) * (1 + self.number(key)) + jnp.arange(len(y))
        return jax.nn.one_hot(columns, y.shape[1], dtype=y.dtype)


def law_of_solution(
    solver: Any, schedule: AbstractSchedule, data: tuple[Any, Any], start: tuple[Any, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of what a solver makes of a normal start with the exact score.

    Column 0 of its values is the mean, and each other one what a standard normal number adds.

    Arguments:
        solver: The solver, which is linear in values and noise and draws noise once per step.
        schedule: The rate of the Brownian motion.
        data: Mean and covariance of the values at time 0, one per point.
        start: Mean and covariance of the values at the start.
    """
    n_points = len(data[0])
    n_columns = 1 + n_points * (1 + solver.n_steps)
    y = np.zeros((n_points, n_columns))
    y[:, 0] = start[0]
    y[:, 1 : 1 + n_points] = np.linalg.cholesky(start[1])
    mean = np.zeros_like(y)
    mean[:, 0] = data[0]
    score = NormalScore(jnp.asarray(mean), jnp.asarray(data[1]), schedule)
    motion = BrownianMotion(gn.manifolds.Euclidean(n_columns), schedule)
    number, numbers = numbering()
    x, mask = jnp.zeros((n_points, 1)), jnp.ones(n_points, bool)
    process = CarriedMotion(motion, x, mask, jnp.ones(()), number)
    bound = gn.sde.bind(score, process)

    @jax.jit
    def solve(y: Any) -> Any:
        return solver.reverse(process, bound, y, key=jax.random.key(0))

    y = np.asarray(solve(jnp.asarray(y)))
    assert len(numbers) == solver.n_steps
    return y[:, 0], y[:, 1:] @ y[:, 1:].T
