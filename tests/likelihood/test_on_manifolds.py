"""Log-densities on manifolds: of the uniform law, and of a mixture of heat kernels."""

import dataclasses
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import INTEGRATORS
from mixtures_on_the_globe import CENTRES, GLOBE, LAW, MOTION, X, draws, rotation
from standard_errors import assert_mean

import geomndp as gn
from geomndp.likelihood import estimate_log_prob, log_prob

FINE = gn.likelihood.FixedGrid(n_nodes=32)
COARSE = gn.likelihood.FixedGrid(n_nodes=6, n_substeps=1)
N_DRAWS = 5
PER_POINT = 1e-4


def silent(_t: Any, _x: Any, y: Any, _mask: Any) -> Any:
    return 0 * y


@eqx.filter_jit
def density_by(law: gn.sde.HeatMixture, x: Any, ys: Any, mask: Any) -> Any:
    def of(y: Any) -> Any:
        return log_prob(MOTION, law, gn.FieldSample(x, y, mask), integrator=FINE)

    return jax.vmap(of)(ys)


@pytest.mark.parametrize("n_points", [1, 5])
def test_without_a_score_the_log_density_is_minus_n_log_volume(n_points: int):
    y = jnp.tile(jnp.array([0.0, 0.6, 0.8]), (n_points, 1))
    found = log_prob(MOTION, silent, gn.FieldSample(jnp.zeros((n_points, 1)), y))
    assert float(found) == pytest.approx(-n_points * np.log(4 * np.pi), rel=1e-14)


def test_the_log_density_is_that_of_the_mixture_at_t_min():
    """Also of fields turned together with the law."""
    ys, real = draws(LAW, MOTION.t_min, N_DRAWS), jnp.ones(2, bool)
    exact = jax.vmap(lambda y: LAW.log_prob(MOTION.t_min, y))(ys)

    def assert_right(found: Any) -> None:
        np.testing.assert_allclose(found, exact, atol=2 * PER_POINT)

    found = density_by(LAW, X, ys, real)
    assert_right(found)
    turn = rotation(1)
    turned = dataclasses.replace(LAW, centres=CENTRES @ turn.T)
    np.testing.assert_allclose(density_by(turned, X, ys @ turn.T, real), found, atol=1e-8)
    wrong = dataclasses.replace(LAW, weights=jnp.array([0.22, 0.48, 0.3]))
    with pytest.raises(AssertionError):
        assert_right(density_by(wrong, X, ys, real))


def test_padding_changes_nothing():
    sample = gn.FieldSample(X, draws(LAW, MOTION.t_min, 1)[0])
    x, mask = jnp.zeros((3, 1)), jnp.array([True, True, False])

    def score(t: Any, _x: Any, y: Any, mask: Any) -> Any:  # every value moves every other
        total = jnp.sum(y, 0, where=mask[:, None], keepdims=True)
        return jnp.sin(3 * y + total) / (1 + t)

    @jax.jit
    def of(junk: Any) -> Any:
        y = jnp.concatenate([sample.y, junk])
        return log_prob(MOTION, score, gn.FieldSample(x, y, mask), integrator=COARSE)

    expected = float(log_prob(MOTION, score, sample, integrator=COARSE))
    for junk in (jnp.zeros((1, 3)), jnp.array([[9.0, 1.0, -4.0]])):
        assert float(of(junk)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.slow
def test_twice_the_steps_change_little_and_the_adaptive_integrator_agrees():
    y = draws(LAW, MOTION.t_min, 1)[0]
    default = gn.likelihood.default_integrator(MOTION)
    twice = gn.likelihood.FixedGrid(2 * default.n_nodes)
    found = [
        float(log_prob(MOTION, LAW, gn.FieldSample(X, y), integrator=integrator))
        for integrator in (default, twice, INTEGRATORS["adaptive"], COARSE)
    ]
    assert found[0] == pytest.approx(found[1], abs=2e-3)
    assert found[2] == pytest.approx(found[1], abs=2e-3)
    assert abs(found[3] - found[1]) > 0.01


@pytest.mark.parametrize("integrator", [COARSE, gn.likelihood.Adaptive(1e-2, 1e-2)])
def test_the_flow_stays_on_the_sphere_in_single_precision(integrator: Any):
    x = X.astype(np.float32)
    y = draws(LAW, MOTION.t_min, 1)[0].astype(np.float32)
    process = MOTION.at(x)

    def score(t: Any, y: Any) -> Any:  # not tangent
        return jnp.sin(3 * y) / (1 + t)

    flow = gn.likelihood.flow_of(process, score)
    divergence = gn.likelihood.Exact()
    ends = jax.jit(lambda y: integrator.integrate(flow, y, divergence, None))(y)
    assert ends.u.dtype == np.float32
    assert np.abs(np.linalg.norm(np.asarray(ends.u, float), axis=-1) - 1).max() < 1e-6
    assert float(jnp.abs(ends.u - y).max()) > 0.1


def test_random_probes_agree_with_the_exact_divergence():
    sample = gn.FieldSample(X, draws(LAW, MOTION.t_min, 1)[0])

    @jax.jit
    @jax.vmap
    def estimates(key: Any) -> Any:
        return estimate_log_prob(
            MOTION,
            score,
            sample,
            divergence=gn.likelihood.Hutchinson(4),
            integrator=COARSE,
            key=key,
        )

    def score(t: Any, _x: Any, y: Any, _mask: Any) -> Any:
        return (jnp.sin(3 * y) - 0.3 * y[::-1] ** 2) / (1 + t)

    exact = float(log_prob(MOTION, score, sample, integrator=COARSE))
    found = estimates(jax.random.split(jax.random.key(0), 400))
    errors, claimed = np.asarray(found.value) - exact, np.asarray(found.standard_error)
    assert_mean(errors, 0)
    assert_mean(claimed**2 - errors**2, 0)
    assert np.abs(errors).max() > 1e-2


def test_the_difference_of_joint_and_context_is_there():
    y = draws(LAW, MOTION.t_min, 1)[0]
    target, context = gn.FieldSample(X[:1], y[:1]), gn.FieldSample(X[:1], y[1:])
    found = gn.likelihood.joint_minus_context(MOTION, silent, target, context)
    assert float(found) == pytest.approx(-np.log(4 * np.pi), rel=1e-12)


def test_flat_space_has_no_limit_and_takes_a_terminal_law():
    """With it the law of normal values under Brownian motion is the normal one at `t_min`.

    Without it the end is that of a motion from the origin, and the mismatch is in the result.
    """
    motion = gn.sde.BrownianMotion(gn.manifolds.Euclidean(2), MOTION.schedule)
    sample = gn.FieldSample(X, jnp.array([[0.3, -1.0], [0.5, 2.0]]))

    def score(t: Any, _x: Any, y: Any, _mask: Any) -> Any:
        return -y / (1 + motion.clock(t))

    def law_at(t: float) -> Any:
        scale = jnp.sqrt(1 + motion.clock(t))
        return lambda y: jnp.sum(jax.scipy.stats.norm.logpdf(y, scale=scale))

    def from_origin(y: Any) -> Any:
        scale = jnp.sqrt(motion.clock(motion.t_max))
        return jnp.sum(jax.scipy.stats.norm.logpdf(y, scale=scale))

    without = log_prob(motion, score, sample)
    expected = log_prob(motion, score, sample, terminal=from_origin)
    np.testing.assert_allclose(without, expected, rtol=1e-12)
    assert 1e-3 < abs(float(without - law_at(motion.t_min)(sample.y))) < 1
    found = log_prob(motion, score, sample, terminal=law_at(motion.t_max))
    assert float(found) == pytest.approx(float(law_at(motion.t_min)(sample.y)), abs=1e-5)


def test_values_off_the_manifold_are_refused():
    sample = gn.FieldSample(X, 2 * draws(LAW, 0.0, 1)[0])
    with pytest.raises(ValueError, match=r"expected values on Sphere\(n=2\), got one that is off"):
        log_prob(MOTION, silent, sample)
    with pytest.raises(ValueError, match=r"expected values of shape \(2, 3\)"):
        log_prob(MOTION, silent, gn.FieldSample(X, sample.y[:, :2]))


def test_the_law_of_the_mixture_is_a_density_with_this_score():
    """It integrates to one, over uniform points, and the score is its gradient."""
    law = dataclasses.replace(LAW, centres=CENTRES[:, :1])
    points = GLOBE.random_uniform((5_000, 1), key=jax.random.key(0))
    densities = jnp.exp(jax.jit(jax.vmap(lambda y: law.log_prob(0.1, y)))(points))
    assert_mean(4 * np.pi * np.asarray(densities), 1)
    y = draws(LAW, 0.0, 1)[0]

    @jax.jit
    def both(y: Any) -> Any:
        derivative = jax.grad(lambda y: LAW.log_prob(0.1, GLOBE.project(y)))(y)
        return LAW(0.1, X, y), GLOBE.gradient(y, derivative)

    np.testing.assert_allclose(*both(y), atol=1e-10)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weights": jnp.ones(2)}, "one weight for each of 3 components, got"),
        ({"clock": -1.0}, "clock of at least 0, got -1.0"),
    ],
)
def test_unfit_mixtures_are_refused(settings: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(LAW, **settings)
