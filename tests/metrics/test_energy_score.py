"""The energy score: by hand, unbiased, proper, and strict only where it is said to be."""

import itertools

import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest

import geomndp as gn
from geomndp.metrics import energy_score, mean_and_standard_error

GLOBE = gn.manifolds.Sphere(2)
LINE = gn.manifolds.Euclidean(1)


def near_pole(spread: float, shape: tuple[int, ...], seed: int) -> jax.Array:
    noise = spread * np.random.default_rng(seed).normal(size=(*shape, 3))
    return GLOBE.project(jnp.asarray(np.array([0.0, 0.0, 1.0]) + noise))


@pytest.mark.parametrize(("fair", "expected"), [(True, 7 / 3 - 2), (False, 7 / 3 - 4 / 3)])
def test_by_hand(fair: bool, expected: float):
    # Distances to the truth 1, 2, 4; between members 3, 3, 6 (mean 4).
    samples, truth = jnp.array([[1.0], [-2.0], [4.0]]), jnp.array([0.0])
    assert float(energy_score(LINE, samples, truth, fair=fair)) == pytest.approx(expected)


@pytest.mark.parametrize("fair", [True, False])
def test_against_loops_over_pairs(fair: bool):
    samples, truth = near_pole(0.5, (6, 3), 0), near_pole(0.5, (3,), 1)
    members = range(6)
    pairs = list(
        itertools.permutations(members, 2) if fair else itertools.product(members, members)
    )
    found = energy_score(GLOBE, samples, truth, fair=fair)
    for k in range(3):
        cosine = np.clip(np.asarray(samples[:, k] @ samples[:, k].T), -1, 1)
        error = np.mean(np.arccos(np.asarray(samples[:, k] @ truth[k])))
        spread = np.mean([np.arccos(cosine[i, j]) if i != j else 0.0 for i, j in pairs])
        assert float(found[k]) == pytest.approx(error - spread / 2, abs=1e-7)


def test_one_member_is_scored_by_its_distance_where_not_fair():
    score = energy_score(LINE, jnp.array([[3.0]]), jnp.array([1.0]), fair=False)
    assert float(score) == 2.0


def test_fair_score_does_not_depend_on_the_size_of_the_ensemble():
    truth = near_pole(0.3, (20_000,), 0)
    scores = {
        fair: [
            mean_and_standard_error(
                energy_score(GLOBE, near_pole(0.3, (n, 20_000), n), truth, fair=fair)
            )
            for n in (2, 8)
        ]
        for fair in (True, False)
    }
    (few, many), (few_biased, many_biased) = scores[True], scores[False]
    error = np.hypot(few.standard_error, many.standard_error)
    assert abs(few.mean - many.mean) < 4 * error
    assert few_biased.mean - many_biased.mean > 10 * error


@pytest.mark.parametrize("wrong", ["wide", "narrow", "displaced"])
def test_the_true_law_scores_best(wrong: str):
    n = 20_000
    truth, right = near_pole(0.2, (n,), 0), near_pole(0.2, (8, n), 1)
    forecast = {
        "wide": near_pole(0.4, (8, n), 2),
        "narrow": near_pole(0.1, (8, n), 2),
        "displaced": GLOBE.project(right + jnp.broadcast_to(jnp.array([0.15, 0, 0]), right.shape)),
    }[wrong]
    loss = energy_score(GLOBE, forecast, truth) - energy_score(GLOBE, right, truth)
    difference = mean_and_standard_error(loss)
    assert difference.mean > 4 * difference.standard_error


def test_laws_symmetric_under_the_antipode_score_the_same():
    # Either pole, or either of two opposite points on the equator: both score pi / 4 everywhere.
    poles, equator = jnp.array([[0.0, 0, 1], [0, 0, -1]]), jnp.array([[1.0, 0, 0], [-1, 0, 0]])
    truth = near_pole(1.0, (), 0)
    for law in (poles, equator):
        score = energy_score(GLOBE, law, truth, fair=False)
        assert float(score) == pytest.approx(np.pi / 4)


def test_gradients_are_finite_where_members_coincide_with_the_truth():
    samples = jnp.broadcast_to(jnp.array([0.0, 0.0, 1.0]), (3, 3))
    gradient = jax.grad(lambda s: energy_score(GLOBE, s, s[0]))(samples)
    assert jnp.isfinite(gradient).all()


@pytest.mark.parametrize(
    ("samples", "fair", "message"),
    [
        (jnp.zeros((1, 3)), True, "at least 2 ensemble members, got 1"),
        (jnp.zeros((0, 3)), False, "at least 1 ensemble members, got 0"),
        (jnp.zeros((4, 2, 3)), True, r"shape \(n_samples, 3\)"),
    ],
)
def test_what_cannot_be_scored_is_refused(
    samples: jax.Array, fair: bool, message: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # as it is for users
    with pytest.raises(ValueError, match=message):
        energy_score(GLOBE, samples, jnp.array([0.0, 0.0, 1.0]), fair=fair)
