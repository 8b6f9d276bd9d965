"""The geodesic random walk: beside exact draws, and with a score that is not tangent."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import ks_2samp

import geomndp as gn

SCHEDULE = gn.sde.LinearSchedule(beta_min=0.5, beta_max=6.0)
N_SAMPLES = 3000


def chance_of_one_law(first: np.ndarray, second: np.ndarray) -> float:
    """Of so large a difference between samples, by Kolmogorov and Smirnov."""
    result: Any = ks_2samp(first, second)
    return float(result.pvalue)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(
    "manifold", [gn.manifolds.Sphere(2), gn.manifolds.SO3(), gn.manifolds.Torus(2)], ids=repr
)
def test_exact_draws_are_those_of_a_walk_of_a_thousand_steps(manifold: Any):
    """By the distribution of the distance gone, and of a coordinate."""
    motion = gn.sde.BrownianMotion(manifold, SCHEDULE)
    start = manifold.random_uniform((1,), key=jax.random.key(0))
    process, walk = motion.at(jnp.zeros((1, 1))), gn.solvers.GeodesicRandomWalk(n_steps=1000)

    def many(draw: Any, t: float, seed: int) -> np.ndarray:
        keys = jax.random.split(jax.random.key(seed), N_SAMPLES)
        ends = jax.jit(jax.vmap(lambda key: draw(start, t, key)[0]))(keys)
        gone = manifold.dist(jnp.broadcast_to(start, ends.shape), ends)
        return np.stack([gone, ends[:, 0]], -1)

    walked = many(lambda y, t, key: walk.forward(process, y, t, key=key), 0.4, 1)
    for t, same in ((0.4, True), (0.5, False)):
        drawn = many(lambda y, t, key: process.sample_marginal(t, y, key=key), t, 2)
        chances = [chance_of_one_law(walked[:, i], drawn[:, i]) for i in range(2)]
        assert (min(chances) > 1e-3) is same


def test_the_part_of_a_score_across_the_manifold_moves_nothing():
    globe = gn.manifolds.Sphere(2)
    process = gn.sde.BrownianMotion(globe, SCHEDULE).at(jnp.zeros((5, 1)))
    y = globe.random_uniform((5,), key=jax.random.key(0))
    walk = gn.solvers.GeodesicRandomWalk(n_steps=10)

    def end(across: float, along: float) -> Any:
        def score(_t: Any, y: Any) -> Any:
            return across * y + along * globe.project_tangent(y, jnp.ones_like(y))

        return walk.reverse(process, score, y, key=jax.random.key(1))

    np.testing.assert_allclose(end(10.0, 1.0), end(0.0, 1.0), rtol=1e-9, atol=1e-9)
    assert float(jnp.abs(end(0.0, 2.0) - end(0.0, 1.0)).max()) > 1e-2
