"""Made-up seasons are compared with real ones, and the results are what is claimed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tracks_by_hand import track_on_the_equator

import geomndp as gn

NAME = "cyclone_climate"


def test_the_results_that_are_kept_hold_every_claim(functions: dict[str, Any], kept: Any):
    assert functions["failures"](kept) == []
    assert {"date", "hardware", "versions", "seed"} <= set(kept)
    groups = {functions[name] for name in ("PAST", "TEST", "MADE_UP")}
    assert set(kept["figures"]) == set(kept["n_seasons"]) == groups
    for figures in kept["figures"].values():
        assert set(figures) == {"storms a season", *functions["OF_A_STORM"]}


def test_lives_that_are_not_those_of_the_past_are_found(functions: dict[str, Any], kept: Any):
    kept["figures"][functions["MADE_UP"]]["life, days"]["mean"] = 3.0
    assert len(functions["failures"](kept)) == 1


def test_figures_of_a_storm_that_is_known(functions: dict[str, Any]):
    """Along the equator at two degrees a day, over the date line, eastwards."""
    storm = track_on_the_equator(61)
    assert functions["speed"](storm) == pytest.approx(2 * 111.19 / 24, rel=1e-3)
    assert functions["straightness"](storm) == pytest.approx(100, rel=1e-4)
    assert functions["westward"](storm) == 0
    assert functions["crosses_equator"](storm) == 0


def test_figures_of_a_storm_that_turns(functions: dict[str, Any]):
    """South over the equator and back, the first half westwards; then out of the tropics."""
    time = np.datetime64("2020-08-01T00") + np.timedelta64(1, "D") * np.arange(5)
    storm = gn.data.Track("T", "", 2020, "WP", time, [1, -1, 1, 25, 26], [180, 179, 180, 181, 170])
    assert functions["crosses_equator"](storm) == 100
    assert functions["westward"](storm) == pytest.approx(100 / 3)
    assert 0 < functions["straightness"](storm) < 100
    figures = functions["figures"]([gn.data.Tracks([storm]), gn.data.Tracks([storm])])
    assert figures["life, days"] == {"mean": 4.0, "standard_error": 0.0, "n": 2}


@pytest.mark.slow
def test_it_compares(quick_results: Any, repository: Path):
    found = quick_results(repository / "benchmarks" / f"{NAME}.py")
    assert found["n_seasons"]["made up"] == 2
