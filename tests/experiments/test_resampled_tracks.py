"""Tracks told between their fixes; what is given of them tells nothing of the hidden part."""

import dataclasses
from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import pytest
from tracks_by_hand import EAST_PER_DAY, track_on_the_equator

import geomndp as gn
from geomndp.data import Track, Tracks
from geomndp.data.globe import wrap_longitude
from geomndp.experiments import (
    TrackCase,
    extrapolation_cases,
    interpolation_cases,
    resampled_extrapolation_cases,
    resampled_interpolation_cases,
    resampled_tracks,
)

Cases = Callable[[list[Track]], list[TrackCase]]

MADE = {
    "interpolation": resampled_interpolation_cases,
    "extrapolation": resampled_extrapolation_cases,
}

CLUMPED_HOURS = (
    [0, *range(80, 89), 100],
    [0, 1, 2, 3, 50, 51, 99, 100],
    [0, 5, *range(40, 47), 60],
)


@pytest.fixture(scope="module")
def real(storms: Tracks) -> list[Track]:
    return [storm for storm in storms.select(season=2019) if len(storm) >= 8]


def with_other_fixes(track: Track, numbers: np.ndarray) -> Track:
    """Some fixes three degrees to the north, twice as strong, with half of the pressure."""
    at = np.isin(np.arange(len(track)), numbers)
    return dataclasses.replace(
        track,
        latitude=track.latitude + np.where(at, 3.0, 0.0),
        wind=track.wind * np.where(at, 2.0, 1.0),
        pressure=track.pressure * np.where(at, 0.5, 1.0),
    )


def inside(case: TrackCase, track: Track) -> np.ndarray:
    """Numbers of the fixes of a storm in the hidden part of it."""
    last = case.track.time[case.hidden[0] - 1]
    after = case.track.time[case.hidden[-1] + 1 :]
    again = after[0] if len(after) else track.time[-1] + 1
    return np.flatnonzero((track.time > last) & (track.time < again))


def pairs(make: Cases, tracks: list[Track]) -> list[tuple[TrackCase, TrackCase]]:
    """Cases of storms as they are, and with other fixes in the hidden part."""
    cases = make(tracks)
    others = [with_other_fixes(t, inside(c, t)) for c, t in zip(cases, tracks, strict=True)]
    return list(zip(cases, make(others), strict=True))


def moved_km(make: Cases, tracks: list[Track]) -> tuple[np.ndarray, np.ndarray]:
    """How far given and hidden points move, at most, with the hidden fixes of a storm."""
    given, hidden = [], []
    for case, other in pairs(make, tracks):
        places = [jnp.asarray(each.track.unit_vectors()) for each in (case, other)]
        apart = np.asarray(gn.metrics.great_circle_km(*places))
        given.append(apart[case.given].max())
        hidden.append(apart[case.hidden].max())
    return np.array(given), np.array(hidden)


@pytest.mark.parametrize("kind", MADE)
def test_given_points_know_nothing_of_the_hidden_fixes(kind: str, real: list[Track]):
    assert len(real) > 50
    given, hidden = moved_km(MADE[kind], real)
    np.testing.assert_array_equal(given, 0)
    assert (hidden > 300).all()  # three degrees are 334 km


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("hours", CLUMPED_HOURS)
def test_nor_where_fixes_come_at_any_time(kind: str, hours: list[float]):
    track = track_on_the_equator(0, hours=hours)
    track = dataclasses.replace(track, latitude=10 + 8 * np.sin(track.days))  # not a great circle
    given, hidden = moved_km(MADE[kind], [track])
    assert given == 0
    assert hidden > 300


def test_storms_without_a_fix_to_hide_are_left_out():
    """Of these all but the last are in the first tenth of its life, which is the one to tell."""
    track = track_on_the_equator(0, hours=[*range(7), 100])
    assert resampled_interpolation_cases([track]) == []
    assert len(resampled_extrapolation_cases([track])) == 1


@pytest.mark.parametrize("kind", MADE)
def test_given_numbers_know_nothing_of_the_hidden_ones(kind: str, real: list[Track]):
    changed = 0
    for case, other in pairs(MADE[kind], real):
        for numbers in ("wind", "pressure"):
            one, two = getattr(case.track, numbers), getattr(other.track, numbers)
            np.testing.assert_array_equal(one[case.given], two[case.given])
            changed += not np.array_equal(one, two, equal_nan=True)
    assert changed > len(real)


@pytest.mark.parametrize("cases", [interpolation_cases, extrapolation_cases])
def test_parts_hidden_after_resampling_are_known_of(cases: Cases, real: list[Track]):
    """What the two above are for, and that they can fail."""
    given, _ = moved_km(lambda tracks: cases(resampled_tracks(tracks, 50)), real)
    assert given.max() > 10


@pytest.mark.parametrize("kind", MADE)
def test_parts_end_at_the_fixes_nearest_to_their_share_of_life(kind: str, real: list[Track]):
    shares = np.array([9, 40] if kind == "interpolation" else [19]) / 49
    for case, track in zip(MADE[kind](real), real, strict=True):
        ends = case.track.days[[case.hidden[0] - 1, *([40] if kind == "interpolation" else [])]]
        nearest = np.abs(track.days[:, None] - shares * track.days[-1]).min(0)
        np.testing.assert_allclose(np.abs(ends - shares * track.days[-1]), nearest, atol=1e-9)
        assert np.isin(case.track.time[case.hidden[0] - 1], track.time)
        assert (case.track.time[0], case.track.time[-1]) == (track.time[0], track.time[-1])
        for part in np.split(case.track.days, [case.hidden[0], case.hidden[-1] + 1]):
            # Times are to the second, so that steps differ by up to two.
            assert np.abs(np.diff(part, 2)).max(initial=0) * 86400 < 2.5


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("hours", [6 * np.arange(8), 6 * np.arange(70), *CLUMPED_HOURS])
def test_points_are_where_the_storm_was(kind: str, hours: list[float]):
    """On the equator at constant speed, whatever the times of the fixes."""
    (case,) = MADE[kind]([track_on_the_equator(0, hours=hours)])
    assert (len(case.given), len(case.hidden)) == (20, 30)
    np.testing.assert_allclose(case.track.latitude, 0, atol=1e-4)
    east = wrap_longitude(170 + EAST_PER_DAY * case.track.days)
    np.testing.assert_allclose(case.track.longitude, east, atol=1e-3)
    assert (np.diff(case.track.days) > 0).all()


def test_storms_of_less_than_eight_fixes_are_left_out():
    tracks = [track_on_the_equator(n, id=str(n)) for n in (7, 8)]
    for make in MADE.values():
        assert [case.track.id for case in make(tracks)] == ["8"]
        assert make(tracks[:1]) == []


def test_resampled_tracks_go_the_same_way_at_even_times():
    hours = np.array([0.0, 6, 9, 24, 30, 60])
    wind = [20.0, np.nan, 29.0, 44.0, 50.0, 80.0]
    told = track_on_the_equator(0, hours=hours)
    track = gn.data.Track("E", "", 2020, "WP", told.time, told.latitude, told.longitude, wind)
    (found,) = resampled_tracks([track], 11)
    np.testing.assert_allclose(24 * found.days, np.arange(0, 61, 6), atol=1e-3)
    np.testing.assert_allclose(found.latitude, 0, atol=1e-4)
    expected = wrap_longitude(170 + 2 * found.days)
    np.testing.assert_allclose(found.longitude, expected, atol=1e-3)
    # No line is drawn over the 15 and the 30 hours that have no number.
    wind = [20, 26, *[np.nan] * 2, 44, 50, *[np.nan] * 4, 80]
    np.testing.assert_allclose(found.wind, wind, atol=1e-3)
    assert np.isnan(found.pressure).all()
    assert (found.id, found.season, found.basin) == ("E", 2020, "WP")
    with pytest.raises(ValueError, match="expected at least 2 fixes and 2 times, got 1 and 5"):
        resampled_tracks([track[:1]], 5)
