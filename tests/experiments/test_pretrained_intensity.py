"""The shipped model that tells wind and pressure is as good as its card says."""

import json
from importlib.resources import files
from typing import Any

import jax
import pytest

import geomndp as gn
from geomndp.data import INTENSITY, Tracks
from geomndp.experiments import forecast_cases, has_intensity, score_intensity
from geomndp.experiments.track_tasks import spread

NAME = "cyclones-intensity"

OF_EIGHT_STORMS = {
    ("wind", "error"): 11.2,
    ("wind", "crps"): 6.7,
    ("pressure", "error"): 5.71,
    ("pressure", "crps"): 3.73,
}
"""Figures of forecasts of 48 hours by the model that is shipped, in knots and hPa."""


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
def test_figures_are_what_they_were_when_the_card_was_made(storms: Tracks):
    """Of the same storms and draws, so that a model that is a little worse is found."""
    cases = spread(forecast_cases(storms.split().test), 8)
    report = score_intensity({NAME: gn.load(NAME)}, cases, leads=(48.0,), key=jax.random.key(0))
    found = {
        (quantity, figure): predictors[NAME][figure]["mean"]
        for quantity, predictors in report["48h"].items()
        for figure in ("error", "crps")
    }
    assert found == pytest.approx(OF_EIGHT_STORMS, rel=0.02)


def test_the_card_tells_where_regions_of_positions_hold_too_little(card: dict[str, Any]):
    """Nominal 90 % regions were to hold 85 to 95 %."""
    held = {
        (task, part): predictors[NAME]["coverage_90"]["mean"]
        for task, parts in card["scores"].items()
        for part, predictors in parts.items()
    }
    missed = [part for part, share in held.items() if not 0.85 <= share <= 0.95]
    assert missed == [("forecast", "120h")]
