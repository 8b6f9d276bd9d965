"""What models do on storms of training beside new ones: how it is counted, and what is claimed."""

from typing import Any

import numpy as np
import pytest

import geomndp as gn

NAME = "seen_storms"
TASK = "extrapolation-50"


def rows(ours: np.ndarray, rule: np.ndarray) -> list[gn.experiments.TrackRow]:
    figures = {"cyclones-seasonal": ours, "persistence": rule}
    return [
        gn.experiments.TrackRow(
            TASK, "all", name, str(storm), 0.0, 0.0, {"error_km": error, "coverage_90": 0.9}
        )
        for name, errors in figures.items()
        for storm, error in enumerate(errors)
    ]


def test_what_is_saved_is_of_means_over_the_same_storms(functions: dict[str, Any]):
    found = functions["figures"](rows(np.array([30.0, 90.0]), np.array([60.0, 100.0])), TASK)
    assert found["saved"]["mean"] == pytest.approx(1 - 120 / 160)
    assert found["saved"]["n"] == 2
    assert found["coverage_90"]["mean"] == 0.9


def test_its_standard_error_is_that_of_many_repetitions(functions: dict[str, Any]):
    rng = np.random.default_rng(0)
    found, claimed = [], []
    for _ in range(300):
        rule = rng.gamma(4.0, 100.0, 60)
        saved = functions["figures"](rows(rule * rng.uniform(0.4, 1.1, 60), rule), TASK)["saved"]
        found.append(saved["mean"])
        claimed.append(saved["standard_error"])
    assert np.mean(claimed) == pytest.approx(np.std(found), rel=0.15)


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    for tasks in kept["seasons"].values():
        assert set(tasks) == set(functions["Sizes"]().tasks)


def test_claims_that_do_not_hold_are_found(functions: dict[str, Any], kept: Any):
    kept["seasons"]["training"][TASK]["saved"]["mean"] = 0.1
    kept["seasons"]["training"][TASK]["coverage_90"]["mean"] = 0.8
    assert len(functions["failures"](kept)) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any]):
    found = functions["measure"](functions["QUICK"])
    assert set(found["seasons"]) == {"training", "test"}
    assert found["seasons"]["test"][TASK]["saved"]["n"] == 2
