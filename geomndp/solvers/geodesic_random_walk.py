"""The geodesic random walk, in both directions of time."""

import jax
import jax.numpy as jnp

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.base import AbstractSolver, Progress, report
from geomndp.solvers.brownian import require_brownian
from geomndp.typing import Key, Time, Values


class GeodesicRandomWalk(AbstractSolver):
    r"""Steps along geodesics, each in a random direction of the tangent space.

    Backwards, with the clock going from $\tau$ to $\tau' < \tau$, a step is

    $$ y \leftarrow \exp_y\!\Bigl( (\tau - \tau')\, s(t, x, y)
       + \sqrt{(\tau - \tau')(\tau + \tau')/2\tau}\; \xi \Bigr). $$

    The variance of $\xi$ lies halfway between that of De Bortoli et al.,
    $\tau - \tau'$, and that of a Brownian bridge towards the denoised value, $(\tau - \tau')
    \tau'/\tau$. In flat space with normal data the first gives variances too large by a fraction
    of half a step of $\log\tau$, whatever the data, and the second (ancestral sampling) too small
    by as much: their mean errs in second order only. Steps are even in the logarithm of the clock
    from `t_max` to `t_min`; the last one goes to time 0, without noise.

    Arguments:
        n_steps: Number of steps, each of one evaluation of the score.

    Raises:
        ValueError: If `n_steps` is below 2.

    References:
        De Bortoli et al. (2022), arXiv:2202.02763, algorithm 1 and proposition 3.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> process, y = motion.at(jnp.zeros((1, 1))), jnp.array([[0.0, 0.0, 1.0]])
        >>> walk = gn.solvers.GeodesicRandomWalk(n_steps=20)
        >>> z = walk.forward(process, y, 0.4, key=jax.random.key(0))
        >>> round(float(jnp.linalg.norm(z)), 5)
        1.0
    """

    n_steps: int = 50

    def __check_init__(self) -> None:
        if self.n_steps < 2:
            raise ValueError(f"expected at least 2 steps, got n_steps={self.n_steps}")

    def reverse(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        *,
        key: Key,
        progress: Progress | None = None,
    ) -> Values:
        noising = require_brownian(process, self)
        manifold = noising.manifold
        fractions = jnp.linspace(1.0, 0.0, self.n_steps, dtype=y.dtype)
        times = jnp.append(noising.time_at(fractions), jnp.zeros((), y.dtype))

        def step(y, inputs):
            number, t, t_next, key = inputs
            clock, clock_next = noising.clock(t), noising.clock(t_next)
            passed = clock - clock_next
            spread = jnp.sqrt(passed * (clock + clock_next) / (2 * clock))
            spread = jnp.where(clock_next > 0, spread, 0)
            # Of a score that is not tangent, the part across is no part of it.
            drift = passed * manifold.project_tangent(y, score(t, y))
            y = manifold.exp(y, drift + spread * process.noise(y, key=key))
            report(progress, number, self.n_steps)
            return y, None

        keys = jax.random.split(key, self.n_steps)
        numbers = jnp.arange(1, self.n_steps + 1)
        return jax.lax.scan(step, y, (numbers, times[:-1], times[1:], keys))[0]

    def forward(self, process: AbstractNoisingAtPoints, y0: Values, t: Time, *, key: Key) -> Values:
        """Values at time t, simulated from the values y0 at time 0 in even steps of the clock."""
        noising = require_brownian(process, self)
        spread = jnp.sqrt(noising.clock(jnp.asarray(t, y0.dtype)) / self.n_steps)

        def step(y, key):
            return noising.manifold.exp(y, spread * process.noise(y, key=key)), None

        return jax.lax.scan(step, y0, jax.random.split(key, self.n_steps))[0]
