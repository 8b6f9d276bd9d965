"""Denoising score matching: its minimum is at the score of the noised data, with a known value."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_mean

import geomndp as gn

LOSS = gn.losses.DenoisingScoreMatching()
SCHEDULE = gn.sde.LinearSchedule(beta_min=0.5, beta_max=3.0, t_min=0.01, t_max=2.0)
PLANE = gn.sde.BrownianMotion(gn.manifolds.Euclidean(2), SCHEDULE)
GLOBE = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), SCHEDULE)
TIME = 0.4
CLOCK = 0.5 * TIME + 0.5 * 1.25 * TIME**2
N_FIELDS = 20_000
N_POINTS = 3

ROOT = jnp.asarray(np.random.default_rng(0).normal(size=(2 * N_POINTS, 2 * N_POINTS)) / 3)
COVARIANCE = ROOT @ ROOT.T
MEAN = jnp.arange(2.0 * N_POINTS)
X = jnp.arange(float(N_POINTS))[:, None]


def exact_score(t: Any, y: Any) -> Any:
    """The score of noised data whose law is normal with the covariance and mean above."""
    noised = COVARIANCE + PLANE.clock(t) * jnp.eye(2 * N_POINTS)
    return -jnp.linalg.solve(noised, y.reshape(-1) - MEAN).reshape(y.shape)


@jax.jit
def losses(key: Any) -> dict[str, Any]:
    """Of the exact score and of others, each on the same fields and the same noise."""
    data, noise = jax.random.split(key)
    normal = jax.random.normal(data, (N_FIELDS, 2 * N_POINTS))
    fields = (normal @ ROOT.T + jnp.broadcast_to(MEAN, normal.shape)).reshape(-1, N_POINTS, 2)

    def of(score: Callable[..., Any]) -> Any:
        def one(y: Any, key: Any) -> Any:
            return LOSS(PLANE.at(X), score, y, TIME, key=key)

        return jax.vmap(one)(fields, jax.random.split(noise, N_FIELDS))

    others = {
        "exact": exact_score,
        "larger": lambda *a: 1.1 * exact_score(*a),
        "smaller": lambda *a: 0.9 * exact_score(*a),
        "shifted": lambda *a: exact_score(*a) + 0.3,
        "of each point alone": lambda _t, y: -(y - MEAN.reshape(y.shape)) / (1 + CLOCK),
        "of the opposite sign": lambda *a: -exact_score(*a),
    }
    return {name: of(score) for name, score in others.items()}


@pytest.fixture(scope="module")
def found() -> dict[str, np.ndarray]:
    return {name: np.asarray(v) for name, v in losses(jax.random.key(0)).items()}


def test_exact_score_has_the_loss_that_theory_says(found: dict[str, np.ndarray]):
    """E |target|^2 - E |score|^2, in units of the noise, for each point."""
    noised = np.asarray(COVARIANCE) + CLOCK * np.eye(2 * N_POINTS)
    expected = CLOCK / N_POINTS * (2 * N_POINTS / CLOCK - np.trace(np.linalg.inv(noised)))
    assert_mean(found["exact"], expected)
    with pytest.raises(AssertionError):
        assert_mean(found["exact"], 2 * expected)


def test_every_other_score_has_a_larger_loss(found: dict[str, np.ndarray]):
    for name, loss in found.items():
        excess = loss - found["exact"]
        if name != "exact":
            assert excess.mean() > 5 * excess.std() / np.sqrt(N_FIELDS), name


def test_excess_is_the_distance_of_the_scores(found: dict[str, np.ndarray]):
    """A constant c added to the score adds clock * |c|^2 per point."""
    assert_mean(found["shifted"] - found["exact"], CLOCK * 2 * 0.3**2)


START = jnp.array([[0.0, 0.6, 0.8], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])


def towards_start(t: Any, y: Any) -> Any:
    """The exact score of a field that is always `START`."""
    return GLOBE.at(X).marginal_score(t, START, y)


@jax.jit
def losses_on_globe(y: Any, key: Any) -> Any:
    """In the Euclidean metric and in that of the noise, which is the same."""
    riemannian = gn.losses.DenoisingScoreMatching(metric=gn.losses.NoiseMetric())
    return [loss(GLOBE.at(X), towards_start, y, TIME, key=key) for loss in (LOSS, riemannian)]


def test_point_mass_on_the_sphere_has_loss_zero():
    rounding = 1e-28
    assert max(map(float, losses_on_globe(START, jax.random.key(1)))) < rounding
    elsewhere = START[jnp.array([0, 2, 1])]
    euclidean, riemannian = map(float, losses_on_globe(elsewhere, jax.random.key(1)))
    assert euclidean > 0.1
    assert riemannian == pytest.approx(euclidean, rel=1e-12)


def constant_score(_t: Any, y: Any) -> Any:
    return jnp.full_like(y, 0.2)


@jax.jit
def loss_in_plane(sample: gn.FieldSample, key: Any) -> Any:
    return LOSS(PLANE.at(sample.x, sample.mask), constant_score, sample.y, TIME, key=key)


def test_padding_has_no_influence():
    sample, key = gn.FieldSample(X, START[:, :2]), jax.random.key(2)
    padded = sample.pad(8)
    other = gn.FieldSample(
        padded.x.at[N_POINTS:].set(1e3), padded.y.at[N_POINTS:].set(-5.0), padded.mask
    )
    loss = float(loss_in_plane(sample, key))
    assert loss > 0.01
    # The noise of a point depends on the key and its place, not on how many points follow.
    for variant in (padded, other):
        assert float(loss_in_plane(variant, key)) == pytest.approx(loss, rel=1e-14)
    unmasked = gn.FieldSample(other.x, other.y)
    assert float(loss_in_plane(unmasked, key)) != pytest.approx(loss, rel=1e-3)


def test_a_field_of_padding_alone_has_loss_zero():
    sample = gn.FieldSample(X, START[:, :2], jnp.zeros(N_POINTS, bool))
    assert float(loss_in_plane(sample, jax.random.key(3))) == 0
