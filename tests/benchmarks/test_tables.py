"""The tables of functions measure, and fail where a claim does not hold."""

import json
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

NAME = "tables"


@pytest.fixture
def kept_tables(repository: Path) -> dict[str, Any]:
    files = sorted((repository / "benchmarks" / "results").glob("tables-*.json"))
    return {file.stem.removeprefix("tables-"): json.loads(file.read_text()) for file in files}


def test_the_results_that_are_kept_hold_every_claim(
    functions: dict[str, Any], kept_tables: dict[str, Any]
):
    assert set(kept_tables) == set(functions["MODELS"])
    for law, results in kept_tables.items():
        assert results["law"] == law
        assert functions["failures"](results) == []
        assert {"date", "hardware", "versions", "seed", "published"} <= set(results)
        assert set(results["tasks"]) == {"interpolation", "shifted inputs"}
        assert results["published"] == functions["PUBLISHED"][law]
        for row, models in results["tasks"]["interpolation"].items():
            of_all = not row.startswith("1 to")
            assert "oracle" in models
            assert all(cell["n"] >= (512 if of_all else 464) for cell in models.values())


@pytest.mark.parametrize("gap", [-0.03, 0.03, float("nan")])
def test_a_claim_that_does_not_hold_is_found(
    functions: dict[str, Any], kept_tables: dict[str, Any], gap: float
):
    results = kept_tables["matern52"]
    row = next(iter(results["tasks"]["interpolation"].values()))
    row["geomndp"]["difference_from_oracle"]["mean"] = gap
    assert len(functions["failures"](results)) == 1


@pytest.mark.parametrize("law", ["sawtooth", "mixture"])
def test_a_figure_that_is_not_reached_is_found(
    functions: dict[str, Any], kept_tables: dict[str, Any], law: str
):
    results = kept_tables[law]
    row = results["tasks"]["interpolation"]["1 to 10 points given, joint minus context"]
    row["geomndp"]["mean"] = -9.0
    assert len(functions["failures"](results)) == 1


def test_baselines_are_of_the_law(functions: dict[str, Any]):
    """The one has its moments, the other is near it where it is of that form."""
    law: Any = gn.data.regression_laws()["squared-exponential"]
    found = functions["baselines"](law, 16)
    x = jnp.linspace(-2.0, 2.0, 40)[:, None]
    samples = [gn.FieldSample(x, law.gp.sample(x, key=jax.random.key(seed))) for seed in range(8)]
    exact = np.array([float(law.gp.log_prob(s.x, s.y)) for s in samples])
    gaps = {
        name: np.mean([float(model.log_prob(s)) for s in samples] - exact) / 40
        for name, model in found.items()
    }
    assert -0.05 < gaps["fitted Gaussian process"] < 0.02
    assert gaps["independent values"] < -1.0


def test_tasks_are_of_the_same_functions(functions: dict[str, Any]):
    found = functions["tasks"](gn.data.regression_laws()["sawtooth"], 12, 20)
    plain, moved = found["interpolation"], found["shifted inputs"]
    assert [task.context.n_points for task in plain] == [*range(11), 0]
    assert len(moved) == 3
    for one, other in zip(plain[:3], moved, strict=True):
        np.testing.assert_array_equal(one.target.y, other.target.y)
        np.testing.assert_allclose(one.target.x + 4.0, other.target.x)
        assert one.target.n_points == 20


@pytest.mark.slow
def test_it_measures_the_model_of_the_law_beside_the_truth(
    functions: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(functions["N_TARGETS"], "matern52", 6)
    results = functions["measure"]("matern52", 3, 4)
    assert results["model"] == "regression1d-matern52"
    plain, moved = results["tasks"]["interpolation"], results["tasks"]["shifted inputs"]
    names = {"oracle", *(functions[name] for name in ("OURS", "TRIVIAL", "FITTED"))}
    for row, models in plain.items():
        assert set(models) == names
        assert abs(models["geomndp"]["difference_from_oracle"]["mean"]) < 0.3
        for name in names:
            assert moved[row][name]["mean"] == pytest.approx(models[name]["mean"], abs=0.02)
    assert json.loads(json.dumps(results)) == results
