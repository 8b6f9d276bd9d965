"""Free samples with the exact score have the law of the data, and padding leaves them alone."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from normal_fields import NormalScore, WideBrownianMotion, law_of_solution
from standard_errors import assert_mean, second_moments

import geomndp as gn

SCHEDULE = gn.sde.LinearSchedule(beta_min=40.0, beta_max=40.0, t_min=1e-4, t_max=10.0)
NOISING = WideBrownianMotion(gn.manifolds.Euclidean(1), SCHEDULE)
SOLVER = gn.solvers.GeodesicRandomWalk(n_steps=60)
N_POINTS = 3
X = jnp.array([[0.0], [0.4], [2.0]])
MEAN = np.array([1.0, -0.5, 0.0])
COVARIANCE = np.exp(-0.5 * (np.asarray(X) - np.asarray(X).T) ** 2)
N_SAMPLES = 10_000


def score_for(n_points: int) -> NormalScore:
    """The exact one, padded by points of another mean and variance that the mask hides."""
    covariance = np.full((n_points, n_points), 0.5)
    covariance[:N_POINTS, :N_POINTS] = COVARIANCE
    mean = np.append(MEAN, np.full(n_points - N_POINTS, 9.0))
    return NormalScore(jnp.asarray(mean)[:, None], jnp.asarray(covariance), SCHEDULE)


def draw(n_points: int, mask: jax.Array | None) -> np.ndarray:
    x = jnp.concatenate([X, jnp.tile(X[-1:], (n_points - N_POINTS, 1))])
    y = gn.sampling.sample(
        NOISING,
        score_for(n_points),
        x,
        mask,
        n_samples=N_SAMPLES,
        solver=SOLVER,
        key=jax.random.key(0),
    )
    assert y.shape == (N_SAMPLES, n_points, 1)
    return np.asarray(y)[..., 0]


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    return draw(N_POINTS, None)


def test_samples_have_the_law_of_the_data(samples: np.ndarray):
    """Within standard errors and what the solver and the limit are known to err by."""
    start = np.zeros(N_POINTS), 400.0 * np.eye(N_POINTS)
    mean, covariance = law_of_solution(SOLVER, SCHEDULE, (MEAN, COVARIANCE), start)
    assert np.abs(mean - MEAN).max() < 0.01
    assert np.abs(covariance - COVARIANCE).max() < 0.15
    assert_mean(samples, MEAN, slack=np.abs(mean - MEAN))
    assert_mean(second_moments(samples - mean), covariance)
    slack = np.abs(covariance - COVARIANCE)
    assert_mean(second_moments(samples - mean), COVARIANCE, slack=slack)


def test_another_law_is_found(samples: np.ndarray):
    with pytest.raises(AssertionError):
        assert_mean(samples, 0, slack=0.01)
    with pytest.raises(AssertionError):
        assert_mean(second_moments(samples - MEAN), np.eye(N_POINTS), slack=0.15)


def test_padding_changes_no_real_point(samples: np.ndarray):
    n_points = 8
    padded = draw(n_points, jnp.arange(n_points) < N_POINTS)
    # The noise of a point depends on the key and its place, not on how many points follow.
    np.testing.assert_allclose(padded[:, :N_POINTS], samples, atol=1e-10)
    unmasked = draw(n_points, jnp.ones(n_points, bool))
    assert np.abs(unmasked[:, :N_POINTS] - samples).max() > 0.1


def test_all_points_are_real_by_default_and_the_solver_is_the_geodesic_random_walk():
    arguments = NOISING, score_for(N_POINTS), X
    key = jax.random.key(1)
    default = gn.sampling.sample(*arguments, n_samples=2, key=key)
    mask, solver = jnp.ones(N_POINTS, bool), gn.solvers.GeodesicRandomWalk()
    given = gn.sampling.sample(*arguments, mask, n_samples=2, solver=solver, key=key)
    np.testing.assert_allclose(default, given, atol=1e-12)


def test_a_negative_number_of_samples_is_refused():
    context = gn.FieldSample(X[:1], jnp.ones((1, 1)))
    with pytest.raises(ValueError, match="expected n_samples of at least 0, got -1"):
        gn.sampling.sample(NOISING, score_for(3), X, n_samples=-1, key=jax.random.key(0))
    with pytest.raises(ValueError, match="expected n_samples of at least 0, got -1"):
        gn.sampling.sample_conditional(
            NOISING, score_for(3), context, X, n_samples=-1, key=jax.random.key(0)
        )
