"""The comparison of models of tracks trains and scores, and its results are what is claimed."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import geomndp as gn

NAME = "cyclone_models"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    assert set(kept["training"]) == set(functions["VARIANTS"])
    for part in kept["scores"].values():
        assert set(part) >= set(functions["VARIANTS"]) | {"persistence"}


def test_a_plane_that_is_as_good_as_the_globe_is_found(functions: dict[str, Any], kept: Any):
    kept["scores"]["48h"]["plane"]["energy_score_km"]["mean"] = 100.0
    assert len(functions["failures"](kept)) == 1


@pytest.mark.slow
def test_it_compares(functions: dict[str, Any], tmp_path: Path):
    """And goes on from a run that is there, without training it again."""
    sizes = dataclasses.replace(functions["QUICK"], variants=("plane",))
    found = functions["compare"](sizes, tmp_path)
    assert set(found["training"]) == {"plane"}
    assert found["scores"]["48h"]["plane"]["error_km"]["n"] == 2
    storms = gn.data.load_cyclones().select(season=range(sizes.first_season, 2019))
    _, history = functions["train"](
        storms, functions["VARIANTS"]["plane"], sizes, tmp_path / "plane"
    )
    assert history[-1]["validation_loss"] == found["training"]["plane"]["validation_loss"]
    assert [row["step"] for row in history] == [sizes.n_steps]
