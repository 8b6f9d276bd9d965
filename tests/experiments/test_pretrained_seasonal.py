"""The shipped model that knows the season and the basin is as good as its card says."""

import json
from importlib.resources import files
from typing import Any

import jax
import pytest

import geomndp as gn
from geomndp.data import Tracks
from geomndp.experiments import (
    TASKS,
    dequantised,
    evaluate_cyclones,
    extrapolation_cases,
    six_hourly_tracks,
    track_field,
)
from geomndp.experiments.track_inputs import at_fixes

NAME = "cyclones-seasonal"
PARTS = [("forecast", "48h"), ("gap", "2d")]

OF_SIX_STORMS = {
    ("forecast", "48h", "error_km"): 621.2,
    ("forecast", "48h", "energy_score_km"): 454.0,
    ("gap", "2d", "error_km"): 68.7,
    ("gap", "2d", "energy_score_km"): 47.8,
}
"""Figures of `evaluate_cyclones(..., n_storms=6)`, in kilometres, by the model that is shipped."""


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    """The report of `evaluate_cyclones` that is shipped beside the model."""
    return json.loads((files("geomndp") / "pretrained" / f"{NAME}.json").read_text())


@pytest.fixture(scope="module")
def report(storms: Tracks) -> dict[str, Any]:
    """The same report on few of the storms, spread over the seasons."""
    return evaluate_cyclones({NAME: gn.load(NAME)}, storms, n_storms=6)


@pytest.mark.slow
@pytest.mark.parametrize("figure", ["error_km", "energy_score_km"])
@pytest.mark.parametrize(("task", "part"), PARTS)
def test_figures_are_what_they_were_when_the_card_was_made(
    report: dict[str, Any], task: str, part: str, figure: str
):
    """Of the same storms and draws, so that a model that is a little worse is found."""
    found = report["scores"][task][part][NAME][figure]["mean"]
    assert found == pytest.approx(OF_SIX_STORMS[task, part, figure], rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("task", "part"), PARTS)
def test_the_six_storms_are_like_those_of_the_card(
    report: dict[str, Any], card: dict[str, Any], task: str, part: str
):
    """As far as so few can tell, against the same rule."""
    rule = {"forecast": "persistence", "gap": "great_circle"}[task]
    for source in (report, card):
        scores = source["scores"][task][part]
        assert scores[NAME]["error_km"]["mean"] < scores[rule]["error_km"]["mean"]


@pytest.mark.slow
def test_twice_the_divergences_change_the_log_likelihood_by_less_than_a_thousandth(storms: Tracks):
    """In nats per point of a hidden part; with half of them it changes by more."""
    trained = gn.load(NAME)
    tracks = six_hourly_tracks(storms.split().test, 50)
    (case,) = extrapolation_cases([tracks[len(tracks) // 3]])
    field = dequantised(track_field(trained.model, case.track), key=jax.random.key(1))
    given, hidden = (at_fixes(field, numbers) for numbers in (case.given, case.hidden))
    default = gn.likelihood.default_integrator(trained.model.noising)
    half, found, twice = (
        float(trained.condition(given).log_prob(hidden, integrator=integrator)) / hidden.n_points
        for integrator in (
            gn.likelihood.FixedGrid(default.n_nodes // 2),
            default,
            gn.likelihood.FixedGrid(2 * default.n_nodes),
        )
    )
    assert abs(found - twice) < 1e-3
    assert abs(half - twice) > 2e-3


def test_the_model_knows_the_season_and_the_basin():
    model = gn.load(NAME).model
    assert model.n_covariates == len(gn.data.TRACK_COVARIATES)
    assert model == gn.experiments.cyclone_model().trained_with(20)


def test_the_card_is_of_all_tasks_and_every_ensemble_is_better_than_single_paths(
    card: dict[str, Any],
):
    """Nothing is computed: these are the figures that users read."""
    assert set(card["scores"]) == set(TASKS)
    for task, parts in card["scores"].items():
        for part, predictors in parts.items():
            score = predictors[NAME]["energy_score_km"]["mean"]
            for name, figures in predictors.items():
                other = figures.get("energy_score_km", figures["error_km"])["mean"]
                assert name == NAME or score < other, (task, part, name)


def test_the_card_reaches_what_was_aimed_at_but_for_what_is_told(card: dict[str, Any]):
    """Gaps of the bars that the documentation names as missed are not made larger unseen."""
    scores = {task: parts.get("all") for task, parts in card["scores"].items()}
    for cadence in ("6h", "50"):
        between = scores[f"interpolation-{cadence}"]
        ours = between[NAME]["error_km"]["mean"]
        assert ours < 0.7 * between["great_circle"]["error_km"]["mean"]
        assert ours < between["cubic_hermite"]["error_km"]["mean"]
    ahead = {
        cadence: 1
        - scores[f"extrapolation-{cadence}"][NAME]["error_km"]["mean"]
        / scores[f"extrapolation-{cadence}"]["persistence"]["error_km"]["mean"]
        for cadence in ("6h", "50")
    }
    assert ahead == pytest.approx({"6h": 0.25, "50": 0.20}, abs=0.005)  # 0.3 was aimed at
    held = {
        (task, part): predictors[NAME]["coverage_90"]["mean"]
        for task, parts in card["scores"].items()
        for part, predictors in parts.items()
    }
    missed = {case for case, share in held.items() if not 0.85 <= share <= 0.95}
    assert missed == {(task, "all") for task in TASKS if "polation" in task}
    assert min(held.values()) > 0.81
