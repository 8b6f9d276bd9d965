"""Winds of stations, by components or by speed and direction."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geomndp as gn
from geomndp.data import WindFileError, WindObservations, load_stations


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., WindObservations]:
    """Loads lines of text as a CSV file."""

    def load_lines(*lines: str, units: str = "m s-1") -> WindObservations:
        path = tmp_path / "stations.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return load_stations(path, units=units)

    return load_lines


def test_components_errors_times_and_names(load: Any):
    seen = load(
        "Station;Time;LAT;Lon;U;V;Error",
        "Köln;2024-02-28T00:00+01:00;50.9N;7.0;3;4;0.5",
        "Fiji;2024-02-28 06:00;18S;181.5;-1.5;0;1",
    )
    assert seen.station == ("Köln", "Fiji")
    assert seen.latitude.tolist() == [50.9, -18.0]
    assert seen.longitude.tolist() == [7.0, -178.5]
    assert seen.wind.tolist() == [[3.0, 4.0], [-1.5, 0.0]]
    assert seen.error is not None
    assert seen.error.tolist() == [0.5, 1.0]
    assert seen.time is not None
    assert seen.time.astype("M8[m]").astype(str).tolist() == [
        "2024-02-27T23:00",
        "2024-02-28T06:00",
    ]
    assert np.asarray(seen.noise_variance).tolist() == [0.25, 1.0]
    assert repr(seen) == (
        "WindObservations(2 winds, 2024-02-27T23:00 to 2024-02-28T06:00, with errors)"
    )


@pytest.mark.parametrize(
    ("direction", "east", "north"),
    [(0, 0, -1), (90, -1, 0), (180, 0, 1), (270, 1, 0), (360, 0, -1), (225, 0.5**0.5, 0.5**0.5)],
)
def test_directions_are_those_winds_blow_from(load: Any, direction: int, east: float, north: float):
    seen = load("lat,lon,speed,direction", f"50,8,10,{direction}", units="knots")
    knot = 1852 / 3600
    np.testing.assert_allclose(seen.wind, [[10 * knot * east, 10 * knot * north]], atol=1e-12)
    speed, back = gn.data.to_direction(seen.wind)
    np.testing.assert_allclose(speed, 10 * knot)
    np.testing.assert_allclose(back, direction % 360)


def test_names_in_quotes_and_short_rows(load: Any):
    seen = load("name,lat,lon,u,v,error", '"Bonn, airport",50,7,1,2,1', "B,51,8", "C,52,9,3,4,1")
    assert seen.station == ("Bonn, airport", "C")
    assert seen.wind.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_errors_have_the_unit_of_winds(load: Any):
    seen = load("lat,lon,u,v,std", "50,8,36,0,3.6", units="km/h")
    assert seen.wind.tolist() == [[10.0, 0.0]]
    assert seen.error.tolist() == [1.0]


def test_rows_without_a_wind_are_left_out_and_counted(load: Any):
    seen = load("lat,lon,speed,direction", "50,8,,", "51,9,0,", "52,10,NaN,90", "53,11,5,90")
    assert seen.latitude.tolist() == [51.0, 53.0]
    np.testing.assert_allclose(seen.wind, [[0, 0], [-5, 0]], atol=1e-12)
    assert seen.remarks == ("Rows without a wind, left out: 2",)
    assert seen.noise_variance == 0.0


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ["lat,lon,u", "1,2,3"],
            "expected columns u and v, or speed and direction, got lat, lon, u",
        ),
        (["lon,u,v", "1,2,3"], "expected a column latitude, got lon, u, v"),
        (["lat,lon,u,v"], "expected at least one station"),
        (["lat,lon,u,v", "1,2,3,4,5"], "expected a CSV file of stations, got"),
        (["lat,lon,u,v", "1,2,3,4", "1,2,3,4,5"], "expected a CSV file of stations, got"),
        ([""], "expected a CSV file of stations, got No columns"),
        (["lat,lon,u,v", "1,2,,"], "expected winds, got none in 1 rows"),
        (["lat,lon,u,v", "1,2,3,4", "95,2,3,4"], "expected latitude from -90 to 90.*row 2"),
        (["lat,lon,u,v", "1,400,3,4"], "expected longitude from -360 to 360"),
        (["lat,lon,u,v", ",2,3,4"], "expected a position in each row"),
        (["lat,lon,u,v", "1,2,fast,4"], "expected eastward as a finite number in each row"),
        (["lat,lon,u,v", "1,2,inf,4"], "finite number in each row, got none such in row 1"),
        (["lat,lon,u,v,error", "1,2,3,4,-1"], "expected an error of 0 or more"),
        (["lat,lon,u,v,error", "1,2,3,4,"], "expected an error of 0 or more"),
        (["lat,lon,u,v,time", "1,2,3,4,yesterday"], "expected a time in each row"),
        (["lat,lon,speed,direction", "1,2,-3,90"], "expected a speed of 0 or more"),
        (["lat,lon,speed,direction", "1,2,3,-90"], "expected a direction from 0 to 360"),
        (["lat,lon,speed,direction", "1,2,3,370"], "expected direction from -360 to 360"),
        (["lat,lon,speed,direction", "1,2,3,"], "expected a direction of a wind that is no calm"),
    ],
)
def test_bad_tables_are_refused(load: Any, lines: list[str], message: str):
    with pytest.raises(WindFileError, match=message):
        load(*lines)


def test_other_refusals(load: Any, tmp_path: Path):
    with pytest.raises(ValueError, match="expected a unit of speed, one of m s-1.*got 'furlong'"):
        load("lat,lon,u,v", "1,2,3,4", units="furlong")
    with pytest.raises(WindFileError, match="expected a CSV file of stations, got none there"):
        load_stations(tmp_path / "none.csv", units="m/s")
    with pytest.raises(WindFileError, match="expected a CSV file of stations, got a folder"):
        load_stations(tmp_path, units="m/s")


def test_a_field_to_condition_on(load: Any):
    seen = load("lat,lon,u,v", "50,8,3,4", "90,33,1,0", "-20,-179,0,2")
    for coordinates in (gn.data.UnitSphere(), gn.data.AzimuthalEqualArea(40.0, 20.0)):
        field = seen.field(coordinates)
        assert field.x.shape[:1] == field.y.shape[:1] == (3,)
        back = coordinates.winds(seen.latitude, seen.longitude, field.y)
        np.testing.assert_allclose(back, seen.wind, atol=1e-6)


def test_parts(load: Any):
    seen = load(
        "station,time,lat,lon,u,v,error",
        *(f"S{n},2024-01-0{n},{n},0,1,0,{n}" for n in (1, 2, 3)),
    )
    part = seen.between("2024-01-02", "2024-01-03")
    assert part.station == ("S2", "S3")
    assert part[1:].error.tolist() == [3.0]
    assert len(seen[np.array([True, False, True])]) == 2
    with pytest.raises(ValueError, match="expected an observation between"):
        seen.between("2023-01-01", "2023-01-02")
    with pytest.raises(ValueError, match="expected observations with times"):
        load("lat,lon,u,v", "1,2,3,4").between("2023-01-01", "2023-01-02")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"latitude": [91.0]}, "expected a latitude from -90 to 90, got 91.0 in observation 0"),
        ({"longitude": [np.nan]}, "expected a longitude from -360 to 360"),
        ({"wind": [[np.nan, 0.0]]}, "expected finite winds"),
        ({"wind": [[1.0, 0.0], [1.0, 0.0]]}, r"expected wind of shape \(1, 2\)"),
        ({"error": [-1.0]}, "expected errors of 0 or more"),
        ({"time": ["NaT"]}, "expected a time of each"),
        ({"station": ["a", "b"]}, "expected 1 names of stations, got 2"),
        ({"latitude": [], "longitude": [], "wind": np.zeros((0, 2))}, "at least one"),
    ],
)
def test_observations_are_checked(given: dict[str, Any], message: str):
    good = {"latitude": [50.0], "longitude": [8.0], "wind": [[1.0, 2.0]]}
    assert len(WindObservations(**good)) == 1
    with pytest.raises(ValueError, match=message):
        WindObservations(**{**good, **given})
