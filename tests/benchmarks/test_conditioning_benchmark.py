"""The benchmark of conditioning measures, and fails where a claim does not hold."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

DEFAULT = "Tweedie guidance, 10 steps"


@pytest.fixture(scope="module")
def functions(repository: Path) -> dict[str, Any]:
    return runpy.run_path(str(repository / "benchmarks" / "conditioning.py"))


@pytest.fixture
def kept(repository: Path) -> dict[str, Any]:
    """The results that the documentation shows."""
    return json.loads((repository / "benchmarks" / "results" / "conditioning.json").read_text())


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    assert set(kept["tasks"]) == set(functions["laws"]())


@pytest.mark.parametrize(("figure", "n"), [("divergence", 2), ("seconds", 1)])
def test_a_claim_that_does_not_hold_is_found(
    functions: dict[str, Any], kept: Any, figure: str, n: int
):
    kept["tasks"]["2D curl-free"][0]["methods"][DEFAULT][figure] = 100.0
    assert len(functions["failures"](kept)) == n


@pytest.mark.slow
def test_it_measures(functions: dict[str, Any]):
    cell = functions["measure"]("1D squared exponential", 2, functions["QUICK"])
    assert cell["methods"][DEFAULT]["divergence"] < 0.02
    assert min(row["seconds"] for row in cell["methods"].values()) > 0
