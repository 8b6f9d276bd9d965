"""The shipped models of functions are as good as their cards say, and near the truth."""

import json
import math
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

import geomndp as gn
from geomndp.experiments import evaluate_regression1d

WITH_ORACLE = {
    "regression1d-se": "squared-exponential",
    "regression1d-matern52": "matern52",
    "regression1d-weakly-periodic": "weakly-periodic",
}
ALONE = {
    "regression1d-sawtooth": "sawtooth",
    "regression1d-mixture": "mixture",
    "regression1d-step": "step",
    "regression1d-two-lengthscales": "two-lengthscales",
}
FEW = [f"{n} of the points" for n in (1, 2, 3, 5, 7, 10)]
TASKS = ["interpolation", "shifted inputs", *FEW]
MARGIN = {"regression1d-weakly-periodic": 0.04}
"""Nats per point; 0.02 for others."""


def card(name: str) -> dict[str, Any]:
    """The report of `evaluate_regression1d` that is shipped beside the model."""
    return json.loads((files("geomndp") / "pretrained" / f"{name}.json").read_text())


def off(report: dict[str, Any], name: str, task: str) -> dict[str, Any]:
    """The difference from the oracle on the same functions."""
    return report["scores"][task][name]["difference_from_oracle"]


@pytest.mark.parametrize("name", WITH_ORACLE)
def test_cards_of_gaussian_laws_meet_their_promises(name: str):
    """Nothing is computed: these are the figures that users read."""
    report = card(name)
    assert (report["process"], report["n_points"]) == (WITH_ORACLE[name], 50)
    assert set(report["scores"]) == set(TASKS)
    for task in TASKS:
        assert abs(off(report, name, task)["mean"]) < MARGIN.get(name, 0.02), task
    interpolation, shifted = (report["scores"][task][name]["mean"] for task in TASKS[:2])
    assert abs(interpolation - shifted) < 0.01


@pytest.mark.parametrize("name", ALONE)
def test_cards_of_other_laws_are_of_their_models(name: str):
    report = card(name)
    assert report["process"] == ALONE[name]
    for task in TASKS:
        assert np.isfinite(report["scores"][task][name]["mean"])


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_ORACLE)
def test_figures_are_those_of_the_card(name: str):
    """On other functions, few of them."""
    found = evaluate_regression1d({name: gn.load(name)}, WITH_ORACLE[name], n_functions=3, seed=7)
    told = card(name)
    for task in TASKS:
        one, other = off(found, name, task), off(told, name, task)
        error = math.hypot(one["standard_error"], other["standard_error"])
        assert abs(one["mean"] - other["mean"]) < 4 * error + 0.005, task


@pytest.mark.parametrize("name", [*WITH_ORACLE, *ALONE])
def test_models_are_those_that_the_command_trains(name: str):
    law = gn.experiments.regression_law({**WITH_ORACLE, **ALONE}[name])
    assert gn.load(name).model.network == gn.experiments.regression1d_model(law).network


def test_a_model_of_another_law_is_found():
    """Scores on a law that it was not trained on are further off than the margin."""
    name = "regression1d-se"
    few = evaluate_regression1d(
        {name: gn.load(name)}, "weakly-periodic", n_functions=4, n_points=8, seed=7
    )
    assert abs(off(few, name, "interpolation")["mean"]) > 0.15
