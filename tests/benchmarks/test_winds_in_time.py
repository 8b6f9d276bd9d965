"""The benchmark of models of winds in space and time."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geomndp as gn

NAME = "winds_in_time"
PARTS = {
    f"{part}{forecast}"
    for part in ("held-out times", "held-out region")
    for forecast in ("", ", forecast")
}


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    models = {f"{limit} limit" for limit in functions["LIMITS"]}
    assert set(kept["training"]) == models
    assert set(kept["scores"]) == PARTS
    others = {functions["PROCESS"], "timeless Helmholtz GP", "nearest wind"}
    for scores in kept["scores"].values():
        assert set(scores) == {f"{name}, amortised" for name in models} | others


def test_a_model_that_is_worse_than_its_process_is_found(functions: dict[str, Any], kept: Any):
    scores = kept["scores"]["held-out times, forecast"]["white limit, amortised"]
    for mean in (0.3, float("nan")):
        scores[f"difference_from_{functions['PROCESS']}"]["energy_score"] = {
            "mean": mean,
            "standard_error": 0.1,
        }
        assert len(functions["failures"](kept)) == 1


@pytest.mark.slow
def test_a_run_goes_on_from_what_it_finds(
    functions: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("geomndp.experiments.wind_processes._ON_A_MAP", (4, 8, 3))
    rng, time = np.random.default_rng(0), np.datetime64("2024-01-01T00") + np.arange(120)
    winds = {
        functions[region]: gn.data.wind_ensemble(
            rng.normal(size=(1, 120, 5, 5, 2)), time, np.arange(5.0), np.arange(5.0)
        )
        for region in ("BAY", "GERMANY")
    }
    first = functions["compare"](winds, functions["QUICK"], tmp_path)
    again = functions["compare"](winds, functions["QUICK"], tmp_path)
    assert set(first["scores"]) == PARTS
    assert first["scores"] == again["scores"]
