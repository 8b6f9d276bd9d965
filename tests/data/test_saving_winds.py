"""Winds that the library writes, and what others read there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from earth_coordinates_cases import EARTH_COORDINATES
from winds_by_hand import HOUR, TIME, assert_true, frame_at, gridded, wind_at

import geomndp as gn
from geomndp.data import load_winds, save_winds, wind_ensemble, wind_ensemble_like

SUFFIXES = pytest.mark.parametrize("suffix", [".nc", ".zarr"])
HOURS = np.array([0, 6])
OBSERVATIONS = gn.data.WindObservations(
    [50.0, -89.9], [8.0, 190.0], [[3.0, 4.0], [-5.0, 0.5]], [0.5, 1.0],
    ["2024-02-28T00", "2024-02-28T06:30"], ["Köln", "pole"],
)  # fmt: skip


def opened(path: Path) -> xr.Dataset:
    """What a user of xarray sees, without settings of the library."""
    return xr.open_dataset(path, engine="zarr" if path.suffix == ".zarr" else "netcdf4").load()


def ensemble(places: str, dtype: Any = np.float64) -> gn.data.Winds:
    """Three members, alike, on a grid around the globe or at points around it."""
    latitude, longitude = np.array([-90.0, -45, 0, 60, 90]), np.arange(0.0, 360.0, 45.0)
    if places == "points":
        latitude, longitude = np.linspace(-90, 90, 40), np.linspace(-180, 360, 40)
        wind = wind_at(HOURS[:, None], latitude, longitude)
    else:
        wind = wind_at(HOURS[:, None, None], latitude[:, None], longitude)
    wind = np.stack([wind] * 3).astype(dtype)
    return wind_ensemble(wind, TIME + HOURS * HOUR, latitude, longitude)


@SUFFIXES
@pytest.mark.parametrize("places", ["grid", "points"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_written_is_read_back(suffix: str, places: str, dtype: Any, tmp_path: Path):
    winds = ensemble(places, dtype)
    path = tmp_path / f"winds{suffix}"
    save_winds(winds, path, observations=OBSERVATIONS)
    back = load_winds(path)
    xr.testing.assert_identical(back.dataset.drop_attrs(), winds.dataset.drop_attrs())
    assert back.dataset["eastward_wind"].dtype == dtype
    assert list(tmp_path.iterdir()) == [path]
    assert_true(back, atol=1e-5)


@SUFFIXES
@pytest.mark.parametrize("places", ["grid", "points"])
def test_attributes_are_those_of_the_conventions(suffix: str, places: str, tmp_path: Path):
    path = tmp_path / f"winds{suffix}"
    save_winds(ensemble(places), path, observations=OBSERVATIONS, title="A test")
    data = opened(path)
    assert data.attrs["Conventions"] == "CF-1.8"
    assert data.attrs["title"] == "A test"
    axes = ("latitude", "longitude") if places == "grid" else ("point",)
    for name in ("eastward_wind", "northward_wind"):
        assert data[name].dims == ("member", "time", *axes)
        assert (data[name].attrs["standard_name"], data[name].attrs["units"]) == (name, "m s-1")
        assert {"latitude", "longitude", "time", "member"} <= set(data[name].coords)
    assert data["latitude"].attrs["units"] == "degrees_north"
    assert data["longitude"].attrs["units"] == "degrees_east"
    assert data["time"].to_numpy().tolist() == (TIME + HOURS * HOUR).tolist()
    for name in data.coords:
        assert "_FillValue" not in data[name].encoding
    seen = data["observed_eastward_wind"]
    assert seen.dims == ("observation",)
    assert seen.to_numpy().tolist() == [3.0, -5.0]
    assert seen["observation_longitude"].to_numpy().tolist() == [8.0, -170.0]
    assert seen["observation_latitude"].to_numpy().tolist() == [50.0, -89.9]
    assert str(seen["observation_time"].to_numpy()[1]).startswith("2024-02-28T06:30")
    assert data["observation_error"].to_numpy().tolist() == [0.5, 1.0]
    assert data["observation_station"].to_numpy().tolist() == ["Köln", "pole"]


@pytest.mark.parametrize("name", ["globe", "equal-area-pole", "equidistant"])
@pytest.mark.parametrize("direction", [270.0, 180.0])
def test_a_wind_keeps_its_way_through_a_model_and_a_file(
    name: str, direction: float, tmp_path: Path
):
    """At every longitude, up to the poles: a west wind blows to the east, and so on."""
    coordinates = EARTH_COORDINATES[name]
    axes = [-88.0, -60.0, 0.0, 60.0, 89.0, 89.999], np.arange(0.0, 360.0, 10.0)
    grid = load_winds(gridded(*axes))
    latitude, _ = grid.places
    wind = np.tile(gn.data.from_direction([10.0], [direction]), (len(latitude), 1))
    y = coordinates.vectors(*grid.places, wind)
    winds = wind_ensemble_like(grid, y[None], coordinates, "2024-06-01T12")
    save_winds(winds, tmp_path / "a.nc")
    data = opened(tmp_path / "a.nc")
    speed, back = gn.data.to_direction(np.stack([data.eastward_wind, data.northward_wind], -1))
    np.testing.assert_allclose(speed, 10.0)
    np.testing.assert_allclose(back, direction)
    lead = data["eastward_wind" if direction == 270.0 else "northward_wind"]
    np.testing.assert_allclose(lead, 10.0)


@pytest.mark.parametrize("name", ["globe", "equal-area-pole"])
def test_a_pole_has_one_wind_in_the_components_of_each_meridian(name: str):
    coordinates = EARTH_COORDINATES[name]
    north_only = name != "globe"  # the south pole is opposite the centre of the map
    grid = load_winds(gridded([0.0 if north_only else -90.0, 90.0], np.arange(0.0, 360.0, 30.0)))
    assert len(grid.places[0]) == (13 if north_only else 2)
    wind = wind_at(0.0, *grid.places)
    y = coordinates.vectors(*grid.places, wind)
    winds = wind_ensemble_like(grid, np.stack([y, y])[:, None], coordinates, ["2024-02-28T00"])
    hours = np.zeros((1, 1, 1))
    data = winds.dataset.isel(member=1)
    expected = wind_at(hours, data["latitude"].to_numpy()[:, None], data["longitude"].to_numpy())
    written = np.stack([data["eastward_wind"], data["northward_wind"]], -1)
    np.testing.assert_allclose(written, expected, atol=1e-12)


def test_ensembles_at_scattered_points():
    winds = ensemble("points")
    globe = gn.data.UnitSphere()
    y = globe.vectors(*winds.places, winds.wind().reshape(3, 2, 40, 2))
    again = wind_ensemble_like(winds, y, globe, winds.times)
    np.testing.assert_allclose(again.wind(), winds.wind(), atol=1e-12)
    tangent = np.einsum("...j,...ji->...i", winds.wind(), frame_at(*winds.places))
    np.testing.assert_allclose(y.reshape(6, 40, 3), tangent, atol=1e-12)


@SUFFIXES
@pytest.mark.parametrize("end", ["2024-02-28T15", "2024-02-28T23"])
def test_a_part_of_winds_that_dask_reads(suffix: str, end: str, tmp_path: Path):
    """In pieces that do not begin where those of the store do."""
    gridded(hours=range(24)).chunk(time=5).to_zarr(tmp_path / "all.zarr", consolidated=False)
    part = load_winds(tmp_path / "all.zarr", chunks={}).between("2024-02-28T10", end)
    save_winds(part, tmp_path / f"part{suffix}")
    back = load_winds(tmp_path / f"part{suffix}")
    np.testing.assert_array_equal(back.times, part.times)
    assert_true(back)


@SUFFIXES
def test_a_failed_write_leaves_what_was_there(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / f"winds{suffix}"
    save_winds(ensemble("grid"), path)

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    for method in ("to_netcdf", "to_zarr"):
        write = getattr(xr.Dataset, method)

        def half(self: xr.Dataset, draft: Path, *args: Any, write: Any = write, **options: Any):
            write(self, draft, *args, **options)
            fail()

        monkeypatch.setattr(xr.Dataset, method, half)
    with pytest.raises(OSError, match="no space left"):
        save_winds(ensemble("points"), path)
    with pytest.raises(FileNotFoundError, match="expected a folder"):
        save_winds(ensemble("points"), tmp_path / "none" / path.name)
    monkeypatch.undo()
    assert load_winds(path).is_grid
    assert list(tmp_path.iterdir()) == [path]
    save_winds(ensemble("points"), path)
    assert not load_winds(path).is_grid
    assert list(tmp_path.iterdir()) == [path]


def test_covariates_and_missing_values_are_kept(tmp_path: Path):
    data = gridded()
    data["u10"][0, 1] = np.nan
    land = (("latitude", "longitude"), np.full((3, 4), 0.25), {"units": "1"})
    height = (("latitude", "longitude"), np.full((3, 4), 120.0), {"units": "m"})
    winds = load_winds(data.assign(lsm=land, orog=height))
    save_winds(winds, tmp_path / "a.nc")
    back = load_winds(tmp_path / "a.nc")
    xr.testing.assert_identical(back.dataset.drop_attrs(), winds.dataset.drop_attrs())
    assert back.covariates == ("surface_altitude", "land_area_fraction")


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"expected wind of shape \(n_members, 1, 2, 2\)"):
        wind_ensemble(np.zeros((3, 1, 4, 2)), [TIME], [0.0, 1.0], [0.0, 1.0])
    with pytest.raises(ValueError, match="expected wind of shape"):
        wind_ensemble(np.zeros((3, 1, 1, 2), int), [TIME], [0.0], [0.0])
    grid = load_winds(gridded())
    with pytest.raises(ValueError, match=r"expected y of shape \(n_members, 12, dim_y\)"):
        wind_ensemble_like(grid, np.zeros((2, 11, 3)), gn.data.UnitSphere(), "2024-01-01")
