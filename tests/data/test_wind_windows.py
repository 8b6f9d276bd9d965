"""Batches of windows of time: pairs of a place and a time, and the winds of the file there."""

import numpy as np
import pytest
from winds_by_hand import TIME, gridded, wind_at

import geomndp as gn

HOURS = (0, 1, 2, 3, 7, 8, 30)
"""Irregular; the last is alone."""


def winds_of(hours: tuple[int, ...] = HOURS) -> gn.data.Winds:
    return gn.data.load_winds(gridded(hours=hours))


def chart_of(winds: gn.data.Winds) -> gn.data.AzimuthalEqualArea:
    return gn.data.AzimuthalEqualArea.centred_on(*winds.places)


def test_pairs_are_of_a_window_and_have_the_winds_of_the_file():
    winds, starts = winds_of(), set()
    chart = chart_of(winds)
    batch = next(gn.data.wind_batches(winds, chart, n_points=9, batch_size=40, seed=0, hours=5.0))
    assert batch.x.shape == (40, 9, 3)
    assert bool(batch.mask.all())
    for x, y in zip(np.asarray(batch.x), np.asarray(batch.y), strict=True):
        assert len({tuple(row) for row in x.round(3).tolist()}) == 9
        latitude, longitude = chart.places(x[:, :2])
        errors = {
            start: np.abs(
                chart.winds(latitude, longitude, y)
                - wind_at(start + x[:, 2].astype(float), latitude, longitude)
            ).max()
            for start in HOURS
        }
        start = min(errors, key=errors.__getitem__)
        assert errors[start] < 1e-3
        assert ((x[:, 2] >= 0) & (x[:, 2] <= 5.0)).all()
        assert set(np.round(start + x[:, 2])) <= set(HOURS)
        starts.add(start)
    assert starts == {0, 1, 2, 3, 7}  # of 8 and 30 no window has two times


def test_all_pairs_that_there_are_and_padding():
    winds = winds_of((0, 6))
    batch = next(
        gn.data.wind_batches(winds, chart_of(winds), n_points=30, batch_size=2, seed=0, hours=6.0)
    )
    n_places = len(winds.places[0])
    assert batch.mask.sum(-1).tolist() == [2 * n_places] * 2
    times = np.asarray(batch.x[..., 2])[np.asarray(batch.mask)]
    assert [(times == hour).sum() for hour in (0.0, 6.0)] == [2 * n_places] * 2


def test_missing_winds_are_left_out_and_members_keep_apart():
    wind = np.zeros((2, 2, 3, 1, 2)) + np.array([1.0, 2.0])[:, None, None, None, None]
    wind[:, 1, :2] = np.nan
    times = TIME + np.array([0, 1]) * np.timedelta64(1, "h")
    winds = gn.data.wind_ensemble(wind, times, [0.0, 1.0, 2.0], [8.0])
    chart = chart_of(winds)
    batch = next(gn.data.wind_batches(winds, chart, n_points=6, batch_size=8, seed=0, hours=1.0))
    assert batch.mask.sum(-1).tolist() == [4] * 8
    speeds = np.linalg.norm(batch.y, axis=-1) / np.sqrt(2)
    assert {round(v, 4) for v in speeds.ravel().tolist()} == {1.0, 2.0}
    assert (np.ptp(speeds, axis=-1) < 1e-5).all()


def test_a_patch_is_one_of_space_at_all_times():
    winds = winds_of((0, 1, 2))
    patches = gn.data.wind_batches(
        winds, chart_of(winds), n_points=6, batch_size=16, seed=0, hours=2.0, radius_km=150.0
    )
    x = np.asarray(next(patches).x)
    assert np.ptp(x[..., :2], axis=1).max() < 300.0
    assert np.ptp(x[..., 2], axis=1).max() == 2.0


@pytest.mark.parametrize(
    ("times", "hours", "message"),
    [
        ((0, 6, 12), 5.0, "two times in a window of 5 hours, got times at least 6 hours apart"),
        ((0,), 12.0, "got one time; take longer windows"),
        ((0, 1), 0.0, "a positive number of hours, got hours=0"),
    ],
)
def test_windows_without_two_times(times: tuple[int, ...], hours: float, message: str):
    winds = winds_of(times)
    with pytest.raises(ValueError, match=message):
        gn.data.wind_batches(winds, chart_of(winds), n_points=4, batch_size=2, seed=0, hours=hours)


def test_observations_with_hours():
    times = TIME + np.array([6, 9]) * np.timedelta64(1, "h")
    seen = gn.data.WindObservations([50.0, 51.0], [8.0, 9.0], [[1, 0], [2, 0]], time=times)
    field = seen.field(gn.data.AzimuthalEqualArea(50.0, 8.0), since=TIME)
    assert field.x[:, 2].tolist() == [6.0, 9.0]
    timeless = gn.data.WindObservations([50.0], [8.0], [[1, 0]])
    with pytest.raises(ValueError, match="expected observations with times"):
        timeless.field(gn.data.AzimuthalEqualArea(50.0, 8.0), since=TIME)
