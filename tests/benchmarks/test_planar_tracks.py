"""The model of the plane is scored beside the globe, storm by storm, and the kept results hold."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import geomndp as gn

NAME = "planar_tracks"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    assert set(kept["plane_less_globe"]) == set(gn.experiments.TASKS)
    for task, parts in kept["plane_less_globe"].items():
        for part, figures in parts.items():
            means = {
                name: predictor["energy_score_km"]["mean"]
                for name, predictor in kept["scores"][task][part].items()
                if "energy_score_km" in predictor
            }
            assert figures["mean"] == pytest.approx(means["plane"] - means["cyclones-seasonal"])


def test_a_plane_that_is_better_is_found(functions: dict[str, Any], kept: Any):
    figures = kept["plane_less_globe"]["forecast"]["48h"]
    figures["mean"] = -0.1
    assert len(functions["failures"](kept)) == 1


def test_differences_are_of_the_same_storms(functions: dict[str, Any]):
    scores = {"plane": {"A": 50.0, "B": 80.0}, "cyclones-seasonal": {"B": 60.0, "A": 40.0}}
    rows = [
        gn.experiments.TrackRow("gap", "2d", name, storm, 0.0, 0.0, {"energy_score_km": score})
        for name, storms in scores.items()
        for storm, score in storms.items()
    ]
    rows.append(gn.experiments.TrackRow("gap", "2d", "rule", "A", 0.0, 0.0, {"error_km": 9.0}))
    found = functions["differences"](rows)["gap"]["2d"]
    assert found == {"mean": 15.0, "standard_error": 5.0, "n": 2}


@pytest.mark.slow
@pytest.mark.usefixtures("single_precision")
def test_it_trains_and_scores(functions: dict[str, Any], tmp_path: Path):
    sizes = functions["QUICK"]
    found = functions["compare"](sizes, tmp_path)
    assert set(found["scores"]["gap"]["2d"]) >= {"plane", "cyclones-seasonal", "great_circle"}
    assert found["plane_less_globe"]["gap"]["2d"]["n"] == 2
    again = functions["compare"](dataclasses.replace(sizes, n_members=3), tmp_path)
    assert again["training"] == found["training"]  # it went on from the run that was there
