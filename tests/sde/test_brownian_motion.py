"""Brownian motion of values: the uniform limit on the sphere, closed forms in flat space."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from inventory import MANIFOLDS
from standard_errors import assert_mean, second_moments

import geomndp as gn

SCHEDULE = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=15.0)
GLOBE = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), SCHEDULE)
PLANE = gn.sde.BrownianMotion(gn.manifolds.Euclidean(2), SCHEDULE)
N_SAMPLES = 40_000


@jax.jit
def score_and_log_density(clock: Any, y0: Any, y: Any) -> tuple[Any, Any]:
    """On the sphere, at a time when the clock shows `clock`."""
    t = SCHEDULE.inverse_integral(clock)
    clocks = jnp.broadcast_to(clock, y.shape[:1])
    score = GLOBE.at(jnp.zeros((len(y), 1), y.dtype)).marginal_score(t, y0, y)
    return score, GLOBE.manifold.heat_kernel.log_density(y0, y, clocks)


@pytest.mark.parametrize("n_points", [1, 7, 50])
def test_uniform_law_has_log_density_minus_n_log_4_pi(n_points: int):
    x, y = jnp.zeros((n_points, 1)), jnp.tile(jnp.array([0.0, 0.0, 1.0]), (n_points, 1))
    found = float(GLOBE.at(x).log_prob_limit(y))
    assert found == pytest.approx(-n_points * math.log(4 * math.pi), rel=1e-15)
    assert found < 0, "the published code has the other sign"


def test_padding_is_not_counted():
    y, mask = jnp.tile(jnp.array([0.0, 0.0, 1.0]), (5, 1)), jnp.arange(5) < 2
    process = GLOBE.at(jnp.zeros((5, 1)), mask)
    assert float(process.log_prob_limit(y)) == pytest.approx(-2 * math.log(4 * math.pi), rel=1e-15)
    assert float(process.squared_norm(y)) == 2
    nothing = GLOBE.at(jnp.zeros((5, 1)), jnp.zeros(5, bool))
    assert float(nothing.log_prob_limit(y)) == 0


def test_limit_is_where_the_marginal_goes():
    y = jnp.eye(3)
    score, log_density = score_and_log_density(jnp.array(80.0), y, y[::-1])
    np.testing.assert_allclose(score, 0, atol=1e-15)
    expected = float(GLOBE.at(jnp.zeros((3, 1))).log_prob_limit(y))
    assert float(log_density.sum()) == pytest.approx(expected, rel=1e-15)
    score, log_density = score_and_log_density(jnp.array(3.0), y, y[::-1])
    assert float(jnp.abs(score).max()) > 0.01
    assert float(log_density.sum()) != pytest.approx(expected, abs=0.01)


def test_expectation_of_the_inner_product_decays_with_the_clock():
    """E <y_t, y_0> = exp(-int beta), with the generator half of beta times the Laplacian."""
    x, y0 = jnp.zeros((N_SAMPLES, 1)), jnp.tile(jnp.array([0.6, 0.0, -0.8]), (N_SAMPLES, 1))
    sample = jax.jit(lambda t, y, key: GLOBE.at(x).sample_marginal(t, y, key=key))
    for t in (0.05, 0.2, 0.35):
        y = sample(jnp.array(t), y0, jax.random.key(int(100 * t)))
        decay = math.exp(-(1e-4 * t + 0.5 * (15 - 1e-4) * t**2))
        assert_mean(np.sum(y * y0, -1), decay)
        with pytest.raises(AssertionError):
            assert_mean(np.sum(y * y0, -1), decay**2)  # generator beta times the Laplacian


def test_limit_is_uniform_and_independent_over_points():
    y = jax.jit(lambda key: GLOBE.at(jnp.zeros((N_SAMPLES, 1))).sample_limit(key=key))
    y = np.asarray(y(jax.random.key(1))).reshape(-1, 2, 3)
    assert_mean(y, 0)
    assert_mean(second_moments(y), np.eye(6) / 3)


def test_limit_has_the_precision_of_the_locations():
    y = GLOBE.at(jnp.zeros((3, 1), np.float32)).sample_limit(key=jax.random.key(0))
    assert y.dtype == np.float32
    assert np.abs(np.linalg.norm(np.asarray(y, float), axis=-1) - 1).max() < 1e-6


def test_noise_is_normal_in_the_tangent_space():
    x, y = jnp.zeros((N_SAMPLES, 1)), jnp.tile(jnp.array([0.6, 0.0, -0.8]), (N_SAMPLES, 1))
    noise = GLOBE.at(x).noise(y, key=jax.random.key(2))
    projector = np.eye(3) - np.outer(y[0], y[0])
    assert_mean(second_moments(noise), projector)
    np.testing.assert_array_equal(GLOBE.at(x).drift(0.5, y), 0)


@pytest.mark.parametrize("t", [0.1, 0.9])
def test_flat_space_has_the_closed_forms_of_the_normal_law(t: float):
    clock = 1e-4 * t + 0.5 * (15 - 1e-4) * t**2
    start = np.array([3.0, -1.0])
    x, y0 = jnp.zeros((N_SAMPLES, 1)), jnp.tile(jnp.asarray(start), (N_SAMPLES, 1))
    y = PLANE.at(x).sample_marginal(t, y0, key=jax.random.key(3))
    assert_mean(y, start)
    assert_mean(second_moments(y - y0), clock * np.eye(2))
    score = PLANE.at(x).marginal_score(t, y0, y)
    np.testing.assert_allclose(score, (start - np.asarray(y)) / clock, rtol=1e-12)
    assert float(PLANE.noise_scale(t)) == pytest.approx(math.sqrt(clock))
    np.testing.assert_allclose(PLANE.at(x).denoised(t, y, score), y0, atol=1e-9)


def test_on_the_globe_a_score_of_one_value_leads_back_to_it():
    """As long as the globe looks flat from there: to the cube of the distance."""
    x, y0 = jnp.zeros((50, 1)), jnp.tile(jnp.array([0.6, 0.0, -0.8]), (50, 1))
    process, t = GLOBE.at(x), GLOBE.t_min + 0.02
    y = process.sample_marginal(t, y0, key=jax.random.key(4))
    found = process.denoised(t, y, process.marginal_score(t, y0, y))
    apart = np.asarray(GLOBE.manifold.dist(y, y0))
    assert apart.max() > 0.01
    assert (np.asarray(GLOBE.manifold.dist(found, y0)) < 1e-3 * apart).all()


def test_flat_space_ends_as_a_motion_from_the_origin_does():
    """There is no limit; at the last time the law is normal with the clock as variance."""
    clock = 1e-4 + 0.5 * (15 - 1e-4)
    process = PLANE.at(jnp.zeros((N_SAMPLES, 1)))
    y = process.sample_limit(key=jax.random.key(0))
    assert_mean(y, 0)
    assert_mean(second_moments(y), clock * np.eye(2))
    expected = scipy.stats.norm.logpdf(np.asarray(y), scale=math.sqrt(clock)).sum()
    assert float(process.log_prob_limit(y)) == pytest.approx(expected, rel=1e-12)
    single = PLANE.at(jnp.zeros((3, 1), np.float32)).sample_limit(key=jax.random.key(0))
    assert single.dtype == np.float32


WITHOUT_HEAT_KERNEL = [
    gn.manifolds.Sphere(4),
    gn.manifolds.Hyperbolic(2),
    gn.manifolds.Product((gn.manifolds.Euclidean(1), gn.manifolds.Sphere(4))),
]


@pytest.mark.parametrize("manifold", WITHOUT_HEAT_KERNEL, ids=str)
def test_manifolds_without_a_heat_kernel_are_refused(manifold: gn.manifolds.AbstractManifold):
    with pytest.raises(ValueError, match="use Langevin noising or flow matching"):
        gn.sde.BrownianMotion(manifold, SCHEDULE)


@pytest.mark.parametrize("name", ["S3", "T2", "SO3", "S1xS2"])
def test_limit_of_a_compact_manifold_is_its_uniform_law(name: str):
    manifold = MANIFOLDS[name]
    process = gn.sde.BrownianMotion(manifold, SCHEDULE).at(jnp.zeros((3, 1)))
    y = process.sample_limit(key=jax.random.key(0))
    np.testing.assert_allclose(manifold.project(y), y, atol=1e-14)
    assert float(process.log_prob_limit(y)) == pytest.approx(-3 * manifold.log_volume)
    density = manifold.heat_kernel.log_density(y, jnp.roll(y, 1, 0), jnp.full(3, 300.0))
    np.testing.assert_allclose(density, -manifold.log_volume, rtol=1e-13)


def test_the_end_in_a_product_is_that_of_each_factor():
    factors = gn.manifolds.Sphere(2), gn.manifolds.Euclidean(2)
    x, mask = jnp.zeros((5, 1)), jnp.arange(5) < 4
    whole, *parts = (
        gn.sde.BrownianMotion(manifold, SCHEDULE).at(x, mask)
        for manifold in (gn.manifolds.Product(factors), *factors)
    )
    y = whole.sample_limit(key=jax.random.key(0))
    np.testing.assert_allclose(jnp.linalg.norm(y[:, :3], axis=-1), 1, rtol=1e-12)
    assert np.abs(y[:, 3:]).min() > 0
    expected = sum(p.log_prob_limit(v) for p, v in zip(parts, (y[:, :3], y[:, 3:]), strict=True))
    assert float(whole.log_prob_limit(y)) == pytest.approx(float(expected), rel=1e-12)
    clock, far = float(whole.noising.clock(1.0)), y.at[4, 3:].set(99.0)  # of padding
    assert float(whole.log_prob_limit(far)) == float(whole.log_prob_limit(y))
    start = jnp.concatenate([y[:, :3], jnp.zeros((5, 2))], -1)
    law = whole.noising.manifold.heat_kernel.log_density(start, y, jnp.full(5, clock))
    assert float(law[:4].sum()) == pytest.approx(float(expected), abs=4 * 3 * math.exp(-clock))


def test_single_precision_stays_single():
    x, y0 = jnp.zeros((3, 1), np.float32), jnp.eye(3, dtype=np.float32)

    @jax.jit
    def everything(key: Any) -> list[Any]:
        process = GLOBE.at(x)
        y = process.sample_marginal(0.3, y0, key=key)
        return [y, process.marginal_score(0.3, y0, y), process.log_prob_limit(y)]

    assert {part.dtype for part in everything(jax.random.key(0))} == {np.dtype(np.float32)}
