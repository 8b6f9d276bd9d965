"""Winds in the layouts in which archives give them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from winds_by_hand import TIME, assert_true, gridded, wind_at, with_units

import geomndp as gn
from geomndp.data import load_winds


def in_knots(data: xr.Dataset) -> xr.Dataset:
    return with_units(data / (1852 / 3600), "knots")


def in_km_per_hour(data: xr.Dataset) -> xr.Dataset:
    return with_units(data * 3.6, "km h**-1")


def by_standard_name(data: xr.Dataset) -> xr.Dataset:
    data = data.rename(u10="a", v10="b")
    data["a"].attrs["standard_name"] = "eastward_wind"
    data["b"].attrs["standard_name"] = "northward_wind"
    return data


def of_copernicus(data: xr.Dataset) -> xr.Dataset:
    """The layout since 2024: a release for each time, and a member for all."""
    n = data.sizes["time"]
    beside = {"number": 0, "expver": ("time", np.array(["0001"] * (n - 1) + ["0005"]))}
    return data.assign_coords(beside).rename(time="valid_time").isel(latitude=slice(None, None, -1))


def of_two_releases(data: xr.Dataset) -> xr.Dataset:
    """The layout of before: an axis of releases, of which each lacks the times of the other."""
    first, last = data.isel(time=slice(1)), data.isel(time=slice(1, None))
    both = [part.reindex(time=data.time) for part in (first, last)]
    joined = xr.concat(both, xr.Variable("expver", [1, 5])).transpose("time", "expver", ...)
    return with_units(joined, "m s**-1")


def of_grib(data: xr.Dataset) -> xr.Dataset:
    """As cfgrib gives it, with a lead time of 6 h."""
    beside = {"step": np.timedelta64(6, "h"), "heightAboveGround": 10.0, "number": 0}
    shifted = data.assign_coords(time=data.time - np.timedelta64(6, "h"), **beside)
    return shifted.assign_coords(valid_time=("time", data.time.to_numpy()))


def of_one_forecast(data: xr.Dataset) -> xr.Dataset:
    steps = data.time.to_numpy() - TIME
    data = data.rename(time="step").assign_coords(step=steps, time=TIME)
    return data.assign_coords(valid_time=("step", TIME + steps))


LAYOUTS = {
    "plain": lambda data: data,
    "knots": in_knots,
    "km/h": in_km_per_hour,
    "standard-name": by_standard_name,
    "upper-case": lambda data: data.rename(u10="U10", v10="V10", latitude="LAT", longitude="LON"),
    "cmip": lambda data: data.rename(u10="uas", v10="vas", latitude="lat", longitude="lon"),
    "copernicus": of_copernicus,
    "two-releases": of_two_releases,
    "grib": of_grib,
    "forecast": of_one_forecast,
    "height-axis": lambda data: data.expand_dims(height=[10.0], axis=1),
    "swapped-axes": lambda data: data.transpose("longitude", "time", "latitude"),
    "descending": lambda data: data.isel(latitude=slice(None, None, -1)),
    "unsorted-times": lambda data: data.isel(time=[1, 0]),
    "from-360": lambda data: data.assign_coords(longitude=data.longitude + 360.0),
    "dimension-without-coordinate": lambda data: data.rename_dims(latitude="y", longitude="x"),
    "scattered": lambda data: data.isel(
        latitude=xr.DataArray([0, 1, 2], dims="station"),
        longitude=xr.DataArray([3, 1, 0], dims="station"),
    ),
    "one-place": lambda data: data.isel(latitude=1, longitude=2),
    "one-time": lambda data: data.isel(time=1),
    "one-row": lambda data: data.isel(latitude=[2]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_as_it_is(layout: str, tmp_path: Path):
    data = LAYOUTS[layout](gridded())
    data.to_netcdf(tmp_path / "winds.nc", engine="h5netcdf")
    loaded = load_winds(data)
    for winds in (loaded, load_winds(tmp_path / "winds.nc"), load_winds(loaded.dataset)):
        assert_true(winds)
        n = {"one-place": 1, "scattered": 3, "one-row": 4}.get(layout, 12)
        assert len(winds.places[0]) == n
        assert len(winds.times) == (1 if layout == "one-time" else 2)
        assert (np.diff(winds.dataset["latitude"]) > 0).all() or layout == "scattered"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.arange(0.0, 360.0, 90.0), [-90.0, 0.0, 90.0, 180.0]),
        (np.arange(-180.0, 180.0, 90.0), [-90.0, 0.0, 90.0, 180.0]),
        (np.arange(0.0, 361.0, 90.0), [-90.0, 0.0, 90.0, 180.0]),  # the first column twice
        ([350.0, 355.0, 0.0, 5.0], [-10.0, -5.0, 0.0, 5.0]),
        ([170.0, 175.0, -180.0, -175.0], [170.0, 175.0, 180.0, 185.0]),
        ([175.0, -175.0], [175.0, 185.0]),
        ([200.0, 190.0], [-170.0, -160.0]),
        ([-190.0], [170.0]),
        (np.array([5.9, 6.15], np.float32), [5.9, 6.15]),
    ],
)
def test_longitudes_run_to_the_east(given: Any, expected: list[float]):
    winds = load_winds(gridded(longitude=given).assign_coords(longitude=np.asarray(given)))
    assert winds.dataset["longitude"].to_numpy().tolist() == expected
    if np.asarray(given).dtype == np.float64:
        assert_true(winds)


def test_packed_integers_and_missing_values(tmp_path: Path):
    data = gridded()
    data["u10"][0, 0, 0] = np.nan
    packing = {"dtype": "int16", "scale_factor": 0.01, "add_offset": 1.0, "_FillValue": -32767}
    data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf", encoding=dict.fromkeys(data, packing))
    winds = load_winds(tmp_path / "a.nc")
    wind = winds.wind()
    assert np.argwhere(np.isnan(wind)).tolist() == [[0, 0, 0]]
    np.testing.assert_allclose(wind[1], wind_at(6.0, *winds.places), atol=0.0051)


def test_classic_netcdf(tmp_path: Path):
    gridded().to_netcdf(tmp_path / "a.nc", engine="scipy")
    assert_true(load_winds(tmp_path / "a.nc"))


@pytest.mark.parametrize("chunks", [None, {}, {"time": 1}])
def test_many_files_are_joined_in_time(tmp_path: Path, chunks: Any):
    for day in (2, 0, 1):
        data = of_copernicus(gridded(hours=[24 * day, 24 * day + 6]))
        land = data.u10.dims, np.ones(data.u10.shape), {"units": "(0 - 1)"}
        data.assign(lsm=land).to_netcdf(tmp_path / f"era5_{day}.nc", engine="h5netcdf")
    winds = load_winds(str(tmp_path / "era5_*.nc"), chunks=chunks)
    assert len(winds.times) == 6
    assert winds.covariates == ("land_area_fraction",)
    assert (winds.dataset["eastward_wind"].chunks is None) == (chunks is None)
    assert_true(winds)


def test_components_in_files_of_their_own(tmp_path: Path):
    data = gridded()
    for name in data:
        in_knots(data[[name]]).to_netcdf(tmp_path / f"{name}.nc", engine="h5netcdf")
    assert_true(load_winds([tmp_path / "v10.nc", tmp_path / "u10.nc"]))


def test_an_ensemble_keeps_its_members():
    data = xr.concat([gridded(), gridded()], xr.Variable("number", [3, 7])).transpose(..., "number")
    winds = load_winds(with_units(data, "m s-1"))
    assert winds.dataset["member"].to_numpy().tolist() == [3, 7]
    assert winds.wind().shape == (4, 12, 2)
    assert_true(winds)


def test_orography_and_land_become_covariates(tmp_path: Path):
    data = gridded()
    land = ("longitude", "latitude"), np.arange(12.0).reshape(4, 3), {"units": "%"}
    height = data.u10.dims, np.full(data.u10.shape, 9.80665 * 500), {"units": "m**2 s**-2"}
    own = load_winds(data.assign(sftlf=land, z=height))
    beside = xr.Dataset({"sftlf": land, "z": height}, data.coords)
    beside.pad(longitude=2).assign_coords(longitude=np.arange(18.0, 26.0)).to_netcdf(
        tmp_path / "static.nc", engine="h5netcdf"
    )
    other = load_winds(data, covariates=tmp_path / "static.nc")
    scattered = load_winds(LAYOUTS["scattered"](data), covariates=beside)
    expected = np.stack([np.full(12, 0.5), np.arange(12.0).reshape(4, 3).T.ravel() / 100], -1)
    for winds in (own, other):
        assert winds.covariates == ("surface_altitude", "land_area_fraction")
        np.testing.assert_allclose(np.asarray(winds.covariate_values()), expected)
    np.testing.assert_allclose(
        np.asarray(scattered.covariate_values()), expected.reshape(3, 4, 2)[[0, 1, 2], [3, 1, 0]]
    )
    fields = own.fields(gn.data.UnitSphere())
    assert fields.covariates is not None
    assert fields.covariates.shape == (2, 12, 2)


def test_a_file_in_one_piece_is_read_field_by_field(tmp_path: Path):
    data = xr.concat([gridded(hours=range(8))] * 2, xr.Variable("number", [0, 1]))
    data = with_units(data.transpose("number", "time", ...), "m s-1")
    data.to_netcdf(tmp_path / "whole.nc", engine="h5netcdf")
    sizes = {name: {"chunksizes": (2, 4, 3, 4)} for name in data}
    data.to_netcdf(tmp_path / "pieces.nc", engine="h5netcdf", encoding=sizes)
    for name, members, times in (("whole", (1, 1), 8 * (1,)), ("pieces", (2,), (4, 4))):
        winds = load_winds(tmp_path / f"{name}.nc", chunks={})
        assert winds.dataset["eastward_wind"].chunks == (members, times, (3,), (4,))
        assert_true(winds)


def test_zarr_with_dask_reads_nothing_before_it_is_wanted(tmp_path: Path):
    gridded(hours=range(8)).chunk(time=2).to_zarr(tmp_path / "a.zarr", consolidated=False)
    winds = load_winds(tmp_path / "a.zarr", chunks={})
    assert winds.dataset["eastward_wind"].chunks[0] == (2, 2, 2, 2)
    assert_true(winds.between(TIME + np.timedelta64(3, "h"), TIME + np.timedelta64(5, "h")))
    assert_true(load_winds(tmp_path / "a.zarr"))


def test_the_archive_of_era5(tmp_path: Path):
    """A store of its layout: north to south, from 0 to 360, with times that are not filled yet."""
    axes = np.arange(90.0, -91.0, -30.0), np.arange(0.0, 360.0, 30.0)
    data = gridded(*axes, hours=range(6)).astype(np.float32)
    data = with_units(data.where(data.time < data.time[4]), "m s**-1")
    names = {"u10": "10m_u_component_of_wind", "v10": "10m_v_component_of_wind"}
    place, level = ("latitude", "longitude"), ("level", "time", "latitude", "longitude")
    data = data.rename(names).assign(
        geopotential_at_surface=(place, np.full((7, 12), 98.0665), {"units": "m**2 s**-2"}),
        land_sea_mask=(place, np.ones((7, 12)), {"units": "(0 - 1)"}),
        u_component_of_wind=(level, np.zeros((2, 6, 7, 12)), {"units": "m s**-1"}),
    )
    data.attrs = {"valid_time_start": "2024-02-28", "valid_time_stop": str(data.time.values[3])}
    data.chunk(time=1).to_zarr(tmp_path / "era5.zarr", consolidated=False)
    winds = gn.data.load_arco_era5(tmp_path / "era5.zarr")
    assert len(winds.times) == 4
    assert winds.dataset["eastward_wind"].chunks[0] == (1, 1, 1, 1)
    assert_true(winds, atol=2e-5)
    np.testing.assert_allclose(np.asarray(winds.covariate_values()), np.tile([0.01, 1.0], (62, 1)))
    part = gn.data.load_arco_era5(
        tmp_path / "era5.zarr",
        start="2024-02-28T02",
        end="2024-02-28T02",
        region=gn.data.Region(south=0.0, north=60.0, west=-60.0, east=30.0),
    )
    assert part.dataset["longitude"].to_numpy().tolist() == [-60.0, -30.0, 0.0, 30.0]
    gn.data.save_winds(part, tmp_path / "part.nc")
    for winds in (part, load_winds(tmp_path / "part.nc")):
        assert_true(winds, atol=2e-5)
        assert winds.covariates == ("surface_altitude", "land_area_fraction")
