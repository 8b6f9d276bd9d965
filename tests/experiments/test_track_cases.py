"""Which fixes are given and which are hidden, on tracks made by hand."""

import numpy as np
import pytest
from tracks_by_hand import track_on_the_equator

from geomndp.experiments import TrackCase, forecast_cases, gap_cases
from geomndp.experiments.track_cases import N_CONTEXT


def hours_of(case: TrackCase) -> tuple[list[float], list[float]]:
    given, hidden = (24 * np.asarray(part.x[:, 0], float) for part in (case.context, case.target))
    return given.tolist(), hidden.tolist()


def six_hourly(first: int, last: int) -> list[float]:
    return [6.0 * number for number in range(first, last + 1)]


def test_a_forecast_is_of_the_second_half_from_the_first():
    (case,) = forecast_cases([track_on_the_equator(16)])
    assert hours_of(case) == (six_hourly(0, 7), six_hourly(8, 15))
    assert [case.lead(hours) for hours in (24.0, 48.0, 72.0)] == [3, 7, None]


def test_of_an_odd_number_the_larger_half_is_hidden():
    (case,) = forecast_cases([track_on_the_equator(17)])
    assert hours_of(case) == (six_hourly(0, 7), six_hourly(8, 16))


def test_a_long_storm_is_told_for_five_days_from_its_last_twenty_fixes():
    (case,) = forecast_cases([track_on_the_equator(100)])
    assert hours_of(case) == (six_hourly(50 - N_CONTEXT, 49), six_hourly(50, 69))
    assert [case.lead(hours) for hours in (24.0, 48.0, 72.0, 120.0)] == [3, 7, 11, 19]


@pytest.mark.parametrize("n", [1, 2, 5, 14])
def test_storms_too_short_for_a_forecast_are_left_out(n: int):
    """Of 14 six-hourly fixes the last is 42 hours after the seventh."""
    assert forecast_cases([track_on_the_equator(n)]) == []


def test_the_first_half_has_at_least_three_fixes():
    daily = [track_on_the_equator(n, step_hours=24.0) for n in (5, 6)]
    (case,) = forecast_cases(daily)
    assert case.track is daily[1]
    assert hours_of(case) == ([0.0, 24.0, 48.0], [72.0, 96.0, 120.0])


def test_leads_are_by_the_clock_and_not_by_number():
    """A fix at landfall, in between, shifts the numbers and not the leads."""
    hours = [*six_hourly(0, 10), 63.0, *six_hourly(11, 20)]
    (case,) = forecast_cases([track_on_the_equator(0, hours=hours)])
    given, hidden = hours_of(case)
    assert (given[-1], hidden[:3]) == (60.0, [63.0, 66.0, 72.0])
    assert [case.lead(hours) for hours in (3.0, 24.0, 48.0)] == [0, 4, 8]
    assert case.lead(47.0) is None


def test_a_storm_without_a_fix_after_48_hours_is_left_out():
    hours = [0, 6, 12, 18, 24, 30, 36, 42, 84, 96]
    assert forecast_cases([track_on_the_equator(0, hours=hours)]) == []


def test_values_are_those_of_the_track():
    track = track_on_the_equator(16)
    (case,) = forecast_cases([track])
    points = np.concatenate([case.context.y, case.target.y])
    np.testing.assert_allclose(points, track.unit_vectors(), atol=1e-7)
    assert case.context.mask.all()
    assert case.target.mask.all()


def test_a_gap_is_of_two_days_around_the_middle():
    (case,) = gap_cases([track_on_the_equator(13)])
    assert hours_of(case) == ([*six_hourly(0, 2), *six_hourly(10, 12)], six_hourly(3, 9))


def test_of_a_long_storm_the_twenty_fixes_nearest_to_the_gap_are_given():
    (case,) = gap_cases([track_on_the_equator(60)])
    assert hours_of(case) == ([*six_hourly(17, 26), *six_hourly(34, 43)], six_hourly(27, 33))


def test_where_one_side_is_short_the_other_gives_more():
    """The middle is by number of fixes: those in the gap leave few on its later side."""
    hours = [*six_hourly(0, 20), *(120.5 + np.arange(15)), *six_hourly(24, 27)]
    (case,) = gap_cases([track_on_the_equator(0, hours=hours)])
    given, hidden = hours_of(case)
    assert len(hidden) == 4 + 15
    assert given == [*six_hourly(1, 16), *six_hourly(24, 27)]
    assert len(given) == N_CONTEXT


@pytest.mark.parametrize("n", [1, 4, 8, 9])
def test_storms_too_short_for_a_gap_are_left_out(n: int):
    """Of 9 six-hourly fixes only two are a day or more from the middle."""
    assert gap_cases([track_on_the_equator(n)]) == []


def test_the_least_storm_with_a_gap():
    (case,) = gap_cases([track_on_the_equator(10)])
    assert hours_of(case) == ([0.0, 6.0, 54.0], six_hourly(2, 8))


def test_a_storm_without_fixes_a_day_from_its_middle_is_left_out():
    hours = np.array(six_hourly(0, 20))
    hours[14] += 1  # a day after the middle one, which is at 60 hours
    assert gap_cases([track_on_the_equator(0, hours=hours)]) == []


def test_no_fix_is_given_and_hidden():
    tracks = [track_on_the_equator(n, id=str(n)) for n in range(10, 40)]
    for case in [*forecast_cases(tracks), *gap_cases(tracks)]:
        given, hidden = hours_of(case)
        assert not set(given) & set(hidden)
        assert given == sorted(given)
        assert hidden == sorted(hidden)
