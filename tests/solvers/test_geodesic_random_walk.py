"""The geodesic random walk on the sphere and beside exact draws, and what it refuses."""

import math
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from normal_fields import BrownianMotionFromNormal
from scipy.stats import ks_2samp
from standard_errors import assert_mean

import geomndp as gn

MOTION = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
FIRST = np.array([[0.0, 0.6, 0.8], [1.0, 0.0, 0.0]])
SECOND = np.array([[0.0, -1.0, 0.0], [0.6, 0.0, -0.8]])
WEIGHT = 0.3
N_SAMPLES = 1000
STRONG = gn.sde.LinearSchedule(beta_min=0.5, beta_max=6.0)
N_WALKS = 3000


class MixtureScore(eqx.Module):
    """Of fields that are `FIRST` with probability `weight` and else `SECOND`, at all points."""

    weight: float

    def __call__(self, t: Any, x: Any, y: Any, mask: Any) -> Any:
        kernel = MOTION.manifold.heat_kernel
        clock = jnp.broadcast_to(MOTION.clock(t), y.shape[:1])
        centres = [jnp.asarray(centre, y.dtype) for centre in (FIRST, SECOND)]
        densities = jnp.stack([kernel.log_density(c, y, clock).sum() for c in centres])
        prior = jnp.array([self.weight, 1 - self.weight], y.dtype)
        weights = jax.nn.softmax(densities + jnp.log(prior))
        scores = jnp.stack([kernel.score(c, y, clock) for c in centres])
        return jnp.einsum("c,cpi->pi", weights, scores)


@pytest.fixture(scope="module")
def fields() -> np.ndarray:
    """Draws in single precision."""
    found = gn.sampling.sample(
        MOTION,
        MixtureScore(WEIGHT),
        jnp.zeros((2, 1), np.float32),
        n_samples=N_SAMPLES,
        solver=gn.solvers.GeodesicRandomWalk(n_steps=50),
        key=jax.random.key(0),
    )
    assert found.dtype == np.float32
    return np.asarray(found, np.float64)


def test_samples_are_on_the_sphere(fields: np.ndarray):
    assert np.abs(np.linalg.norm(fields, axis=-1) - 1).max() < 1e-6


def distances(fields: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """The largest over the points of each field."""
    return np.linalg.norm(fields - centre, axis=-1).max(-1)


def test_samples_end_at_the_two_fields_with_their_frequencies(fields: np.ndarray):
    to_first, to_second = distances(fields, FIRST), distances(fields, SECOND)
    assert np.minimum(to_first, to_second).max() < 1e-5
    assert_mean(to_first < to_second, WEIGHT)
    with pytest.raises(AssertionError):
        assert_mean(to_first < to_second, 1 - WEIGHT)


def test_forward_steps_are_even_in_the_clock_and_end_at_the_time():
    """With the noise replaced by a constant velocity the walk is the drift of its spreads."""

    class Steady(BrownianMotionFromNormal):
        def noise(self, y: Any, *, key: Any) -> Any:
            return jnp.ones_like(y)

    motion = gn.sde.BrownianMotion(gn.manifolds.Euclidean(1), MOTION.schedule)
    here = motion.at(jnp.zeros((1, 1)))
    steady = Steady(motion, here.x, here.mask, jnp.ones(()))
    walk = gn.solvers.GeodesicRandomWalk(n_steps=25)
    y = walk.forward(steady, jnp.zeros((1, 1)), 0.4, key=jax.random.key(0))
    assert y.item() == pytest.approx(25 * math.sqrt(float(MOTION.clock(0.4)) / 25), rel=1e-9)


def test_a_walk_takes_one_key_per_step():
    y = jnp.asarray(FIRST)
    walk = jax.jit(gn.solvers.GeodesicRandomWalk(n_steps=2).forward)
    process = MOTION.at(jnp.zeros((2, 1)))
    draws = [walk(process, y, 0.2, key=jax.random.key(k)) for k in (0, 0, 1)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert float(jnp.abs(draws[0] - draws[2]).max()) > 1e-3


@pytest.mark.parametrize("n_steps", [1, 0, -3])
def test_fewer_than_two_steps_are_refused(n_steps: int):
    with pytest.raises(ValueError, match=f"at least 2 steps, got n_steps={n_steps}"):
        gn.solvers.GeodesicRandomWalk(n_steps=n_steps)


def test_other_noising_is_refused():
    white = gn.GaussianProcess(gn.kernels.White(1.0))
    process = gn.sde.OrnsteinUhlenbeck(white, MOTION.schedule).at(jnp.zeros((1, 1)))
    y, walk = jnp.zeros((1, 1)), gn.solvers.GeodesicRandomWalk()
    with pytest.raises(TypeError, match="got OrnsteinUhlenbeck; for a Gaussian limit"):
        walk.reverse(process, lambda _, y: -y, y, key=jax.random.key(0))
    with pytest.raises(TypeError, match="got OrnsteinUhlenbeck; for a Gaussian limit"):
        walk.forward(process, y, 0.1, key=jax.random.key(0))


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
    motion = gn.sde.BrownianMotion(manifold, STRONG)
    start = manifold.random_uniform((1,), key=jax.random.key(0))
    process, walk = motion.at(jnp.zeros((1, 1))), gn.solvers.GeodesicRandomWalk(n_steps=1000)

    def many(draw: Any, t: float, seed: int) -> np.ndarray:
        keys = jax.random.split(jax.random.key(seed), N_WALKS)
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
    process = gn.sde.BrownianMotion(globe, STRONG).at(jnp.zeros((5, 1)))
    y = globe.random_uniform((5,), key=jax.random.key(0))
    walk = gn.solvers.GeodesicRandomWalk(n_steps=10)

    def end(across: float, along: float) -> Any:
        def score(_t: Any, y: Any) -> Any:
            return across * y + along * globe.project_tangent(y, jnp.ones_like(y))

        return walk.reverse(process, score, y, key=jax.random.key(1))

    np.testing.assert_allclose(end(10.0, 1.0), end(0.0, 1.0), rtol=1e-9, atol=1e-9)
    assert float(jnp.abs(end(0.0, 2.0) - end(0.0, 1.0)).max()) > 1e-2
