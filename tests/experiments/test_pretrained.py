"""The shipped model is as good as its card says, and better than simple rules."""

import json
from importlib.resources import files
from typing import Any

import pytest

import geomndp as gn
from geomndp.data import Tracks
from geomndp.experiments import evaluate_cyclones, forecast_baselines, gap_baselines

N_STORMS, N_MEMBERS = 16, 32

PARTS = [("forecast", "24h"), ("forecast", "48h"), ("forecast", "72h"), ("gap", "2d")]

OF_SIXTEEN_STORMS = {
    ("forecast", "24h"): {"error_km": 163.0, "energy_score_km": 114.4},
    ("forecast", "48h"): {"error_km": 482.9, "energy_score_km": 345.6},
    ("forecast", "72h"): {"error_km": 778.4, "energy_score_km": 542.4},
    ("gap", "2d"): {"error_km": 63.1, "energy_score_km": 45.3},
}
"""Figures of `evaluate_cyclones(..., n_storms=16)`, in kilometres, by the model that is shipped."""


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    """The report of `evaluate_cyclones` that is shipped beside the model."""
    return json.loads((files("geomndp") / "pretrained" / "cyclones.json").read_text())


@pytest.fixture(scope="module")
def report(storms: Tracks) -> dict[str, Any]:
    """The same report on some of the storms, spread over the seasons."""
    return evaluate_cyclones(
        {"cyclones": gn.load("cyclones")}, storms, n_storms=N_STORMS, n_members=N_MEMBERS
    )


def of_model(report: dict[str, Any], task: str, part: str) -> dict[str, Any]:
    predictors = report["scores"][task][part]
    (name,) = set(predictors) - set(forecast_baselines()) - set(gap_baselines())
    return predictors[name]


def of_rule(report: dict[str, Any], task: str, part: str, rule: str) -> dict[str, Any]:
    return report["scores"][task][part][rule]["error_km"]


@pytest.mark.slow
def test_forecasts_are_better_than_persistence(report: dict[str, Any]):
    error = of_model(report, "forecast", "48h")["error_km"]
    assert error["n"] == N_STORMS
    assert error["mean"] < of_rule(report, "forecast", "48h", "persistence")["mean"]


@pytest.mark.slow
def test_gaps_are_filled_better_than_by_great_circles(report: dict[str, Any]):
    error = of_model(report, "gap", "2d")["error_km"]
    assert error["n"] == N_STORMS
    assert error["mean"] < of_rule(report, "gap", "2d", "great_circle")["mean"]


@pytest.mark.slow
@pytest.mark.parametrize(("task", "part"), [("forecast", "48h"), ("gap", "2d")])
def test_regions_hold_the_truth_as_often_as_they_say(report: dict[str, Any], task: str, part: str):
    coverage = of_model(report, task, part)["coverage_90"]
    margin = 2 * coverage["standard_error"]
    assert 0.80 - margin < coverage["mean"] < 0.97 + margin


@pytest.mark.slow
@pytest.mark.parametrize("figure", ["error_km", "energy_score_km"])
@pytest.mark.parametrize(("task", "part"), PARTS)
def test_figures_are_what_they_were_when_the_card_was_made(
    report: dict[str, Any], task: str, part: str, figure: str
):
    """Of the same storms and draws, so that a model that is a little worse is found."""
    found = of_model(report, task, part)[figure]["mean"]
    assert found == pytest.approx(OF_SIXTEEN_STORMS[task, part][figure], rel=0.02)


def test_the_card_is_of_all_test_storms_and_meets_its_promises(card: dict[str, Any]):
    """Nothing is computed: these are the figures that users read."""
    assert (card["storms"]["forecast"], card["storms"]["gap"]) == (520, 592)
    forecast, gap = of_model(card, "forecast", "48h"), of_model(card, "gap", "2d")
    assert (forecast["error_km"]["n"], gap["error_km"]["n"]) == (520, 592)
    persistence = of_rule(card, "forecast", "48h", "persistence")["mean"]
    great_circle = of_rule(card, "gap", "2d", "great_circle")["mean"]
    assert forecast["error_km"]["mean"] < persistence
    assert gap["error_km"]["mean"] < great_circle
    for figures in (forecast, gap):
        assert 0.80 <= figures["coverage_90"]["mean"] <= 0.97
