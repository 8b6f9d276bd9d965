"""The benchmarks of diffusions run, and fail where a claim does not hold; so do their results."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NAMES = ("oracle", "diffusion")


@pytest.fixture
def functions(repository: Path) -> dict[str, dict[str, Any]]:
    folder = repository / "benchmarks"
    return {name: runpy.run_path(str(folder / f"{name}.py")) for name in NAMES}


@pytest.fixture
def kept(repository: Path) -> dict[str, dict[str, Any]]:
    """The results that the documentation shows."""
    folder = repository / "benchmarks" / "results"
    return {name: json.loads((folder / f"{name}.json").read_text()) for name in NAMES}


def changed(results: dict[str, Any], path: list[Any], value: float) -> dict[str, Any]:
    """A copy with another figure at a path."""
    copy = json.loads(json.dumps(results))
    *way, last = path
    part = copy
    for key in way:
        part = part[key]
    part[last] = value
    return copy


@pytest.mark.parametrize("name", NAMES)
def test_the_results_that_are_kept_hold_every_claim(
    functions: dict[str, Any], kept: dict[str, Any], name: str
):
    assert functions[name]["failures"](kept[name]) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept[name])


@pytest.mark.parametrize("value", [1.0, float("nan")])
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("diffusion", ["factor", "share_of_factor"]),
        ("diffusion", ["memory", "peak_mb"]),
        ("diffusion", ["log_density", "seconds_with_compilation"]),
    ],
)
def test_a_claim_of_speed_that_does_not_hold_is_found(
    functions: dict[str, Any], kept: dict[str, Any], name: str, path: list[str], value: float
):
    worse = changed(kept[name], path, 2000 * value)
    assert len(functions[name]["failures"](worse)) == 1


@pytest.mark.parametrize("value", [0.03, float("nan")])
def test_a_claim_of_accuracy_that_does_not_hold_is_found(
    functions: dict[str, Any], kept: dict[str, Any], value: float
):
    failures, results = functions["oracle"]["failures"], kept["oracle"]
    case = results["cases"]["2D, curl-free"]
    at = [(row["solver"], row["evaluations"]) for row in case["solvers"]].index(("DPMSolver", 20))
    of_solver = ["cases", "2D, curl-free", "solvers", at, "squared_distance"]
    assert len(failures(changed(results, of_solver, value))) == 1
    at = [row["divergences"] for row in case["likelihood"]].index(24)
    of_density = ["cases", "2D, curl-free", "likelihood", at, "error_with_noise_at_t_min"]
    assert len(failures(changed(results, of_density, value))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_runs_at_tiny_sizes_and_writes_nothing(
    repository: Path, quick_results: Callable[[Path], Any], name: str
):
    written = repository / "benchmarks" / "results" / f"{name}.json"
    before = written.read_bytes()
    results = quick_results(repository / "benchmarks" / f"{name}.py")
    assert written.read_bytes() == before
    if name == "oracle":
        first = results["cases"]["1D, white"]["solvers"]
        of_dpm = [row["squared_distance"] for row in first if row["solver"] == "DPMSolver"]
        assert of_dpm[0] > of_dpm[1] > 0
    else:
        assert results["memory"]["peak_mb"] >= results["memory"]["before_mb"] > 0
        assert results["factor"]["share_of_factor"] > 0
