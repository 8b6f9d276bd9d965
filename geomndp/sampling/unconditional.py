"""Fields from the law of a process."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.sde import (
    AbstractGaussianNoising,
    AbstractNoising,
    GeodesicInterpolant,
    WrappedLangevin,
    bind,
)
from geomndp.solvers import AbstractSolver, DPMSolver, GeodesicRandomWalk, Heun, Progress
from geomndp.typing import Key, Locations, Mask, Score


def sample(
    noising: AbstractNoising,
    score: Score,
    x: Locations,
    mask: Mask | None = None,
    *,
    n_samples: int,
    solver: AbstractSolver | None = None,
    progress: Progress | None = None,
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
        solver: The reverse-time solver; when left out a `DPMSolver` for Gaussian noising, and
            a `GeodesicRandomWalk` for Brownian motion, and `Heun` for geodesic interpolants and
            Langevin dynamics.
        progress: Called after every step with the number of steps done and that of all, once for
            all samples; a new function is a new compilation.
        key: Random key.

    Returns:
        Values, one field after another.

    Raises:
        ValueError: If the points or the mask are unfit, n_samples is negative, or a value is not
            finite in the end.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
        >>> pole = jnp.tile(jnp.array([0.0, 0.0, 1.0]), (3, 1))
        >>> exact = lambda t, x, y, mask: motion.at(x).marginal_score(t, pole, y)
        >>> x, key = jnp.zeros((3, 1)), jax.random.key(0)
        >>> y = gn.sampling.sample(motion, exact, x, n_samples=2, key=key)
        >>> y.shape, bool(jnp.abs(y - pole).max() < 1e-4)
        ((2, 3, 3), True)
    """
    check_number_of_samples(n_samples)
    solver = default_solver(noising) if solver is None else solver
    mask = jnp.ones(x.shape[:1], bool) if mask is None else mask
    y = _sample(noising, score, x, mask, n_samples, solver, progress, key)
    if not isinstance(y, Tracer):
        _check_finite(y, mask)
    return y


def check_number_of_samples(n_samples: int) -> None:
    """Refuse a negative one."""
    if n_samples < 0:
        raise ValueError(f"expected n_samples of at least 0, got {n_samples}")


def default_solver(noising: AbstractNoising) -> AbstractSolver:
    """The solver that is used where none is given."""
    if isinstance(noising, AbstractGaussianNoising):
        return DPMSolver()
    if isinstance(noising, GeodesicInterpolant | WrappedLangevin):
        return Heun()
    return GeodesicRandomWalk()


@eqx.filter_jit
def _sample(noising, score, x, mask, n_samples, solver, progress, key):
    process = noising.at(x, mask)
    bound = bind(score, process)

    def one(key):
        start, walk = jax.random.split(key)
        y = process.sample_limit(key=start)
        return solver.reverse(process, bound, y, key=walk, progress=progress)

    return jax.vmap(one)(jax.random.split(key, n_samples))


def _check_finite(y: Float[Array, "n_samples n_points dim_y"], mask: Mask) -> None:
    bad = ~np.isfinite(np.asarray(y)) & np.asarray(mask)[None, :, None]
    if bad.any():
        raise ValueError(
            f"expected finite samples, got NaN or infinity in {int(bad.any((1, 2)).sum())} of "
            f"{y.shape[0]}: the score is not finite, or so wrong that the solver diverges; "
            "look at it at a few times, or take more steps"
        )
