"""The benchmark of the time of conditioning measures, and fails where a claim does not hold."""

import dataclasses
from typing import Any

import pytest

NAME = "conditioning_speed"


def test_a_claim_that_does_not_hold_is_found(functions: dict[str, Any]):
    for seconds, error, n in (
        (50.0, 0.1, 0),
        (61.0, 0.1, 1),
        (50.0, 0.3, 1),
        (float("nan"),) * 2 + (2,),
    ):
        case = {"first_call": {"processor_seconds": seconds}, "most_seconds": 60.0}
        methods = {
            "Amortised": {"mean": {"divergence": error, "chance_divergence": 0.0}},
            "TweedieGuidance": {"mean": {"divergence": 0.2, "chance_divergence": 0.0}},
        }
        results = {"cases": {"default": case}, "methods": methods}
        assert len(functions["failures"](results)) == n


def test_the_kept_results_meet_the_claims(functions: dict[str, Any], kept: dict[str, Any]):
    assert set(kept["cases"]) == set(functions["CASES"])
    assert functions["failures"](kept) == []


@pytest.mark.slow
@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any]):
    found = functions["measure"](functions["QUICK"]["default"])
    assert 0 < found["next_call"]["seconds"] <= found["first_call"]["seconds"]


@pytest.mark.slow
@pytest.mark.usefixtures("single_precision")
def test_it_compares(functions: dict[str, Any]):
    case = dataclasses.replace(functions["METHODS"]["Amortised"], n_samples=64)
    found = functions["compare"](case, n_fields=1)["mean"]
    assert 0.5 < found["spread"] < 2.0
    assert 0 < found["divergence"] < 0.5
