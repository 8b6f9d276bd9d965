"""The benchmark of models of winds by data, symmetry and region."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geomndp as gn

NAME = "wind_models"


def test_the_results_that_are_kept_are_whole(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    bay, germany = (kept["trained_on"][name] for name in (functions["BAY"], functions["GERMANY"]))
    for region, report in kept["trained_on"].items():
        told = report["training"].values()
        assert [(each["variant"], each["share"], each["seed"]) for each in told] == [
            *functions["trainings"](region, functions["Sizes"]())
        ]
    n_params = [told["n_params"] for each in (bay, germany) for told in each["training"].values()]
    assert max(n_params) < 1.15 * min(n_params)
    for report in (bay, germany):
        for scores in report["scores"].values():
            assert {"isotropic GP", "Helmholtz GP", "nearest wind"} < set(scores)


def test_a_model_that_is_worse_than_the_process_is_found(functions: dict[str, Any], kept: Any):
    worse = kept
    for report in worse["trained_on"].values():
        scores = report["scores"]["held-out times"]
        for name, told in scores.items():
            if not name.startswith("SE(2), from a GP, 100%"):
                continue
            told["difference_from_Helmholtz GP"]["energy_score"] = {
                "mean": 0.3,
                "standard_error": 0.1,
            }
    assert len(functions["failures"](worse)) == 2
    nothing = json.loads(json.dumps(worse).replace('"mean": 0.3,', '"mean": NaN,'))
    assert len(functions["failures"](nothing)) == 2


def test_models_of_few_times_are_of_one_region(functions: dict[str, Any]):
    sizes = functions["Sizes"]()
    bay, germany = (
        list(functions["trainings"](functions[name], sizes)) for name in ("BAY", "GERMANY")
    )
    assert len(bay) == (3 * 3 + 2) * sizes.n_seeds
    assert {(share, seed) for _, share, seed in germany} == {(1.0, 0)}
    assert set(germany) < set(bay)


def test_files_that_are_missing_are_named(functions: dict[str, Any], tmp_path: Path):
    with pytest.raises(SystemExit, match="winds_era5_germany.nc in .*set GEOMNDP_DATA"):
        functions["load"](tmp_path)


@pytest.mark.slow
def test_a_run_goes_on_from_what_it_finds(
    functions: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", (4, 8, 3))
    rng, time = np.random.default_rng(0), np.datetime64("2024-01-01T00") + np.arange(24)
    winds = {
        region: gn.data.wind_ensemble(
            rng.normal(size=(1, 24, 5, 5, 2)), time, np.arange(5.0), np.arange(5.0)
        )
        for region in functions["FILES"]
    }
    first = functions["compare"](winds, functions["QUICK"], tmp_path)
    again = functions["compare"](winds, functions["QUICK"], tmp_path)
    assert first["trained_on"] == again["trained_on"]
