"""The shipped models of vector fields are as good as their cards say, and near the truth."""

import json
import math
from importlib.resources import files
from typing import Any

import jax
import numpy as np
import pytest

import geomndp as gn
from geomndp.data import RandomFields, vector_field_laws
from geomndp.experiments import evaluate_gp_fields, shipped_gp_fields_name

KERNELS = list(vector_field_laws())
MARGIN = 0.1
"""Nats per point."""


def card_of(kernel: str) -> dict[str, Any]:
    """The report of `evaluate_gp_fields` that is shipped beside a model."""
    name = shipped_gp_fields_name(kernel)
    return json.loads((files("geomndp") / "pretrained" / f"{name}.json").read_text())


def off(report: dict[str, Any], task: str, kernel: str) -> dict[str, Any]:
    """The difference from the oracle on the same fields."""
    return report["scores"][task][shipped_gp_fields_name(kernel)]["difference_from_oracle"]


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_card_meets_its_promises(kernel: str):
    """Nothing is computed: these are the figures that users read."""
    card = card_of(kernel)
    assert (card["kernel"], card["n_points"]) == (kernel, 64)
    for task in card["scores"]:
        assert off(card, task, kernel)["n"] == card["n_fields"] >= 16
        assert abs(off(card, task, kernel)["mean"]) < MARGIN, task


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_moved_field_is_as_likely(kernel: str):
    trained = gn.load(shipped_gp_fields_name(kernel))
    kind = trained.model.network.field_type
    assert kind.group == gn.groups.E(2)
    field = RandomFields(vector_field_laws()[kernel], 6, 6)(key=jax.random.key(3))
    g = kind.group.sample(key=jax.random.key(4), determinant=-1)
    params = jax.tree.map(lambda leaf: leaf.astype(float), trained.params)
    score = trained.model.score(params)
    moved = kind.act(g, field.x, field.y)
    evaluate = jax.jit(lambda x, y: score(0.3, x, y, field.mask))
    _, expected = kind.act(g, field.x, evaluate(field.x, field.y))
    np.testing.assert_allclose(evaluate(*moved), expected, atol=1e-10 * np.abs(expected).max())


@pytest.mark.slow
@pytest.mark.parametrize("kernel", KERNELS)
def test_figures_are_those_of_the_card(kernel: str):
    name, card = shipped_gp_fields_name(kernel), card_of(kernel)
    report = evaluate_gp_fields({name: gn.load(name)}, kernel, n_fields=8, n_points=8, seed=7)
    found, told = off(report, "in the disc", kernel), off(card, "8 of the points", kernel)
    error = math.hypot(found["standard_error"], told["standard_error"])
    assert abs(found["mean"] - told["mean"]) < 4 * error
