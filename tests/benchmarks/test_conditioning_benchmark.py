"""The benchmark of conditioning measures, and fails where a claim does not hold."""

from typing import Any

import pytest

NAME = "conditioning"

DEFAULT = "Tweedie guidance, 10 steps"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    assert set(kept["tasks"]) == set(functions["laws"]())
    for cells in kept["tasks"].values():
        assert [cell["n_context"] for cell in cells] == [8, 25]


def test_a_claim_that_does_not_hold_is_found(functions: dict[str, Any]):
    theirs = {"divergence": 0.1, "seconds": 1.0}
    for ours, n in (
        ({"divergence": 0.01, "seconds": 0.4}, 0),
        ({"divergence": 0.05, "seconds": 0.4}, 1),
        ({"divergence": 0.2, "seconds": 0.4}, 2),
        ({"divergence": 0.01, "seconds": 0.6}, 1),
        ({"divergence": float("nan"), "seconds": 0.4}, 2),
    ):
        methods = {DEFAULT: ours, functions["PUBLISHED"]: theirs}
        results = {"tasks": {"2D curl-free": [{"n_context": 8, "methods": methods}]}}
        assert len(functions["failures"](results)) == n


@pytest.mark.slow
def test_it_measures(functions: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    """A method whose law is known and one of which there are draws; others go the same ways."""
    measure = functions["measure"]
    methods = functions["methods"]("1D squared exponential", 2)
    few = {name: methods[name] for name in (DEFAULT, "replacement, 100 steps")}
    monkeypatch.setitem(measure.__globals__, "methods", lambda *_: few)
    cell = measure("1D squared exponential", 2, functions["QUICK"])
    assert cell["methods"][DEFAULT]["divergence"] < 0.02
    assert [row["from_draws"] for row in cell["methods"].values()] == [False, True]
    assert min(row["seconds"] for row in cell["methods"].values()) > 0
