"""Replacement of observations: what it promises, how it errs, and how corrections mend it."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conditioning_laws import posterior
from conditioning_tasks import KEY, TASKS, drawn, noising_to

import geomndp as gn
from geomndp.sampling import LangevinCorrected, Observed, RePaint, Replacement

STEPS = gn.solvers.Ancestral(n_steps=30)


def squared_error_of_the_mean(method: Any) -> float:
    """Of 1500 draws, per target point, in units of the posterior's own variance."""
    found = drawn(method, TASKS["series"][1], n_samples=1500).mean(0).ravel()
    mean, covariance = posterior(TASKS["series"])
    return float(np.mean((found - mean) ** 2) / np.mean(np.diag(covariance)))


@pytest.fixture(scope="module")
def errors() -> dict[str, float]:
    methods = {
        "replacement": Replacement(STEPS),
        "repaint": RePaint(STEPS, n_passes=8),
        "corrected": LangevinCorrected(STEPS, n_corrections=20),
        "late": LangevinCorrected(STEPS, n_corrections=20, start=0.3),
    }
    return {name: squared_error_of_the_mean(method) for name, method in methods.items()}


def test_replacement_is_far_from_the_posterior_and_corrections_bring_it_nearer(errors):
    assert errors["replacement"] > 0.1
    assert errors["repaint"] < 0.5 * errors["replacement"]
    assert errors["corrected"] < 0.2 * errors["replacement"]
    assert errors["corrected"] < errors["late"] < errors["replacement"]


def test_observations_are_noised_to_the_time_of_the_step():
    data, context, x = TASKS["series"]
    noising = noising_to(data, "white")
    process = noising.at(jnp.concatenate([context.x, x]))
    padded = Observed(context.y, jnp.arange(8) < 6, jnp.full_like(context.y, 0.5))
    y = jnp.full((28, 1), 9.0)
    draw = jax.jit(jax.vmap(lambda key: padded.noised_in(process, 0.5, y, key=key)))
    found = np.asarray(draw(jax.random.split(KEY, 4000)))
    assert (found[:, 6:] == 9.0).all()
    signal, scale = float(noising.signal(0.5)), float(noising.noise_scale(0.5))
    error = np.sqrt(scale**2 + signal**2 * 0.5)
    mean = found[:, :6].mean(0)
    np.testing.assert_allclose(mean, signal * context.y[:6], atol=5 * error / 4000**0.5)
    np.testing.assert_allclose(found[:, :6].std(0), error, rtol=5 / 8000**0.5)


@pytest.mark.parametrize(
    "method", [Replacement(STEPS), RePaint(STEPS, n_passes=2), LangevinCorrected(STEPS)]
)
def test_without_observations_draws_have_the_law_of_the_solver(method: Any):
    """Which `Ancestral` makes a little too narrow, and corrections right again."""
    data, context, x = TASKS["series"]
    nothing = gn.FieldSample(context.x, context.y, jnp.zeros(8, bool))
    found = np.mean(drawn(method, nothing, n_samples=600) ** 2)
    noising = noising_to(data, "white")
    score = gn.sde.ExactGaussianScore(noising, data)
    free = gn.sampling.sample(noising, score, x, n_samples=600, solver=STEPS, key=KEY)
    corrected = isinstance(method, LangevinCorrected)
    expected = data.operator(x).diagonal() if corrected else free**2
    assert found == pytest.approx(float(jnp.mean(expected)), rel=0.15)


def test_values_on_the_sphere_are_replaced_too():
    globe = gn.manifolds.Sphere(2)
    motion = gn.sde.BrownianMotion(globe)
    observed = Observed(jnp.array([[0.0, 0.0, 1.0]]), jnp.ones(1, bool), jnp.zeros((1, 3)))
    y = globe.random_uniform((3,), key=KEY)
    process = motion.at(jnp.zeros((3, 1)))
    found = observed.noised_in(process, motion.t_min, y, key=KEY)
    np.testing.assert_array_equal(found[1:], y[1:])
    assert np.abs(found[0] - observed.y[0]).max() < 0.01


def test_refusals():
    with pytest.raises(ValueError, match="n_passes of at least 1"):
        RePaint(n_passes=0)
    with pytest.raises(ValueError, match="at least 1 correction"):
        LangevinCorrected(n_corrections=0)
    with pytest.raises(ValueError, match="step_size between 0 and 2, got 2"):
        LangevinCorrected(step_size=2.0)
