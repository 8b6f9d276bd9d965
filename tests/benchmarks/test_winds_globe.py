"""The benchmark of what the shipped model of global winds costs."""

from pathlib import Path
from typing import Any

import pytest

NAME = "winds_globe"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    scattered, grid = (kept["cost"][functions[name]] for name in ("SCATTERED", "GRID"))
    assert (scattered["n_places"], kept["sizes"]["n_members"]) == (2000, 16)
    assert grid["n_places"] > 60_000
    assert 0 < scattered["peak_memory_gb"] <= grid["peak_memory_gb"] < 16


def test_slowness_and_a_default_that_tells_less_are_found(functions: dict[str, Any], kept: Any):
    kept["cost"][functions["SCATTERED"]]["seconds"] = functions["MOST_SECONDS"]
    assert len(functions["failures"](kept)) == 1
    (scores,) = kept["scores"].values()
    for figures in scores.values():
        figures["energy_score"]["standard_error"] = 0.1
    scores[f"{functions['MODEL']}, amortised"]["energy_score"]["mean"] += 1.0
    assert len(functions["failures"](kept)) == 2


def test_a_file_that_is_missing_is_named(functions: dict[str, Any], tmp_path: Path):
    with pytest.raises(SystemExit, match="winds_gfs_global_1deg.nc in .*set GEOMNDP_DATA"):
        functions["load"](tmp_path)
