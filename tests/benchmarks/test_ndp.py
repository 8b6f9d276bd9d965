"""The network of neural diffusion processes on the tables: measured, and what is claimed."""

from pathlib import Path
from typing import Any

import geomndp as gn

NAME = "ndp"


def test_the_network_tells_places_apart(functions: dict[str, Any]):
    model = functions["model"](gn.data.Sawtooth(), functions["QUICK"])
    assert isinstance(model.network, gn.networks.BiDimensionalAttention)
    assert isinstance(model.network.field_type.group, gn.groups.Trivial)
    assert not model.network.centred


def test_it_measures_both_protocols_beside_the_truth(functions: dict[str, Any], tmp_path: Path):
    sizes = functions["QUICK"]
    cells = functions["measured"]("matern52", sizes, tmp_path)
    assert cells["training"]["steps"] == sizes.n_steps
    plain, moved = cells["tasks"]["interpolation"], cells["tasks"]["shifted inputs"]
    assert set(plain) == set(moved)
    assert "1 to 2 points given, joint minus context" in plain
    for row in plain.values():
        assert set(row) == {"NDP", "independent values", "oracle"}
        # Two steps from a model that knows nothing.
        assert row["NDP"]["difference_from_oracle"]["mean"] < -0.1


def test_claims_that_do_not_hold_are_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert set(kept["laws"]) == set(functions["MODELS"])
    assert not functions["failures"](kept)
    for cells in kept["laws"].values():
        assert all(row["NDP"]["n"] > 100 for row in cells["tasks"]["interpolation"].values())
    row = kept["laws"]["matern52"]["tasks"]["interpolation"]["1 to 10 points given, normalised"]
    row["NDP"]["difference_from_oracle"]["mean"] = 0.5
    assert len(functions["failures"](kept)) == 1


def test_joint_less_context_may_be_above_the_truth(functions: dict[str, Any], kept: dict[str, Any]):
    """It is no density."""
    rows = kept["laws"]["matern52"]["tasks"]["interpolation"]
    row = rows["1 to 10 points given, joint minus context"]["NDP"]
    row["difference_from_oracle"]["mean"] = 0.5
    assert not functions["failures"](kept)
