"""The geodesic random walk on normal fields in flat space: its law, and how the error falls."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from normal_fields import NormalScore, law_of_solution
from standard_errors import assert_mean, second_moments

import geomndp as gn

SCHEDULE = gn.sde.LinearSchedule(beta_min=2.0, beta_max=2.0, t_min=1e-4, t_max=10.0)
VARIANCES = np.array([1.0, 0.3, 0.02, 0.0])
N_POINTS = VARIANCES.size
BASIS, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(N_POINTS, N_POINTS)))
MEAN = np.array([2.0, -1.0, 0.5, 3.0])
DATA = MEAN, BASIS @ np.diag(VARIANCES) @ BASIS.T
START = MEAN, DATA[1] + 20.0 * np.eye(N_POINTS)

N_STEPS = 40


@functools.cache
def law(n_steps: int, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """The mean, and the covariance in the basis where that of the data is diagonal.

    Arguments:
        n_steps: Number of steps of the walk.
        scale: By which the covariance that the score believes in is wrong.
    """
    solver = gn.solvers.GeodesicRandomWalk(n_steps=n_steps)
    data = MEAN, scale * DATA[1]
    mean, covariance = law_of_solution(solver, SCHEDULE, data, START)
    return mean, BASIS.T @ covariance @ BASIS


def covariance_errors(scale: float = 1.0) -> np.ndarray:
    """At 40 and at 80 steps."""
    covariances = [law(n_steps, scale)[1] for n_steps in (40, 80)]
    return np.array([np.abs(c - np.diag(VARIANCES)).max() for c in covariances])


def assert_second_order(errors: np.ndarray) -> None:
    assert errors[0] / errors[1] > 3.5, f"errors {errors}"
    assert errors[1] < 0.02


def test_error_of_the_covariance_falls_with_the_steps():
    assert_second_order(covariance_errors())


def test_error_that_does_not_fall_is_found():
    with pytest.raises(AssertionError):
        assert_second_order(covariance_errors(scale=1.2))


def test_mean_and_directions_without_variance_are_reached():
    mean, covariance = law(80)
    np.testing.assert_allclose(mean, MEAN, atol=1e-10)
    np.testing.assert_allclose(covariance[-1], 0, atol=1e-10)
    np.testing.assert_allclose(np.diag(covariance), VARIANCES, rtol=0.01, atol=1e-10)


@pytest.fixture(scope="module")
def deviations() -> np.ndarray:
    """Of draws from the mean of the data."""
    solver = gn.solvers.GeodesicRandomWalk(n_steps=N_STEPS)
    motion = gn.sde.BrownianMotion(gn.manifolds.Euclidean(1), SCHEDULE)
    score = NormalScore(jnp.asarray(MEAN)[:, None], jnp.asarray(DATA[1]), SCHEDULE)
    process = motion.at(jnp.zeros((N_POINTS, 1)))
    bound = gn.sde.bind(score, process)
    root = jnp.asarray(np.linalg.cholesky(START[1]))

    @jax.jit
    @jax.vmap
    def draw(key: Any) -> Any:
        start, walk = jax.random.split(key)
        y = jnp.asarray(MEAN) + root @ jax.random.normal(start, (N_POINTS,))
        return solver.reverse(process, bound, y[:, None], key=walk)

    return np.asarray(draw(jax.random.split(jax.random.key(0), 20_000)))[..., 0] - MEAN


def test_samples_have_the_law_of_the_walk(deviations: np.ndarray):
    _, covariance = law(N_STEPS)
    rounding = 1e-10
    assert_mean(deviations, 0, slack=rounding)
    assert_mean(second_moments(deviations @ BASIS), covariance, slack=rounding)
    with pytest.raises(AssertionError):
        assert_mean(second_moments(deviations @ BASIS), 1.1 * covariance, slack=rounding)


def test_samples_have_the_law_of_the_data(deviations: np.ndarray):
    """Within the error of discretisation."""
    bias = np.abs(law(N_STEPS)[1] - np.diag(VARIANCES))
    assert bias.max() < 0.05
    assert_mean(second_moments(deviations @ BASIS), np.diag(VARIANCES), slack=bias + 1e-10)
