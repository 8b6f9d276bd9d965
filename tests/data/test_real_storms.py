"""What is known of the two collections of real storms."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from geomndp.data import BASINS, Tracks, load_cyclones


@pytest.fixture(scope="module")
def ibtracs() -> Tracks:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_cyclones()


@pytest.fixture(scope="module")
def best_tracks(shared_data: Path) -> Tracks:
    path = shared_data / "cyclones.csv.gz"
    if not path.is_file():
        pytest.skip(f"no {path}")
    return load_cyclones(path)


def test_every_storm_of_the_copy_is_loaded_or_reported(ibtracs: Tracks):
    report = ibtracs.report
    assert (len(ibtracs), len(report.left_out)) == (4732, 4)
    assert set(report.left_out.values()) == {"only one fix"}
    assert not set(report.left_out) & set(ibtracs.ids)
    assert (report.n_storms, report.n_fixes) == (len(ibtracs), ibtracs.n_fixes)
    assert "4732 storms, 149699 fixes. Left out 4 storms: 4 x only one fix" in str(report)
    assert len(load_cyclones(min_fixes=1)) == 4736


def test_basins_and_seasons_of_the_copy(ibtracs: Tracks):
    assert {track.basin for track in ibtracs} == set(BASINS)
    assert {track.season for track in ibtracs} == set(range(1980, 2025))
    assert len(ibtracs.select(basin="NA")) > 500
    assert {track.name for track in ibtracs} == {""}


def test_longitudes_beyond_the_date_line_are_wrapped(ibtracs: Tracks):
    for track in ibtracs:
        assert (track.longitude > -180.0).all()
        assert (track.longitude <= 180.0).all()
    batch = ibtracs.fields()
    steps = np.linalg.norm(np.diff(batch.y, axis=-2), axis=-1)
    assert steps.max() < 0.6  # rad; a wrong winding would be near 2


def test_synoptic_times_only(ibtracs: Tracks):
    synoptic = load_cyclones(synoptic_only=True)
    hours = np.concatenate([track.time.astype("datetime64[m]").astype(int) for track in synoptic])
    assert (hours % 360 == 0).all()
    dropped = [entry for entry in synoptic.report.entries if "synoptic" in entry.reason]
    assert ibtracs.n_fixes - synoptic.n_fixes == sum(int(entry.detail) for entry in dropped)


def test_an_impossible_step_is_kept_and_reported(ibtracs: Tracks):
    (note,) = ibtracs.report.notes["1982011S07094"]
    assert note.startswith("step faster than 500 km/h, kept: ")
    assert "1982011S07094" in ibtracs.ids


def test_every_storm_of_the_best_tracks_is_loaded_or_reported(best_tracks: Tracks):
    assert len(best_tracks) + len(best_tracks.report.left_out) == 8424
    assert len(best_tracks.report.left_out) == 33
    assert best_tracks.n_fixes + 33 == 228_311


@pytest.mark.parametrize(
    ("id", "name", "wind", "pressure"),
    [
        ("AL122005", "KATRINA", 150.0, 902.0),
        ("EP202015", "PATRICIA", 185.0, 872.0),
        ("WP312013", "HAIYAN", 170.0, None),
    ],
)
def test_known_storms(best_tracks: Tracks, id: str, name: str, wind: float, pressure: float | None):
    track = best_tracks[id]
    assert (track.name, track.wind.max()) == (name, wind)
    assert pressure is None or np.nanmin(track.pressure) == pressure


def test_storms_by_basin_and_season(best_tracks: Tracks):
    counts = {basin: len(best_tracks.select(basin=basin)) for basin in ["NA", "WP", "SA", ""]}
    assert counts["NA"] > 1950
    assert counts["WP"] > 2250
    assert counts["SA"] == counts[""] == 0
    assert len(best_tracks.select(season=range(1980, 2025), min_fixes=1)) > 4300
    assert "UNNAMED" not in {track.name for track in best_tracks}
