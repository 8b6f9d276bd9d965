"""Covariates of tracks: the season and the basin."""

import numpy as np
import pytest
from tracks_by_hand import track_on_the_equator

import geomndp as gn
from geomndp.data import BASINS, TRACK_COVARIATES, basin_at, season_and_basin, track_covariates


def angle_of(covariates: np.ndarray) -> np.ndarray:
    return np.rad2deg(np.arctan2(covariates[:, 1], covariates[:, 0])) % 360


def test_the_season_is_an_angle_that_goes_round_once_a_year():
    found = season_and_basin("2001-01-01", [0.0, 365.2425 / 4, 365.2425], "NA")
    np.testing.assert_allclose(found[:, :2], [[1, 0], [0, 1], [1, 0]], atol=1e-6)
    np.testing.assert_allclose(np.hypot(found[:, 0], found[:, 1]), 1, atol=1e-6)


def test_the_season_of_the_south_is_half_a_year_later():
    north, south = (season_and_basin("2001-03-01", [0.0], basin) for basin in ("WP", "SP"))
    np.testing.assert_allclose((angle_of(south) - angle_of(north)) % 360, 180, atol=1e-3)


def test_the_basin_is_one_of_the_codes():
    for number, basin in enumerate(BASINS):
        found = season_and_basin("2001-03-01", [0.0, 5.0], basin)
        assert found.shape == (2, len(TRACK_COVARIATES))
        np.testing.assert_array_equal(found[:, 2:], np.eye(len(BASINS))[[number, number]])
    assert not season_and_basin("2001-03-01", [0.0], "")[:, 2:].any()
    with pytest.raises(ValueError, match="expected a basin, one of NA, EP, .*, got 'XX'"):
        season_and_basin("2001-03-01", [0.0], "XX")


def test_a_track_without_a_basin_has_that_of_its_first_fix():
    track = track_on_the_equator(4)
    bare = gn.data.Track("X", "", 2020, "", track.time, track.latitude + 9, track.longitude)
    named = gn.data.Track("X", "", 2020, "WP", track.time, track.latitude + 9, track.longitude)
    np.testing.assert_array_equal(track_covariates(bare), track_covariates(named))


def test_part_of_a_track_and_times_after_it_count_from_its_own_first_fix():
    track = track_on_the_equator(9)
    whole = track_covariates(track)
    np.testing.assert_allclose(track_covariates(track[3:]), whole[3:], atol=1e-6)
    np.testing.assert_allclose(track_covariates(track[:3], track.days), whole, atol=1e-6)


def test_basins_of_positions_are_those_of_the_data():
    storms = gn.data.load_cyclones().select(season=range(2000, 2020))
    firsts = [(s.basin, basin_at(float(s.latitude[0]), float(s.longitude[0]))) for s in storms]
    assert len(firsts) > 1500
    assert np.mean([own == found for own, found in firsts]) > 0.98
