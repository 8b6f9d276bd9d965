"""The shipped model that tells wind and pressure is as good as its card says."""

import json
import math
from importlib.resources import files
from typing import Any

import jax
import pytest

import geomndp as gn
from geomndp.data import INTENSITY, Tracks
from geomndp.experiments import forecast_cases, has_intensity, score_intensity
from geomndp.experiments.track_tasks import spread

NAME = "cyclones-intensity"


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    """The report of `evaluate_cyclones` that is shipped beside the model."""
    return json.loads((files("geomndp") / "pretrained" / f"{NAME}.json").read_text())


def test_the_model_is_that_of_the_command_line():
    model = gn.load(NAME).model
    assert has_intensity(model)
    assert model == gn.experiments.cyclone_model(values="intensity").trained_with(20)


def test_the_card_is_better_than_the_last_value_and_calibrated(card: dict[str, Any]):
    """Nothing is computed: these are the figures that users read."""
    assert set(card["intensity"]) == {"24h", "48h", "72h", "120h"}
    for lead, quantities in card["intensity"].items():
        assert set(quantities) == set(INTENSITY)
        for predictors in quantities.values():
            figures, rule = predictors[NAME], predictors["last value"]["error"]["mean"]
            assert figures["crps"]["mean"] < figures["error"]["mean"] < rule, lead
            assert 0.85 < figures["coverage_90"]["mean"] < 0.95


@pytest.mark.slow
def test_figures_are_those_of_the_card(storms: Tracks, card: dict[str, Any]):
    cases = spread(forecast_cases(storms), 8)
    report = score_intensity({NAME: gn.load(NAME)}, cases, leads=(48.0,), key=jax.random.key(0))
    for figure in ("error", "crps", "coverage_90"):
        found, told = (part["48h"]["wind"][NAME][figure] for part in (report, card["intensity"]))
        error = math.hypot(found["standard_error"], told["standard_error"])
        assert abs(found["mean"] - told["mean"]) < 4 * error
