"""The benchmark of conditioning measures, and fails where a claim does not hold."""

from typing import Any

import pytest

NAME = "conditioning"

TEN = "Tweedie guidance, 10 steps"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    assert set(kept["tasks"]) == set(functions["laws"]())
    for cells in kept["tasks"].values():
        assert [cell["n_context"] for cell in cells] == [8, 25]


def test_a_claim_that_does_not_hold_is_found(functions: dict[str, Any]):
    theirs = {"divergence": 0.015, "squared_wasserstein": 0.2, "seconds": 1.0}
    chance = {"divergence": 0.003, "squared_wasserstein": 0.1}
    good = {"divergence": 0.01, "squared_wasserstein": 0.05, "seconds": 0.4}
    for change, n in (
        ({}, 0),
        ({"divergence": 0.013}, 1),  # less than theirs, but not than what is left of it
        ({"divergence": 0.03}, 2),
        ({"squared_wasserstein": 0.15}, 1),
        ({"seconds": 0.6}, 1),
        (dict.fromkeys(good, float("nan")), 4),
    ):
        ours = {**good, **change}
        methods = {TEN: ours, functions["TWENTY"]: ours, functions["PUBLISHED"]: theirs}
        cell = {"n_context": 8, "methods": methods, "errors_of_exact_draws": chance}
        assert len(functions["failures"]({"tasks": {"2D curl-free": [cell]}})) == n


@pytest.mark.slow
def test_it_measures(functions: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    """A method whose law is known and one of which there are draws; others go the same ways."""
    measure = functions["measure"]
    methods = functions["methods"]("1D squared exponential", 2)
    few = {name: methods[name] for name in (TEN, "replacement, 100 steps")}
    monkeypatch.setitem(measure.__globals__, "methods", lambda *_: few)
    cell = measure("1D squared exponential", 2, functions["QUICK"])
    assert cell["methods"][TEN]["divergence"] < 0.02
    assert [row["from_draws"] for row in cell["methods"].values()] == [False, True]
    assert min(row["seconds"] for row in cell["methods"].values()) > 0
