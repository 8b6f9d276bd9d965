"""The benchmark of the time of conditioning measures, and fails where a claim does not hold."""

from typing import Any

import pytest

NAME = "conditioning_speed"


def test_a_claim_that_does_not_hold_is_found(functions: dict[str, Any]):
    for seconds, n in ((50.0, 0), (61.0, 1), (float("nan"), 1)):
        case = {"first_call": {"processor_seconds": seconds}, "most_seconds": 60.0}
        assert len(functions["failures"]({"cases": {"default": case}})) == n


@pytest.mark.slow
@pytest.mark.usefixtures("single_precision")
def test_it_measures(functions: dict[str, Any]):
    found = functions["measure"](functions["QUICK"]["default"])
    assert 0 < found["next_call"]["seconds"] <= found["first_call"]["seconds"]
