"""One track: its times, positions and field."""

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

import geomndp.data
from geomndp.data import Track

HOUR = np.timedelta64(1, "h")
START = np.datetime64("2024-08-31T18")


def make_track(n_fixes: int = 5, **changes) -> Track:
    parts = {
        "id": "X",
        "name": "NONAME",
        "season": 2024,
        "basin": "WP",
        "time": START + 6 * HOUR * np.arange(n_fixes),
        "latitude": np.linspace(10.0, 20.0, n_fixes),
        "longitude": np.linspace(170.0, 190.0, n_fixes),
        "wind": np.full(n_fixes, 35.0),
        "pressure": np.full(n_fixes, 990.0),
    }
    return Track(**{**parts, **changes})


def test_days_count_from_the_first_fix():
    track = make_track()
    assert track.days.dtype == np.float64
    np.testing.assert_array_equal(track.days, 0.25 * np.arange(5))


def test_days_keep_the_seconds_and_leap_days():
    time = np.array(["2024-02-28T23:59:59", "2024-02-29T00:00:00", "2024-03-01T00:00:00"])
    track = make_track(3, time=time.astype("datetime64[s]"))
    np.testing.assert_allclose(track.days * 86400, [0, 1, 86401], rtol=1e-15)


def test_a_field_has_days_and_unit_vectors_in_float32():
    sample = make_track().field()
    assert sample.x.shape == (5, 1)
    assert sample.x.dtype == sample.y.dtype == jnp.float32
    assert bool(sample.mask.all())
    np.testing.assert_allclose(np.linalg.norm(sample.y, axis=-1), 1.0, atol=1e-6)
    np.testing.assert_allclose(sample.y, make_track().unit_vectors(), atol=1e-7)


def test_padding_is_trailing_finite_and_masked():
    sample = make_track().field(8)
    assert sample.mask.tolist() == [True] * 5 + [False] * 3
    np.testing.assert_array_equal(sample.x[:5], make_track().field().x)
    np.testing.assert_array_equal(sample.y[5:], np.repeat(sample.y[4:5], 3, 0))
    with pytest.raises(ValueError, match="expected 1 to 4 points"):
        make_track().field(4)


def test_a_part_counts_from_its_own_first_fix():
    part = make_track()[2:4]
    assert part.days.tolist() == [0.0, 0.25]
    assert part.time[0] == START + 12 * HOUR
    assert (part.id, part.season) == ("X", 2024)
    assert len(make_track()[:1]) == 1
    with pytest.raises(TypeError):
        make_track()[0]  # type: ignore[index]
    with pytest.raises(ValueError, match="expected at least one fix"):
        make_track()[5:]


def test_between_includes_both_ends():
    part = make_track().between("2024-09-01T00", "2024-09-01T12")
    assert part.days.tolist() == [0.0, 0.25, 0.5]
    with pytest.raises(ValueError, match="expected at least one fix"):
        make_track().between("2025-01-01", "2025-01-02")


def test_longitudes_of_any_winding_are_one_position():
    longitude = np.array([170.0, 179.9, 180.0, 180.1, -540.0 + 360.0])
    track = make_track(longitude=longitude, latitude=np.zeros(5))
    assert track.longitude.tolist() == [170.0, 179.9, 180.0, -179.9, 180.0]
    assert np.abs(np.diff(track.unit_vectors(), axis=0)).max() < 0.2


def test_a_crossing_of_the_date_line_is_a_short_step():
    longitude = np.array([179.5, -179.5])
    y = make_track(2, longitude=longitude, latitude=np.zeros(2)).unit_vectors()
    np.testing.assert_allclose(np.arccos(y[0] @ y[1]), np.deg2rad(1.0), rtol=1e-9)


@pytest.mark.parametrize("longitude", [0.0, 45.0, 123.4, -180.0, 360.0])
@pytest.mark.parametrize("sign", [-1.0, 1.0], ids=["south", "north"])
def test_the_poles_are_exact(longitude: float, sign: float):
    place = {"latitude": np.array([90.0 * sign]), "longitude": np.array([longitude])}
    assert make_track(1, time=[START], wind=[30], pressure=[990], **place).unit_vectors()[
        0
    ].tolist() == [0.0, 0.0, sign]


def test_numbers_that_mean_missing_become_nan():
    track = make_track(wind=np.array([30, 0, -99, np.nan, np.inf]), pressure=None)
    np.testing.assert_array_equal(track.wind, [30, np.nan, np.nan, np.nan, np.nan])
    assert np.isnan(track.pressure).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"latitude": np.full(5, 90.1)}, "latitudes from -90 to 90"),
        ({"latitude": np.full(5, np.nan)}, "latitudes from -90 to 90"),
        ({"longitude": np.full(5, 361.0)}, "longitudes from -360 to 360"),
        ({"longitude": np.full(5, np.inf)}, "longitudes from -360 to 360"),
        ({"latitude": np.zeros(4)}, "expected 5 numbers of latitude"),
        ({"wind": np.zeros((5, 1))}, "expected 5 numbers of wind"),
        ({"time": np.full(5, START)}, "strictly increasing times"),
        ({"time": np.full(5, np.datetime64("NaT"))}, "strictly increasing times"),
        ({"time": START + 6 * HOUR * np.arange(5)[::-1]}, "strictly increasing times"),
        ({"time": np.zeros((0,), "datetime64[s]")}, "at least one fix"),
    ],
    ids=str,
)
def test_what_is_no_track_is_refused(changes: dict, message: str):
    with pytest.raises(ValueError, match=message):
        make_track(**changes)


def test_a_track_cannot_be_changed():
    track, latitude = make_track(), np.linspace(10.0, 20.0, 5)
    with pytest.raises(ValueError, match="read-only"):
        track.latitude[0] = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        track.name = "other"  # type: ignore[misc]
    copied = make_track(latitude=latitude)
    latitude[:] = 0.0
    assert copied == track


def test_equality_is_of_all_values():
    assert make_track() == make_track()
    assert hash(make_track()) == hash(make_track())
    assert make_track() != make_track(season=2023)
    assert make_track() != make_track(latitude=np.linspace(10.0, 20.1, 5))
    assert make_track(wind=np.full(5, np.nan)) == make_track(wind=None)
    assert make_track() != "X"


def test_repr_names_storm_season_and_span():
    text = repr(make_track())
    assert text == (
        "Track(X NONAME, season 2024, basin WP, 5 fixes, 2024-08-31T18:00 to 2024-09-01T18:00)"
    )
    assert "basin unknown, 1 fix, " in repr(make_track(basin="")[:1])


@pytest.mark.parametrize(
    ("time", "latitude", "season"),
    [
        ("2015-06-30T18", -10.0, 2015),
        ("2015-07-01T00", -10.0, 2016),
        ("2015-12-31T18", -10.0, 2016),
        ("2015-12-31T18", 10.0, 2015),
        ("1969-08-01", -1.0, 1970),
        ("1851-06-25", 28.0, 1851),
    ],
)
def test_southern_seasons_carry_the_later_year(time: str, latitude: float, season: int):
    assert geomndp.data.season_of(np.datetime64(time), latitude) == season
