"""Winds of ERA5 and of a global forecast, where the files are there."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import geomndp as gn
from geomndp.data import load_winds

FILES = {
    "winds_era5_bay_of_bengal.nc": (30, 61 * 73),
    "winds_era5_germany.nc": (24, 32 * 37),
    "winds_era5_bangladesh.nc": (16, 37 * 29),
    "winds_gfs_global_1deg.nc": (10, 179 * 360 + 2),
}


@pytest.fixture
def path(request: pytest.FixtureRequest, shared_data: Path) -> Path:
    path = shared_data / request.param
    if not path.is_file():
        pytest.skip(f"no file {path}")
    return path


@pytest.mark.parametrize(("path", "size"), FILES.items(), indirect=["path"])
def test_files_are_read_and_written_back(path: Path, size: tuple[int, int], tmp_path: Path):
    winds = load_winds(path)
    assert winds.wind().shape == (*size, 2)
    raw = xr.open_dataset(path)
    for latitude, longitude in [(52.05, 10.15), (20.0, 88.5), (-33.0, 179.0), (10.0, -170.0)]:
        place = {"latitude": latitude, "longitude": longitude}
        if not raw.latitude.min() <= latitude <= raw.latitude.max():
            continue
        if not raw.longitude.min() <= longitude <= raw.longitude.max():
            continue
        mine = winds.dataset.sel(place, method="nearest")
        theirs = raw.sel(place, method="nearest")
        np.testing.assert_array_equal(mine["eastward_wind"], theirs["u10"])
        np.testing.assert_array_equal(mine["northward_wind"], theirs["v10"])
    gn.data.save_winds(winds, tmp_path / "a.nc")
    xr.testing.assert_identical(
        load_winds(tmp_path / "a.nc").dataset.drop_attrs(), winds.dataset.drop_attrs()
    )


@pytest.mark.parametrize("path", ["winds_gfs_global_1deg.nc"], indirect=True)
def test_the_wind_at_a_pole_is_one_vector(path: Path):
    """All longitudes of a pole, each by its own meridian, say the same within the packing."""
    pole = load_winds(path).dataset.isel(time=0, latitude=-1)
    latitude = np.full(360, 90.0)
    wind = np.stack([pole["eastward_wind"], pole["northward_wind"]], -1)
    vectors = gn.data.UnitSphere().vectors(latitude, pole["longitude"].to_numpy(), wind)
    assert np.abs(vectors - vectors.mean(0)).max() < 0.3
    assert np.abs(wind).max() > 1.0


@pytest.mark.parametrize("path", ["winds_gfs_global_1deg.nc"], indirect=True)
def test_batches_of_the_globe_and_of_patches(path: Path):
    winds = load_winds(path)
    batch = next(gn.data.wind_batches(
        winds, gn.data.UnitSphere(), n_points=300, batch_size=4, seed=0
    ))  # fmt: skip
    x, y = np.asarray(batch.x), np.asarray(batch.y)
    assert np.abs((x * y).sum(-1)).max() < 1e-5
    assert 1.0 < np.sqrt((y**2).sum(-1).mean()) < 15.0
    patch = next(gn.data.wind_batches(
        winds, gn.data.AzimuthalEqualArea, n_points=50, batch_size=4, seed=0, radius_km=1000.0
    ))  # fmt: skip
    assert np.linalg.norm(patch.x, axis=-1).max() <= 1000.0
