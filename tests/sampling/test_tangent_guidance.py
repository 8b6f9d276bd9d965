"""Guidance in tangent spaces: exact in flat space, and near the posterior on the sphere."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from normal_fields import NormalScore

import geomndp as gn
from geomndp.sampling import GuidedScore, Observed, TangentGuidance

GLOBE = gn.manifolds.Sphere(2)
KEY = jax.random.key(0)


def test_in_flat_space_it_is_the_exact_conditional_score():
    schedule = gn.sde.LinearSchedule(beta_max=10.0)
    motion = gn.sde.BrownianMotion(gn.manifolds.Euclidean(1), schedule)
    x = jnp.array([[0.0], [0.3], [0.9], [2.0]])
    gram = jnp.exp(-0.5 * (x - x.T) ** 2) + 0.01 * jnp.eye(4)
    seen, noise = jnp.array([[0.7], [-0.2]]), 0.05
    gain = jnp.linalg.solve(gram[:2, :2] + noise * jnp.eye(2), gram[:2]).T
    given = NormalScore(gain @ seen, gram - gain @ gram[:2], schedule)
    prior = NormalScore(jnp.zeros((4, 1)), gram, schedule)
    observed = Observed(seen, jnp.ones(2, bool), jnp.full((2, 1), noise))
    guided = GuidedScore(motion, prior, TangentGuidance(ridge=0.0), observed)
    y, mask = jax.random.normal(KEY, (4, 1)), jnp.ones(4, bool)
    for t in (jnp.array(0.05), jnp.array(0.4)):
        np.testing.assert_allclose(guided(t, x, y, mask), given(t, x, y, mask), atol=1e-8)
        assert np.abs(prior(t, x, y, mask) - given(t, x, y, mask)).max() > 0.1


MOTION = gn.sde.BrownianMotion(GLOBE, gn.sde.LinearSchedule(beta_max=10.0))
STEP, OWN = 0.02, 0.002


def walk(n: int) -> jax.Array:
    """Paths of five points of a random walk on the globe, each step a heat kernel."""
    kernel = GLOBE.heat_kernel
    first = jnp.broadcast_to(jnp.array([1.0, 0.0, 0.0]), (n, 3))
    points = []
    for number in range(5):
        clock = jnp.full(n, 0.1 if number == 0 else STEP)
        first = kernel.sample(first, clock, key=jax.random.key(number))
        points.append(first)
    return jnp.stack(points, 1)


def posterior_of_walk(seen: jax.Array) -> tuple[np.ndarray, float]:
    """Mean direction of the middle given both ends, and mean square distance from it.

    By importance sampling with a million draws of the walk.
    """
    kernel, n, clock = GLOBE.heat_kernel, 10**6, jnp.full(10**6, STEP)
    middle = jnp.broadcast_to(seen[0], (n, 3))
    for number in (1, 2):
        middle = kernel.sample(middle, clock, key=jax.random.key(10 + number))
    # Two steps remain to the other end: a heat kernel of twice the clock.
    log_weight = kernel.log_density(middle, jnp.broadcast_to(seen[1], (n, 3)), 2 * clock)
    weight = np.asarray(jax.nn.softmax(log_weight))
    mean = weight @ np.asarray(middle)
    mean = mean / np.linalg.norm(mean)
    away = np.arccos(np.clip(np.asarray(middle) @ mean, -1, 1))
    return mean, float(weight @ away**2)


@pytest.mark.slow
def test_the_middle_of_a_random_walk_given_its_ends():
    """The walk as a mixture of heat kernels about many paths of it, of which the score is known."""
    law: Any = gn.sde.HeatMixture(MOTION, walk(1500), jnp.full(1500, 1 / 1500), clock=OWN)
    path = walk(1501)[-1]
    ends = jnp.array([0, 4])
    x = jnp.arange(5.0)[:, None]
    context = gn.FieldSample(x[ends], path[ends])

    order = jnp.array([0, 4, 1, 2, 3])
    joint = gn.sde.HeatMixture(MOTION, law.centres[:, order], law.weights, clock=OWN)
    y = gn.sampling.sample_conditional(
        MOTION,
        joint,
        context,
        x[1:4],
        n_samples=200,
        method=TangentGuidance(gn.solvers.GeodesicMultistep(n_steps=20)),
        key=KEY,
    )
    middle = np.asarray(y[:, 1])
    mean, square = posterior_of_walk(path[ends])
    found = middle.mean(0) / np.linalg.norm(middle.mean(0))
    spread = np.sqrt(square)
    assert np.arccos(found @ mean) < 0.35 * spread
    away = np.arccos(np.clip(middle @ found, -1, 1))
    assert np.sqrt(np.mean(away**2)) == pytest.approx(spread, rel=0.3)


def test_refusals():
    with pytest.raises(ValueError, match="ridge >= 0"):
        TangentGuidance(ridge=-1.0)
    noising = gn.sde.OrnsteinUhlenbeck(
        gn.GaussianProcess(gn.kernels.White(1.0)), gn.sde.LinearSchedule()
    )
    seen = gn.FieldSample(jnp.zeros((1, 1)), jnp.ones((1, 1)))
    with pytest.raises(TypeError, match="a Brownian motion for TangentGuidance"):
        gn.sampling.sample_conditional(
            noising,
            lambda *given: -given[2],
            seen,
            seen.x,
            n_samples=1,
            method=TangentGuidance(),
            key=KEY,
        )
