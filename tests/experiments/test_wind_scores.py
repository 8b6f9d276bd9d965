"""Scores of winds, beside closed forms, and the simple rules."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.spatial import KDTree

import geomndp as gn
from geomndp.experiments import (
    NearestWind,
    WindGaussianProcess,
    score_winds,
    summarise_winds,
    tell_winds,
    verify_winds,
    wind_tasks,
)

KEY = jax.random.key(0)
MAP = gn.data.AzimuthalEqualArea(52.5, 2.5)


def rough_winds() -> gn.data.Winds:
    wind = np.random.default_rng(5).normal(size=(1, 3, 6, 6, 2))
    time = np.datetime64("2024-01-01T00") + np.arange(3)
    return gn.data.wind_ensemble(wind, time, np.arange(6.0) + 50, np.arange(6.0))


def test_figures_of_a_calibrated_ensemble_are_those_of_its_law():
    rng = np.random.default_rng(0)
    members, truth = 2 * rng.normal(size=(48, 4000, 2)), 2 * rng.normal(size=(4000, 2))
    found = verify_winds(members, truth)
    # Of a normal law with deviation s the expected CRPS is s/√π, and E|Y - y|/2 in the plane, with
    # the Rayleigh mean √(π/2) of a deviation √2 s, is s √π/2.
    assert found["crps_eastward"] == pytest.approx(2 / math.sqrt(math.pi), rel=0.05)
    assert found["crps_northward"] == pytest.approx(2 / math.sqrt(math.pi), rel=0.05)
    assert found["energy_score"] == pytest.approx(math.sqrt(math.pi), rel=0.05)
    assert found["variance"] == pytest.approx(4 * 49 / 48, rel=0.02)
    assert found["squared_error"] == pytest.approx(4 * 49 / 48, rel=0.05)
    assert found["coverage_50"] == pytest.approx(0.5, abs=0.03)
    assert found["coverage_90"] == pytest.approx(0.9, abs=0.03)


def test_figures_of_one_field_are_its_errors():
    found = verify_winds(np.zeros((1, 2, 2)), np.array([[3.0, 4.0], [0.0, -2.0]]))
    assert found == {
        "crps_eastward": 1.5,
        "crps_northward": 3.0,
        "energy_score": 3.5,
        "joint_energy_score": pytest.approx(math.sqrt(29 / 2)),
        # Of order 1/2: the mean distance of ordered pairs of 3, 4, 0 and -2.
        "variogram_score": pytest.approx(2 * (1 + 3 + 5 + 4 + 6 + 2) / 12),
        "squared_error": pytest.approx(29 / 4),
    }


def test_a_displaced_and_a_narrow_ensemble_score_worse():
    rng = np.random.default_rng(1)
    truth, good = rng.normal(size=(500, 2)), rng.normal(size=(32, 500, 2))
    best, displaced, narrow = (verify_winds(m, truth) for m in (good, good + 1.0, 0.3 * good))
    for score in ("crps_eastward", "crps_northward", "energy_score"):
        assert best[score] < min(displaced[score], narrow[score])
    assert narrow["coverage_90"] < 0.6


def test_summaries_have_standard_errors_by_the_jackknife():
    rng = np.random.default_rng(2)
    error, variance = rng.uniform(1, 2, 400), rng.uniform(0.5, 1, 400)
    found = summarise_winds({"energy_score": error, "squared_error": error, "variance": variance})
    assert found["energy_score"] == gn.metrics.mean_and_standard_error(error)
    # The delta method: the derivative of a root is half its inverse.
    by_hand = error.std(ddof=1) / math.sqrt(400) / (2 * math.sqrt(error.mean()))
    assert found["rmse"].standard_error == pytest.approx(by_hand, rel=0.01)
    ratio = math.sqrt(variance.mean() / error.mean())
    relative = variance / variance.mean() - error / error.mean()
    assert found["spread_skill"].mean == pytest.approx(ratio)
    assert found["spread_skill"].standard_error == pytest.approx(
        ratio / 2 * relative.std(ddof=1) / math.sqrt(400), rel=0.01
    )


def test_the_nearest_wind_is_that_of_a_search_tree():
    rng = np.random.default_rng(3)
    seen, values, x = rng.normal(size=(9, 2)), rng.normal(size=(9, 2)), rng.normal(size=(30, 2))
    context = gn.FieldSample(jnp.asarray(seen), jnp.asarray(values)).pad(12)
    told = NearestWind().sample(context, jnp.asarray(x), n_samples=5, key=KEY)
    np.testing.assert_array_equal(told[0], values[KDTree(seen).query(x)[1]])


def test_tasks_and_scores_are_paired_with_the_reference():
    tasks = wind_tasks(rough_winds(), 3, MAP, n_points=12, n_given=4)
    assert [(t.context.n_points, t.target.n_points) for t in tasks] == [(4, 8)] * 3
    process = WindGaussianProcess(gn.GaussianProcess(gn.kernels.White(1.0, 2)))
    rules: Any = {"Helmholtz GP": process, "nearest": NearestWind()}
    scores = score_winds(rules, tasks, n_members=4, key=KEY)
    nearest, reference = scores["nearest"], scores["Helmholtz GP"]
    difference = nearest["difference_from_Helmholtz GP"]["energy_score"]
    expected = nearest["energy_score"]["mean"] - reference["energy_score"]["mean"]
    assert difference["mean"] == pytest.approx(expected)
    assert "difference_from_Helmholtz GP" not in reference
    assert set(reference) - set(nearest) == {"spread_skill", "coverage_50", "coverage_90"}


@pytest.mark.parametrize(
    ("n_points", "n_given", "message"),
    [(37, 4, "expected winds at 37 points, got a time with 36"), (4, 4, "expected 1 <= given")],
)
def test_tasks_that_cannot_be(n_points: int, n_given: int, message: str):
    with pytest.raises(ValueError, match=message):
        wind_tasks(rough_winds(), 2, MAP, n_points=n_points, n_given=n_given)


@pytest.fixture(scope="module")
def tiny() -> gn.TrainedProcess:
    model = gn.experiments.wind_model(9.0, "none", width=8, n_layers=1)
    field = gn.FieldSample(jnp.zeros((2, 2)), jnp.ones((2, 2)))
    return gn.TrainedProcess(model, model.init(field, key=KEY))


def test_observations_that_cannot_be_used(tiny: gn.TrainedProcess):
    def tell(latitude: float, longitude: float, wind: float, grid: gn.data.Winds):
        seen = gn.data.WindObservations([latitude], [longitude], [[wind, 0.0]], station=["Kiel"])
        return tell_winds(tiny, seen, grid, n_members=2, key=KEY)

    grid = rough_winds()
    for place in ((56.0, 3.0), (52.0, 5.1), (52.0, -0.1)):
        with pytest.raises(ValueError, match="where the grid is, got Kiel at .* leave them out"):
            tell(*place, 3.0, grid)
    with pytest.raises(ValueError, match="are they of another unit"):
        tell(52.0, 3.0, 300.0, grid)
    wind = np.zeros((1, 1, 50, 50, 2))
    large = gn.data.wind_ensemble(wind, ["2024-01-01"], np.arange(50.0), np.arange(50.0))
    with pytest.raises(ValueError, match="expected at most 2000 places"):
        tell(20.0, 20.0, 3.0, large)


def test_a_grid_across_the_antimeridian_has_its_stations(tiny: gn.TrainedProcess):
    wind = np.zeros((1, 1, 2, 3, 2))
    grid = gn.data.wind_ensemble(wind, ["2024-01-01"], [-18.0, -17.0], [179.0, 180.0, 181.0])
    seen = gn.data.WindObservations([-17.5, -17.5], [179.5, -179.5], [[1.0, 0.0]] * 2)
    told = tell_winds(tiny, seen, grid, n_members=3, key=KEY)
    assert told.wind().shape == (3, 6, 2)
    np.testing.assert_array_equal(told.places, grid.places)
