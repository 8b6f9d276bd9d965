"""The shipped model that knows the season and the basin is as good as its card says."""

import json
import math
from importlib.resources import files
from typing import Any

import pytest

import geomndp as gn
from geomndp.data import Tracks
from geomndp.experiments import TASKS, evaluate_cyclones

NAME = "cyclones-seasonal"
PARTS = [("forecast", "48h"), ("gap", "2d")]


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    """The report of `evaluate_cyclones` that is shipped beside the model."""
    return json.loads((files("geomndp") / "pretrained" / f"{NAME}.json").read_text())


@pytest.fixture(scope="module")
def report(storms: Tracks) -> dict[str, Any]:
    """The same report on few of the storms, spread over the seasons."""
    return evaluate_cyclones({NAME: gn.load(NAME)}, storms, n_storms=6)


@pytest.mark.slow
@pytest.mark.parametrize("figure", ["error_km", "energy_score_km", "coverage_50", "coverage_90"])
@pytest.mark.parametrize(("task", "part"), PARTS)
def test_figures_are_those_of_the_card(
    report: dict[str, Any], card: dict[str, Any], task: str, part: str, figure: str
):
    found, told = (source["scores"][task][part][NAME][figure] for source in (report, card))
    error = math.hypot(found["standard_error"], told["standard_error"])
    assert abs(found["mean"] - told["mean"]) < 4 * error


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
