"""The benchmark of neural processes scores densities rightly, whatever tells them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

import geomndp as gn
from geomndp.experiments.conditional_scores import GivenField

NAME = "neural_processes"
LAW = "matern52"


@pytest.fixture(scope="module")
def process() -> gn.GaussianProcess:
    law = gn.data.regression_laws()[LAW]
    assert isinstance(law, gn.data.GaussianFunctions)
    return law.gp


@pytest.fixture(scope="module")
def kinds(functions: dict[str, Any]) -> dict[str, list[GivenField]]:
    return functions["tasks"](gn.data.regression_laws()[LAW], 5, 6)


def log_probs_of(gp: gn.GaussianProcess) -> Callable[[list[GivenField]], Any]:
    """Of the posterior, by conditioning."""

    @jax.jit
    def log_prob(field: GivenField) -> Any:
        given, scored = field
        posterior = gp.condition(given.x, given.y) if given.n_points else None
        if posterior is None:
            return gp.log_prob(scored.x, scored.y)
        return posterior.log_prob(scored.x, scored.y, latent=False)

    return lambda fields: np.array([float(log_prob(field)) for field in fields])


def results_of(
    functions: dict[str, Any], kinds: Any, gp: gn.GaussianProcess, model: Callable[..., Any]
) -> dict[str, Any]:
    """Results of one model, beside the truth."""
    exact = functions["per_value"](functions["of_process"](gp), kinds)
    found = functions["per_value"](model, kinds)
    return {
        "tasks": {
            kind: functions["rows"]({"model": found[kind]}, exact[kind], fields)
            for kind, fields in kinds.items()
        }
    }


def test_a_model_that_tells_the_truth_has_its_figures(
    functions: dict[str, Any], kinds: Any, process: gn.GaussianProcess
):
    results = results_of(functions, kinds, process, log_probs_of(process))
    assert functions["failures"](results) == []
    assert set(results["tasks"]) == {"interpolation", "shifted inputs"}
    for most, rows in zip((4, 2), results["tasks"].values(), strict=True):
        assert list(rows) == [f"{least} to {most} points given, normalised" for least in (0, 1)]
        for row in rows.values():
            gap = row["model"]["difference_from_oracle"]
            np.testing.assert_allclose([gap["mean"], gap["standard_error"]], 0.0, atol=1e-7)
            assert row["model"]["mean"] == pytest.approx(row["oracle"]["mean"], abs=1e-7)
    numbers = [row["model"]["n"] for row in results["tasks"]["interpolation"].values()]
    assert numbers == [5, 4]


def test_figures_are_for_each_value(
    functions: dict[str, Any], kinds: Any, process: gn.GaussianProcess
):
    fields = kinds["interpolation"]
    found = functions["per_value"](lambda fields: np.full(len(fields), 3.0), kinds)
    np.testing.assert_allclose(found["interpolation"], 0.5)  # of 6 values
    exact = functions["of_process"](process)(fields[:1])[0]  # without context
    scored = fields[0].target
    np.testing.assert_allclose(exact, process.log_prob(scored.x, scored.y), rtol=1e-9)


def test_a_wrong_model_is_told_apart(
    functions: dict[str, Any], kinds: Any, process: gn.GaussianProcess
):
    wrong = gn.GaussianProcess(gn.kernels.Matern52(1.0, 1.0) + gn.kernels.White(0.05**2))
    results = results_of(functions, kinds, process, log_probs_of(wrong))
    for row in results["tasks"]["interpolation"].values():
        gap = row["model"]["difference_from_oracle"]
        assert gap["mean"] < -2 * gap["standard_error"] < 0
    assert functions["failures"](results) == []


@pytest.mark.parametrize("excess", [0.5, float("nan")])
def test_a_figure_above_the_truth_is_found(
    functions: dict[str, Any], kinds: Any, process: gn.GaussianProcess, excess: float
):
    results = results_of(functions, kinds, process, log_probs_of(process))
    row = results["tasks"]["interpolation"]["0 to 4 points given, normalised"]
    row["model"]["difference_from_oracle"]["mean"] = excess
    assert len(functions["failures"](results)) == 1


def test_a_law_without_densities_has_no_truth(functions: dict[str, Any], kinds: Any):
    fields = kinds["interpolation"]
    found = functions["rows"]({"model": np.arange(5.0)}, None, fields)
    for row in found.values():
        assert set(row) == {"model"}
        assert "difference_from_oracle" not in row["model"]


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], repository: Path):
    files = list((repository / "benchmarks" / "results").glob("neural-processes-*.json"))
    assert len(files) == len(functions["MODELS"])
    for file in files:
        results = json.loads(file.read_text())
        assert file.stem == f"neural-processes-{results['law']}"
        assert functions["failures"](results) == []
        assert {"date", "hardware", "versions", "seed", "models"} <= set(results)


@pytest.mark.slow
def test_it_runs_at_tiny_sizes(repository: Path, quick_results: Callable[[Path], Any]):
    for package in ("neuralprocesses", "torch"):
        pytest.importorskip(package, reason=f"{package} is in the extra `benchmarks`")
    results = quick_results(repository / "benchmarks" / "neural_processes.py")
    assert results["law"] == "squared-exponential"
    assert set(results["models"]) == {"CNP", "NP", "ANP", "ConvGNP", "AR ConvCNP"}
    row = results["tasks"]["interpolation"]["0 to 2 points given, normalised"]
    assert set(row) == {"oracle", *results["models"]}
