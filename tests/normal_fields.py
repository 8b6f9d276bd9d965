"""Fields with normal laws, whose noised scores and posteriors are known exactly."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import geomndp as gn
from geomndp.sde import AbstractNoising, AbstractSchedule


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

    manifold: gn.manifolds.Euclidean
    schedule: AbstractSchedule

    @property
    def _motion(self) -> gn.sde.BrownianMotion:
        return gn.sde.BrownianMotion(self.manifold, self.schedule)

    @property
    def _width(self) -> Any:
        return jnp.sqrt(self.schedule.integral(jnp.array(self.schedule.t_max)))

    def drift(self, t: Any, x: Any, y: Any) -> Any:
        return self._motion.drift(t, x, y)

    def noise(self, x: Any, y: Any, *, key: Any) -> Any:
        return self._motion.noise(x, y, key=key)

    def noise_scale(self, t: Any) -> Any:
        return self._motion.noise_scale(t)

    def sample_marginal(self, t: Any, x: Any, y0: Any, *, key: Any) -> Any:
        return self._motion.sample_marginal(t, x, y0, key=key)

    def marginal_score(self, t: Any, x: Any, y0: Any, y: Any) -> Any:
        return self._motion.marginal_score(t, x, y0, y)

    def sample_limit(self, x: Any, *, key: Any) -> Any:
        return self._width * jax.random.normal(key, (len(x), self.manifold.dim))

    def log_prob_limit(self, x: Any, y: Any) -> Any:
        return jax.scipy.stats.norm.logpdf(y, scale=self._width).sum()


class CarriedNoise(WideBrownianMotion):
    """Brownian motion of coefficients: column 0 has the mean, others one standard normal each.

    A solver that is linear in values and noise turns these into the mean and a factor of the
    covariance of what it would return: its law, without sampling.
    """

    keys: jax.Array
    """The key of each step, by which its normals are told from those of other steps."""

    def noise(self, x: Any, y: Any, *, key: Any) -> Any:
        n_points = len(y)
        here = jnp.all(jax.random.key_data(self.keys) == jax.random.key_data(key)[None], -1)
        first = 1 + n_points * (1 + jnp.argmax(here))
        columns = first + jnp.arange(n_points)
        increments = jax.nn.one_hot(columns, y.shape[1], dtype=y.dtype)
        return jnp.where(jnp.any(here), increments, jnp.nan)


def law_of_solution(
    solver: Any, schedule: AbstractSchedule, data: tuple[Any, Any], start: tuple[Any, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of what a solver makes of a normal start with the exact score.

    Arguments:
        solver: The solver, which is linear in values and noise.
        schedule: The rate of the Brownian motion.
        data: Mean and covariance of the values at time 0, one per point.
        start: Mean and covariance of the values at the start.
    """
    n_points, key = len(data[0]), jax.random.key(0)
    n_columns = 1 + n_points * (1 + solver.n_steps)
    y = np.zeros((n_points, n_columns))
    y[:, 0] = start[0]
    y[:, 1 : 1 + n_points] = np.linalg.cholesky(start[1])
    mean = np.zeros_like(y)
    mean[:, 0] = data[0]
    score = NormalScore(jnp.asarray(mean), jnp.asarray(data[1]), schedule)
    keys = jax.random.split(key, solver.n_steps)
    noising = CarriedNoise(gn.manifolds.Euclidean(n_columns), schedule, keys)
    x, mask = jnp.zeros((n_points, 1)), jnp.ones(n_points, bool)

    @jax.jit
    def solve(y: Any, key: Any) -> Any:
        return solver.reverse(noising, score, x, y, mask, key=key)

    y = np.asarray(solve(jnp.asarray(y), key))
    return y[:, 0], y[:, 1:] @ y[:, 1:].T
