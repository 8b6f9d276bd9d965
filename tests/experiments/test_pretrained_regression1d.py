"""The shipped model of functions is as good as its card says, and as the truth within a little."""

import json
import math
from importlib.resources import files
from typing import Any

import pytest

import geomndp as gn
from geomndp.experiments import evaluate_regression1d

NAME, PROCESS = "regression1d-se", "squared-exponential"
FEW = [f"{n} of the points" for n in (1, 2, 3, 5, 7, 10)]
TASKS = ["interpolation", "shifted inputs", *FEW]
MARGIN = 0.03
"""Nats per point."""


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    """The report of `evaluate_regression1d` that is shipped beside the model."""
    return json.loads((files("geomndp") / "pretrained" / f"{NAME}.json").read_text())


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """The same report on other functions, few of them."""
    return evaluate_regression1d({NAME: gn.load(NAME)}, PROCESS, n_functions=6, seed=7)


def off(report: dict[str, Any], task: str) -> dict[str, Any]:
    """The difference from the oracle on the same functions."""
    return report["scores"][task][NAME]["difference_from_oracle"]


def test_the_card_is_of_256_functions_and_meets_its_promises(card: dict[str, Any]):
    """Nothing is computed: these are the figures that users read."""
    assert (card["process"], card["n_functions"], card["n_points"]) == (PROCESS, 256, 50)
    assert set(card["scores"]) == set(TASKS)
    for task in TASKS:
        assert off(card, task)["n"] == 256
        assert abs(off(card, task)["mean"]) < MARGIN, task
    interpolation, shifted = (card["scores"][task][NAME]["mean"] for task in TASKS[:2])
    assert abs(interpolation - shifted) < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_figures_are_those_of_the_card(report: dict[str, Any], card: dict[str, Any], task: str):
    found, told = off(report, task), off(card, task)
    error = math.hypot(found["standard_error"], told["standard_error"])
    assert abs(found["mean"] - told["mean"]) < 4 * error


def test_a_model_of_another_law_is_found():
    """Scores on a law that it was not trained on are further off than the margin."""
    few = evaluate_regression1d(
        {NAME: gn.load(NAME)}, "weakly-periodic", n_functions=4, n_points=8, seed=7
    )
    assert abs(off(few, "interpolation")["mean"]) > 5 * MARGIN
