"""The benchmark of networks measures, and fails where a claim does not hold; so do its results."""

from typing import Any

import pytest

NAME = "networks"

FIRST, SECOND = "EquivariantTransformer, E(2)", "SteerableNetwork, E(2)"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    counts = kept["comparison"]["n_params"]
    assert abs(counts[FIRST] / counts[SECOND] - 1) < 0.2
    assert {row["network"] for row in kept["table"]} == set(functions["NETWORKS"])


@pytest.mark.parametrize("value", [100.0, float("nan")])
@pytest.mark.parametrize(
    "path",
    [
        ("growth", -1, "per_point_s"),
        ("comparison", "fastest_s", SECOND),
        ("learning", "networks", FIRST, "excess_loss"),
    ],
)
def test_a_claim_that_does_not_hold_is_found(
    functions: dict[str, Any], kept: Any, path: tuple[Any, ...], value: float
):
    *way, last = path
    part = kept
    for key in way:
        part = part[key]
    part[last] = value
    assert len(functions["failures"](kept)) == 1


@pytest.mark.slow
def test_it_measures(functions: dict[str, Any]):
    """A cell, the growth and the loss; other cells differ by the network alone."""
    sizes = functions["QUICK"]
    cell = functions["measure_step"]("Transformer", 2, 4, 1)
    assert min(cell["fastest_s"], cell["compile_s"], cell["memory_gb"]) > 0
    assert [row["n_points"] for row in functions["measure_growth"](sizes)] == [20, 40]
    _, law = functions["process_and_law"]()
    assert law.dim_y == 2
