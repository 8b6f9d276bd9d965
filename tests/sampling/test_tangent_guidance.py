"""Guidance in tangent spaces: exact in flat space, and near the posterior on the sphere."""

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


def test_on_the_globe_a_value_is_led_to_what_was_observed_of_it():
    """Of points that are independent: the others are left alone, and this one goes there."""
    centres = GLOBE.random_uniform((1, 3), key=KEY)
    prior = gn.sde.HeatMixture(MOTION, centres, jnp.ones(1), clock=0.3)
    seen = GLOBE.exp(centres[0, :1], GLOBE.random_tangent(centres[0, :1], key=KEY) * 0.3)
    x, mask, t = jnp.arange(3.0)[:, None], jnp.ones(3, bool), jnp.array(0.02)
    y = prior.sample(t, key=jax.random.key(2))
    y = y.at[0].set(MOTION.at(x[:1]).sample_marginal(t, seen, key=jax.random.key(3))[0])
    observed = Observed(seen, jnp.ones(1, bool), jnp.zeros((1, 3)))
    guided = GuidedScore(MOTION, prior, TangentGuidance(ridge=0.0), observed)(t, x, y, mask)
    free = prior(t, x, y, mask)
    np.testing.assert_allclose(guided[1:], free[1:], rtol=1e-6)
    exact = MOTION.at(x[:1]).marginal_score(t, seen, y[:1])
    assert np.linalg.norm(guided[:1] - exact) < 0.02 * np.linalg.norm(exact)
    assert np.linalg.norm(free[:1] - exact) > 0.5 * np.linalg.norm(exact)


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
