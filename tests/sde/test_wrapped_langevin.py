"""Langevin dynamics to a wrapped normal: in flat space the Ornstein-Uhlenbeck process."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_mean, assert_same_mean, second_moments

import geomndp as gn

PLANE = gn.manifolds.Euclidean(2)
SCHEDULE = gn.sde.LinearSchedule(beta_min=0.5, beta_max=6.0)
SCALE = 1.5
LANGEVIN = gn.sde.WrappedLangevin(PLANE, SCHEDULE, SCALE, n_steps=40)
WHITE = gn.GaussianProcess(gn.kernels.White(SCALE**2, 2))
LINEAR = gn.sde.OrnsteinUhlenbeck(WHITE, SCHEDULE)
N_SAMPLES = 20_000
X = jnp.zeros((2, 1))
Y = jnp.array([[2.0, -1.0], [0.5, 0.3]])


def draws(process: Any, t: float) -> Any:
    def one(key: Any) -> Any:
        return process.sample_marginal(t, Y, key=key)

    return np.asarray(jax.jit(jax.vmap(one))(jax.random.split(jax.random.key(0), N_SAMPLES)))


@pytest.mark.parametrize("t", [0.3, 0.6])
def test_in_flat_space_the_marginal_is_that_of_the_linear_process(t: float):
    found, process = draws(LANGEVIN.at(X), t), LINEAR.at(X)
    signal, noise = float(LINEAR.signal(t)), SCALE * float(LINEAR.noise_scale(t))
    assert_mean(found, signal * np.asarray(Y), slack=1e-3)
    assert_mean(second_moments(found - signal * np.asarray(Y)), noise**2 * np.eye(4), slack=2e-3)
    assert_same_mean(second_moments(found), second_moments(draws(process, t)))
    with pytest.raises(AssertionError):
        assert_mean(found, 0.9 * signal * np.asarray(Y), slack=1e-3)
    assert float(LANGEVIN.noise_scale(t)) == pytest.approx(noise)


def test_in_flat_space_drifts_and_limits_agree():
    """The score is plain here and preconditioned there."""
    ours, theirs = LANGEVIN.at(X), LINEAR.at(X)
    np.testing.assert_allclose(ours.drift(0.4, Y), theirs.drift(0.4, Y), rtol=1e-12)
    score = jnp.sin(Y)
    for name in ("reverse_drift", "probability_flow_drift"):
        found = getattr(ours, name)(0.4, Y, score)
        expected = getattr(theirs, name)(0.4, Y, SCALE**2 * score)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert float(ours.log_prob_limit(Y)) == pytest.approx(float(theirs.log_prob_limit(Y)))
    masks = jnp.array([True, False])
    masked = LANGEVIN.at(X, masks).log_prob_limit(Y), LINEAR.at(X, masks).log_prob_limit(Y)
    assert float(masked[0]) == pytest.approx(float(masked[1]))
    fractions = jnp.linspace(0, 1, 5)
    np.testing.assert_allclose(LANGEVIN.time_at(fractions), LINEAR.time_at(fractions), rtol=1e-9)


def test_in_flat_space_the_density_of_a_learned_law_is_the_same():
    sample = gn.FieldSample(X, Y)

    def plain(t: Any, _x: Any, y: Any, _mask: Any) -> Any:
        """Of normal data of variance 0.4."""
        signal, noise = LINEAR.signal(t), LINEAR.noise_scale(t)
        return -y / (0.4 * signal**2 + SCALE**2 * noise**2)

    def preconditioned(t: Any, x: Any, y: Any, mask: Any) -> Any:
        return SCALE**2 * plain(t, x, y, mask)

    found = float(gn.likelihood.log_prob(LANGEVIN, plain, sample))
    expected = float(gn.likelihood.log_prob(LINEAR, preconditioned, sample))
    assert found == pytest.approx(expected, abs=1e-3)


def test_the_limit_is_sampled_from_its_density():
    law = LANGEVIN.limit
    values = jax.vmap(lambda key: LANGEVIN.at(X).sample_limit(key=key))(
        jax.random.split(jax.random.key(1), N_SAMPLES)
    )
    assert_mean(second_moments(values), SCALE**2 * np.eye(4))
    scores = jax.vmap(law.score)(values)
    assert_mean(np.sum(values * scores, -1), -2)  # by parts
    assert values.dtype == X.dtype


def test_what_it_cannot_do_is_refused():
    with pytest.raises(TypeError, match="train by ImplicitScoreMatching or SlicedScoreMatching"):
        LANGEVIN.at(X).marginal_score(0.3, Y, Y)
    with pytest.raises(ValueError, match=r"not compact, got Sphere\(n=2\), .* use BrownianMotion"):
        gn.sde.WrappedLangevin(gn.manifolds.Sphere(2))
    for settings, message in (
        ({"scale": 0.0}, "expected scale > 0, got 0.0"),
        ({"n_steps": 0}, "at least 1 step, got n_steps=0"),
    ):
        with pytest.raises(ValueError, match=message):
            dataclasses.replace(LANGEVIN, **settings)
