"""Fields from the law of a process."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import AbstractNoising
from geomndp.solvers import AbstractSolver, GeodesicRandomWalk
from geomndp.typing import Key, Locations, Mask, Score


@eqx.filter_jit
def sample(
    noising: AbstractNoising,
    score: Score,
    x: Locations,
    mask: Mask | None = None,
    *,
    n_samples: int,
    solver: AbstractSolver | None = None,
    key: Key,
) -> Float[Array, "n_samples n_points dim_y"]:
    """Independent fields at the locations x: the limit, run backwards with the score.

    Compiled once for each number of points and of samples.

    Arguments:
        noising: The process.
        score: Its score; a pytree such as `model.score(params)` compiles once, a new lambda anew.
        x: Locations.
        mask: True at real locations; all are real when left out.
        n_samples: How many fields.
        solver: The reverse-time solver, a `GeodesicRandomWalk` when left out.
        key: Random key.

    Returns:
        Values, one field after another.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> pole = jnp.tile(jnp.array([0.0, 0.0, 1.0]), (3, 1))
        >>> exact = lambda t, x, y, mask: motion.marginal_score(t, x, pole, y)
        >>> x, key = jnp.zeros((3, 1)), jax.random.key(0)
        >>> y = gn.sampling.sample(motion, exact, x, n_samples=2, key=key)
        >>> y.shape, bool(jnp.abs(y - pole).max() < 1e-4)
        ((2, 3, 3), True)
    """
    solver = GeodesicRandomWalk() if solver is None else solver
    mask = jnp.ones(x.shape[:1], bool) if mask is None else mask

    def one(key):
        start, walk = jax.random.split(key)
        y = noising.sample_limit(x, key=start)
        return solver.reverse(noising, score, x, y, mask, key=walk)

    return jax.vmap(one)(jax.random.split(key, n_samples))
