"""Flow matching along geodesics: against the exact flow of normal laws, and on the sphere."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_mean, second_moments

import geomndp as gn

GLOBE = gn.manifolds.Sphere(2)
LINE = gn.manifolds.Euclidean(1)
MEAN, VARIANCE, SCALE = 0.7, 0.3, 1.2
FLOW = gn.sde.GeodesicInterpolant(LINE, scale=SCALE)
X = jnp.zeros((2, 1))
Y = jnp.array([[0.9], [-0.4]])
KEYS = jax.random.split(jax.random.key(0), 4000)


def exact(t: Any, _x: Any, y: Any, _mask: Any = None, error: Any = 0.0) -> Any:
    """Of normal data: the velocity is E[y1 - y0 | y], which has the form - t s."""
    start, end = (1 - t) ** 2 * VARIANCE, t**2 * SCALE**2
    deviation = (y - (1 - t) * MEAN) / (start + end)
    velocity = -MEAN + (t * SCALE**2 - (1 - t) * VARIANCE) * deviation
    return -(velocity + error * jnp.cos(y)) / t


def test_the_velocity_is_that_of_the_path():
    """By automatic differentiation, on the sphere."""
    process = gn.sde.GeodesicInterpolant(GLOBE).at(X)
    y0 = GLOBE.project(jnp.array([[0.3, -1.0, 0.2], [0.5, 0.5, 0.1]]))

    def path(t: Any) -> Any:
        return process.sample_marginal(t, y0, key=jax.random.key(3))

    t = jnp.array(0.4)
    y, velocity = jax.jvp(path, (t,), (jnp.ones_like(t),))
    found = process.probability_flow_drift(t, y, process.marginal_score(t, y0, y))
    np.testing.assert_allclose(found, velocity, atol=1e-10)
    np.testing.assert_allclose(jnp.linalg.norm(velocity, axis=-1), GLOBE.dist(y0, path(1.0)))
    np.testing.assert_allclose(path(1.0), process.sample_limit(key=jax.random.key(3)), atol=1e-12)
    np.testing.assert_allclose(path(1e-9), y0, atol=1e-8)


def test_flow_matching_is_least_at_the_exact_velocity():
    process, loss, t = FLOW.at(X), gn.losses.FlowMatching(), jnp.array(0.35)

    @jax.jit
    @jax.vmap
    def slopes(key: Any) -> Any:
        start, noise = jax.random.split(key)
        y0 = MEAN + VARIANCE**0.5 * jax.random.normal(start, Y.shape)

        def of(error: Any) -> Any:
            return loss(process, lambda t, y: exact(t, X, y, error=error), y0, t, key=noise)

        return jnp.array([jax.grad(of)(e) for e in (jnp.zeros(()), jnp.array(0.5))])

    found = slopes(KEYS)
    assert_mean(found[:, 0], 0)
    with pytest.raises(AssertionError):
        assert_mean(found[:, 1], 0)


def test_flow_matching_is_the_error_of_the_velocity_as_if_times_were_even():
    process, loss, t = FLOW.at(X), gn.losses.FlowMatching(), jnp.array(0.35)
    key = jax.random.key(1)
    y = process.sample_marginal(t, Y, key=key)
    target = -(Y - y) / t
    # Of the weight and the density of times, 1 / t, the product is even in time.
    expected = t * jnp.mean(jnp.sum((jnp.sin(y) - target) ** 2, -1))
    found = loss(process, lambda t, y: -jnp.sin(y) / t, Y, t, key=key)
    assert float(found) == pytest.approx(float(expected), rel=1e-10)


def test_the_density_of_the_exact_flow_is_that_of_the_data():
    def law(y: Any, variance: float) -> float:
        t = FLOW.t_min
        variance = (1 - t) ** 2 * variance + t**2 * SCALE**2
        scale = jnp.sqrt(variance)
        return float(jnp.sum(jax.scipy.stats.norm.logpdf(y, (1 - t) * MEAN, scale)))

    found = float(gn.likelihood.log_prob(FLOW, exact, gn.FieldSample(X, Y)))
    assert found == pytest.approx(law(Y, VARIANCE), abs=1e-4)
    assert abs(found - law(Y, 1.1 * VARIANCE)) > 1e-2


def test_samples_of_the_exact_flow_have_the_law_of_the_data():
    fields = gn.sampling.sample(FLOW, exact, X, n_samples=4000, key=jax.random.key(0))
    assert_mean(fields, MEAN, slack=2e-3)
    assert_mean(second_moments(fields - MEAN), VARIANCE * np.eye(2), slack=2e-3)


def test_without_a_velocity_the_law_is_the_base():
    y = GLOBE.project(jnp.array([[0.3, -1.0, 0.2], [0.5, 0.5, 0.1]]))
    globe = gn.sde.GeodesicInterpolant(GLOBE)
    found = gn.likelihood.log_prob(globe, lambda _t, _x, y, _m: 0 * y, gn.FieldSample(X, y))
    assert float(found) == pytest.approx(-2 * np.log(4 * np.pi), rel=1e-12)
    uniform = jax.vmap(lambda key: globe.at(X).sample_limit(key=key))(KEYS)
    assert_mean(second_moments(uniform), np.eye(6) / 3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"t_max": 1.1}, "0 < t_min < t_max <= 1, got 0.001 and 1.1"),
        ({"t_min": 0.0}, "0 < t_min < t_max <= 1"),
        ({"scale": -1.0}, "expected scale > 0, got -1.0"),
    ],
)
def test_unfit_settings_are_refused(settings: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(FLOW, **settings)
