"""Solvers on normal fields with the exact score: their law, and how its error falls with steps."""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import SOLVERS
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

EACH_SOLVER = pytest.mark.parametrize("name", SOLVERS)


@functools.cache
def law(name: str, n_steps: int, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """The mean, and the covariance in the basis where that of the data is diagonal.

    Arguments:
        name: Which solver.
        n_steps: Its number of steps.
        scale: By which the covariance that the score believes in is wrong.
    """
    solver: Any = SOLVERS[name]
    solver = dataclasses.replace(solver, n_steps=n_steps)
    data = MEAN, scale * DATA[1]
    mean, covariance = law_of_solution(solver, SCHEDULE, data, START)
    return mean, BASIS.T @ covariance @ BASIS


def covariance_errors(name: str, scale: float = 1.0) -> np.ndarray:
    """At 40 and at 80 steps."""
    covariances = [law(name, n_steps, scale)[1] for n_steps in (40, 80)]
    return np.array([np.abs(c - np.diag(VARIANCES)).max() for c in covariances])


def assert_second_order(errors: np.ndarray) -> None:
    assert errors[0] / errors[1] > 3.5, f"errors {errors}"
    assert errors[1] < 0.02


@EACH_SOLVER
def test_error_of_the_covariance_falls_with_the_steps(name: str):
    assert_second_order(covariance_errors(name))


@EACH_SOLVER
def test_error_that_does_not_fall_is_found(name: str):
    with pytest.raises(AssertionError):
        assert_second_order(covariance_errors(name, scale=1.2))


@EACH_SOLVER
def test_mean_and_directions_without_variance_are_reached(name: str):
    mean, covariance = law(name, 80)
    np.testing.assert_allclose(mean, MEAN, atol=1e-10)
    np.testing.assert_allclose(covariance[-1], 0, atol=1e-10)
    np.testing.assert_allclose(np.diag(covariance), VARIANCES, rtol=0.01, atol=1e-10)


@pytest.fixture(scope="module", params=list(SOLVERS))
def samples(request: pytest.FixtureRequest) -> tuple[np.ndarray, str]:
    solver = SOLVERS[request.param]
    motion = gn.sde.BrownianMotion(gn.manifolds.Euclidean(1), SCHEDULE)
    score = NormalScore(jnp.asarray(MEAN)[:, None], jnp.asarray(DATA[1]), SCHEDULE)
    x, mask = jnp.zeros((N_POINTS, 1)), jnp.ones(N_POINTS, bool)
    root = jnp.asarray(np.linalg.cholesky(START[1]))

    @jax.jit
    @jax.vmap
    def draw(key: Any) -> Any:
        start, walk = jax.random.split(key)
        y = jnp.asarray(MEAN) + root @ jax.random.normal(start, (N_POINTS,))
        return solver.reverse(motion, score, x, y[:, None], mask, key=walk)

    return np.asarray(draw(jax.random.split(jax.random.key(0), 20_000)))[
        ..., 0
    ] - MEAN, request.param


def test_samples_have_the_law_of_the_solver(samples: tuple[np.ndarray, str]):
    deviations, name = samples
    _, covariance = law(name, SOLVERS[name].n_steps)
    rounding = 1e-10
    assert_mean(deviations, 0, slack=rounding)
    assert_mean(second_moments(deviations @ BASIS), covariance, slack=rounding)
    with pytest.raises(AssertionError):
        assert_mean(second_moments(deviations @ BASIS), 1.1 * covariance, slack=rounding)


def test_samples_have_the_law_of_the_data(samples: tuple[np.ndarray, str]):
    """Within the error of discretisation."""
    deviations, name = samples
    bias = np.abs(law(name, SOLVERS[name].n_steps)[1] - np.diag(VARIANCES))
    assert bias.max() < 0.05
    assert_mean(second_moments(deviations @ BASIS), np.diag(VARIANCES), slack=bias + 1e-10)
