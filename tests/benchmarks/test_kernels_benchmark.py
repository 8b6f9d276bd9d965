"""The benchmark of kernels runs, and fails where a claim does not hold."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def script(repository: Path) -> Path:
    return repository / "benchmarks" / "kernels.py"


@pytest.fixture
def functions(script: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(script.parent)
    return runpy.run_path(str(script))


def results_with(changed: str = "", value: float = 0.0) -> dict[str, Any]:
    """Results that keep to every claim, but for one figure."""

    def figure(name: str, kept: float) -> float:
        return value if name == changed else kept

    def comparison(name: str) -> dict[str, Any]:
        ratios = {"by_median": 1.0, "by_fastest": figure(name, 3.0)}
        return {"times_faster": ratios}

    def draws(name: str) -> dict[str, Any]:
        peaks = {"1000": 250.0, "100000": figure(f"{name} peak", 300.0)}
        return {"slope_of_time": figure(f"{name} slope", 1.0), "peak_mb": peaks}

    return {
        "gram": {**comparison("gram"), "largest_difference": figure("difference", 1e-7)},
        "solve, Isotropic": comparison("solve"),
        "draws": {name: draws(name) for name in ("White", "CurlFree", "DivergenceFree")},
    }


def test_results_that_keep_to_the_claims_pass(functions: dict[str, Any]):
    assert functions["failures"](results_with()) == []


@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ("gram", 2.9),
        ("solve", 2.9),
        ("difference", 1e-4),
        ("difference", float("nan")),
        ("White slope", 1.2),
        ("DivergenceFree slope", 1.2),
        ("CurlFree peak", 2000.0),
    ],
)
def test_a_claim_that_does_not_hold_is_found(functions: dict[str, Any], changed: str, value: float):
    assert len(functions["failures"](results_with(changed, value))) == 1


def test_the_slope_is_the_power_of_growth(functions: dict[str, Any]):
    assert functions["slope"]({10: 3.0, 100: 24.0, 1000: 192.0}) == pytest.approx(0.903, abs=1e-3)


@pytest.mark.slow
def test_it_runs_at_tiny_sizes_and_writes_nothing(
    script: Path, quick_results: Callable[[Path], Any]
):
    written = script.parent / "results" / "kernels.json"
    before = written.read_bytes() if written.exists() else None
    results = quick_results(script)
    assert (written.read_bytes() if written.exists() else None) == before
    gram, draws = results["gram"], results["draws"]["DivergenceFree"]
    assert gram["largest_difference"] < gram["largest_difference_limit"]
    assert results["solve, Isotropic"]["operator"] == "Repeated"
    assert set(draws["median_ms"]) == set(draws["peak_mb"]) == {"8", "16"}
