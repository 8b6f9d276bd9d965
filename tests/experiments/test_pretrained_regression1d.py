"""The shipped models of functions are as good as their cards say, and near the truth."""

import json
import math
from importlib.resources import files
from typing import Any

import jax
import numpy as np
import pytest

import geomndp as gn
from geomndp.data import GaussianFunctions, RandomFunctions
from geomndp.experiments import evaluate_regression1d, regression_law
from geomndp.experiments.exact_laws import ExactProcess
from geomndp.experiments.oracle_scores import score_beside_oracle
from geomndp.fields import draw

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
OTHER_NETWORKS: dict[str, Any] = {
    f"regression1d-{law}": {"rotary": True, "n_layers": 6, "periods": (0.125, 1.0)}
    for law in ("sawtooth", "mixture")
}
"""Of models that were not trained with the network of the default settings, as cards tell."""
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
        # Steps depend on the place.
        is_of_law = (name, task) != ("regression1d-step", "shifted inputs")
        assert ("oracle" in report["scores"][task]) == is_of_law


def test_cards_tell_how_far_models_are_from_laws_that_are_known():
    for name, margin in (("regression1d-two-lengthscales", 0.04), ("regression1d-step", 0.1)):
        report = card(name)
        for task in ["interpolation", *FEW]:
            assert abs(off(report, name, task)["mean"]) < margin, (name, task)


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_ORACLE)
def test_figures_are_those_of_the_card(name: str):
    """On other functions, so few that how much one differs from another is read off the card."""
    law, task, n_functions = regression_law(WITH_ORACLE[name]), "10 of the points", 6
    assert isinstance(law, GaussianFunctions)
    functions = draw(RandomFunctions(law, 10, 10), n_functions, key=jax.random.key(7))
    sets, oracle = {task: functions}, ExactProcess(law.gp)
    report = {"scores": score_beside_oracle({name: gn.load(name)}, oracle, sets, None)}
    found, told = (off(source, name, task) for source in (report, card(name)))
    error = told["standard_error"] * math.sqrt(1 + told["n"] / n_functions)
    assert abs(found["mean"] - told["mean"]) < 4 * error


@pytest.mark.parametrize("name", [*WITH_ORACLE, *ALONE])
def test_models_are_those_that_the_command_trains(name: str):
    law = regression_law({**WITH_ORACLE, **ALONE}[name])
    told = OTHER_NETWORKS.get(name, {})
    assert gn.load(name).model.network == gn.experiments.regression1d_model(law, **told).network


def test_a_model_of_another_law_is_found():
    """Scores on a law that it was not trained on are further off than the margin."""
    name = "regression1d-se"
    few = evaluate_regression1d(
        {name: gn.load(name)}, "weakly-periodic", n_functions=4, n_points=8, seed=7
    )
    assert abs(off(few, name, "interpolation")["mean"]) > 0.15
