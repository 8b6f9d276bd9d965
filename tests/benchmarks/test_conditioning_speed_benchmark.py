"""The benchmark of the time of conditioning measures, and fails where a claim does not hold."""

from typing import Any

import pytest

NAME = "conditioning_speed"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    sizes = {(c["n_context"], c["n_targets"], c["most_seconds"]) for c in kept["cases"].values()}
    assert {(10, 100, 60.0), (25, 1000, 300.0)} <= sizes


def test_a_claim_that_does_not_hold_is_found(functions: dict[str, Any], kept: Any):
    for seconds in (1000.0, float("nan")):
        kept["cases"]["default"]["first_call"]["processor_seconds"] = seconds
        assert len(functions["failures"](kept)) == 1


@pytest.mark.slow
def test_it_measures(functions: dict[str, Any]):
    found = functions["measure"](functions["QUICK"]["default"])
    assert 0 < found["next_call"]["seconds"] <= found["first_call"]["seconds"]
