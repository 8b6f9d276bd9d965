"""Files of winds that are odd: refused, with the fault and a remedy, or read rightly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from winds_by_hand import TIME, assert_true, gridded, wind_at, with_units

import geomndp as gn
from geomndp.data import WindFileError, load_winds
from geomndp.data.open_winds import open_winds, require_xarray


def in_calendar(calendar: str, days: int = 3) -> xr.Dataset:
    data = gridded(hours=24 * np.arange(days))
    dates = xr.date_range("2024-02-28", periods=days, calendar=calendar, use_cftime=True)
    return data.assign_coords(time=dates)


def replaced(**coordinates: Any) -> Callable[[xr.Dataset], xr.Dataset]:
    return lambda data: data.assign_coords(coordinates)


def without(*names: str) -> Callable[[xr.Dataset], xr.Dataset]:
    return lambda data: data.drop_vars(names)


def renamed(**names: str) -> Callable[[xr.Dataset], xr.Dataset]:
    return lambda data: data.rename(names)


def of_standard_names(u: str, v: str) -> Callable[[xr.Dataset], xr.Dataset]:
    def change(data: xr.Dataset) -> xr.Dataset:
        data = data.rename(u10="a", v10="b")
        data["a"].attrs["standard_name"], data["b"].attrs["standard_name"] = u, v
        return data

    return change


BAD = {
    "no-units": (lambda d: d.drop_attrs(), "expected a unit of u10.*got no attribute"),
    "odd-units": (lambda d: with_units(d, "furlong"), "expected a unit of u10.*got furlong"),
    "unknown-names": (
        renamed(u10="a", v10="b"),
        r"expected eastward and northward wind.*got a \(no standard_name\).*names=",
    ),
    "one-component": (without("v10"), "expected eastward and northward wind"),
    "grid-components": (of_standard_names("x_wind", "y_wind"), "along the axes of a grid"),
    "two-eastward": (
        of_standard_names("eastward_wind", "eastward_wind"),
        "expected one eastward_wind, got a, b",
    ),
    "no-latitude": (without("latitude"), "expected latitudes and longitudes, got the variables"),
    "no-time": (lambda d: d.isel(time=0, drop=True), "expected times of the winds, got none"),
    "undated": (replaced(time=[0, 6]), "expected times that can be dated, got time as int"),
    "no-date": (
        replaced(time=np.array([TIME, "NaT"], "M8[ns]")),
        "expected a time of every field, got none of 1",
    ),
    "duplicate-times": (replaced(time=[TIME, TIME]), "expected each time once, got 2024-02-28"),
    "duplicate-latitudes": (
        replaced(latitude=[0.0, 1.0, 1.0]),
        "expected each latitude once, got 1.0 twice",
    ),
    "duplicate-longitudes": (
        replaced(longitude=[0.0, 0.0, 1.0, 1.0]),
        "expected each longitude once",
    ),
    "exchanged": (
        replaced(latitude=[100.0, 110.0, 120.0]),
        "latitudes from -90 to 90, got 120; are latitudes and longitudes exchanged",
    ),
    "missing-latitude": (
        replaced(latitude=[0.0, np.nan, 1.0]),
        "expected latitude in degrees, got numbers that are none",
    ),
    "text-longitudes": (
        replaced(longitude=list("abcd")),
        "expected longitude in degrees",
    ),
    "curvilinear": (
        lambda d: (
            d.rename_dims(latitude="y", longitude="x")
            .drop_vars(["latitude", "longitude"])
            .assign_coords(lat=(("y", "x"), np.ones((3, 4))), lon=(("y", "x"), np.ones((3, 4))))
        ),
        r"expected latitudes and longitudes along one axis each, got lat\('y', 'x'\)",
    ),
    "levels": (
        lambda d: d.expand_dims(level=[1000, 850]),
        r"expected winds at one level.*got another axis level of 2.*isel\(level=0\)",
    ),
    "lead-times": (
        lambda d: (
            d.expand_dims(step=np.array([0, 6], "m8[h]").astype("m8[ns]"))
            .assign_coords(valid_time=(("time", "step"), np.full((2, 2), TIME)))
            .drop_vars("time")
        ),
        "expected one axis of time, got valid_time along time, step",
    ),
    "sentinels": (
        lambda d: d.assign(u10=d.u10.where(d.u10 > 9.4, -9999.0)),
        "eastward_wind: expected winds below 200 m/s, got -9999",
    ),
    "infinite": (
        lambda d: d.assign(u10=d.u10.where(d.u10 > 9.4, np.inf)),
        "expected winds below 200 m/s, got inf",
    ),
    "text": (
        lambda d: d.assign(u10=d.u10.astype(str).assign_attrs(units="m/s")),
        "expected u10 as numbers",
    ),
    "no-times": (lambda d: d.isel(time=[]), "expected winds, got none, for the axis time is empty"),
    "odd-covariate": (
        lambda d: d.assign(orog=d.u10.isel(time=0).assign_attrs(units="furlong")),
        "expected orog, which is surface_altitude, in one of the units m, km",
    ),
    "static-wind": (lambda d: d.assign(u10=d.u10.isel(time=0)), "expected eastward_wind along"),
    "360_day": (lambda _: in_calendar("360_day"), "got the calendar 360_day"),
    "julian": (lambda _: in_calendar("julian"), "got the calendar julian"),
    "all_leap": (lambda _: in_calendar("all_leap"), "got the calendar all_leap"),
}


@pytest.mark.parametrize("fault", BAD)
def test_what_cannot_be_read_is_refused(fault: str, tmp_path: Path):
    change, message = BAD[fault]
    data = change(gridded())
    for name in data.data_vars:
        if fault in ("sentinels", "infinite", "static-wind"):
            data[name].attrs["units"] = "m s-1"
    with pytest.raises(WindFileError, match=message):
        load_winds(data)
    if fault == "lead-times":  # which differ in the file by their units
        return
    data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with pytest.raises(WindFileError, match=r"a.nc: .*expected") as error:
        load_winds(tmp_path / "a.nc")
    assert ";" in str(error.value) or "got" in str(error.value)


def test_sentinels_on_a_disk_are_found_when_they_are_read():
    data = gridded()
    data["u10"][1, 0, 0] = -9999.0
    winds = load_winds(data, chunks={"time": 1})
    winds.wind(np.array([0]))
    with pytest.raises(WindFileError, match="got -9999 and 1 such"):
        winds.wind()


def test_units_are_for_those_who_have_none():
    bare = gridded().drop_attrs()
    assert_true(load_winds(bare, units="m/s"))
    assert_true(load_winds(bare * 3.6, units="km/h"))
    with pytest.raises(WindFileError, match="expected knots, as units= says, got u10 in m s-1"):
        load_winds(gridded(), units="knots")


def test_names_are_for_those_who_have_others():
    data = gridded().rename(u10="a", v10="b")
    assert_true(load_winds(data, names=("a", "b")))
    with pytest.raises(WindFileError, match="expected eastward and northward wind"):
        load_winds(data, names=("a", "c"))


def test_a_calendar_without_leap_days_has_the_same_dates(tmp_path: Path):
    """Its 1 March follows 28 February, which in a leap year is two days later."""
    data = in_calendar("noleap")
    data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    for winds in (load_winds(data), load_winds(tmp_path / "a.nc")):
        days = winds.times.astype("datetime64[D]").astype(str).tolist()
        assert days == ["2024-02-28", "2024-03-01", "2024-03-02"]
        np.testing.assert_array_equal(winds.dataset["eastward_wind"], data["u10"])


def test_times_of_cftime_in_the_standard_calendar():
    winds = load_winds(in_calendar("standard"))
    assert winds.times.astype("datetime64[D]").astype(str).tolist()[-1] == "2024-03-01"


def test_empty_times():
    data = gridded(hours=[0, 6, 12])
    data["v10"][1] = np.nan
    winds = load_winds(data)
    globe = gn.data.UnitSphere()
    with pytest.raises(ValueError, match="expected winds in every field, got none in 1 of 3"):
        winds.fields(globe)
    rest = winds.without_empty_times()
    assert len(rest.times) == 2
    assert_true(rest)
    batches = gn.data.wind_batches(winds, globe, n_points=4, batch_size=50, seed=0)
    assert next(batches).mask.all()
    data["v10"][:] = np.nan
    with pytest.raises(ValueError, match="expected winds there, got none: no time is left"):
        load_winds(data).without_empty_times()
    with pytest.raises(ValueError, match="expected winds, got none in .* fields drawn"):
        next(gn.data.wind_batches(load_winds(data), globe, n_points=4, batch_size=50, seed=0))


def test_a_hundred_thousand_points(tmp_path: Path):
    rng = np.random.default_rng(0)
    latitude = np.rad2deg(np.arcsin(rng.uniform(-1, 1, 100_000)))
    longitude = rng.uniform(0, 360, 100_000)
    dense = gridded(np.linspace(-90, 90, 251), np.arange(0.0, 360.0, 0.9), [0])
    points = gridded([0.0], [0.0], [0]).isel(latitude=0, longitude=0)
    wind = wind_at(0.0, latitude, longitude)
    scattered = xr.Dataset(
        {n: (("time", "point"), wind[None, :, i], points[n].attrs) for i, n in enumerate(points)},
        {"time": [TIME], "latitude": ("point", latitude), "longitude": ("point", longitude)},
    )
    for data, n in ((dense, 249 * 400 + 2), (scattered, 100_000)):
        winds = load_winds(data)
        gn.data.save_winds(winds, tmp_path / "a.nc")
        fields = load_winds(tmp_path / "a.nc").fields(gn.data.UnitSphere())
        assert fields.x.shape == (1, n, 3)
        assert_true(winds)


def test_no_file_or_another_one(tmp_path: Path):
    (tmp_path / "a.csv").write_text("latitude,longitude\n1,2\n")
    with pytest.raises(WindFileError, match="expected a NetCDF or GRIB file.*load_stations"):
        load_winds(tmp_path / "a.csv")
    with pytest.raises(WindFileError, match="expected a file, got none there"):
        load_winds(tmp_path / "b.nc")
    with pytest.raises(WindFileError, match="expected files of that pattern"):
        load_winds(str(tmp_path / "*.nc"))
    with pytest.raises(WindFileError, match="expected a file of winds, got"):
        load_winds(tmp_path)  # no Zarr store
    with pytest.raises(TypeError, match="expected a path, a list of paths, or an xarray.Dataset"):
        load_winds(3)


def test_a_file_cut_short(tmp_path: Path):
    gridded().to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    whole = (tmp_path / "a.nc").read_bytes()
    (tmp_path / "a.nc").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WindFileError, match=r"a.nc: expected a file of winds, got .*cut short"):
        load_winds(tmp_path / "a.nc")


def test_grib_needs_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a.grib").write_bytes(b"GRIB\x00\x00\x00\x02")
    monkeypatch.setattr("geomndp.data.open_winds.find_spec", lambda _: None)
    with pytest.raises(ImportError, match=r"expected cfgrib.*'geomndp\[grib\]'"):
        open_winds(tmp_path / "a.grib")
    with pytest.raises(ImportError, match=r"expected xarray.*'geomndp\[winds\]'"):
        require_xarray()


def test_files_that_cannot_be_joined(tmp_path: Path):
    for name, hours in (("a", [0, 12]), ("b", [6, 18]), ("c", [18, 24])):
        gridded(hours=hours).to_netcdf(tmp_path / f"{name}.nc", engine="h5netcdf")
    gridded([0.0, 0.5], hours=[48]).to_netcdf(tmp_path / "d.nc", engine="h5netcdf")
    for pair in ("ab", "bc", "ad"):
        with pytest.raises(WindFileError, match="and 1 more: expected"):
            load_winds([tmp_path / f"{name}.nc" for name in pair])


def test_covariates_elsewhere():
    data = gridded()
    height = (("latitude", "longitude"), np.ones((3, 4)), {"units": "m"})
    static = xr.Dataset({"orog": height}, data.drop_vars("time").coords)
    with pytest.raises(WindFileError, match="expected covariates at every place"):
        load_winds(data, covariates=static.isel(latitude=[0, 1]))
    with pytest.raises(WindFileError, match="expected a covariate, one of"):
        load_winds(data, covariates=static.rename(orog="height"))
    static["orog"][0, 0] = np.nan
    with pytest.raises(ValueError, match="expected surface_altitude everywhere, got none at 1"):
        load_winds(data, covariates=static).fields(gn.data.UnitSphere())
