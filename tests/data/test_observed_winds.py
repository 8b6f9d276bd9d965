"""Observations that are written beside winds, and read again."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from winds_by_hand import gridded

import geomndp as gn
from geomndp.data import (
    WindFileError,
    WindObservations,
    load_observed_winds,
    load_winds,
    save_winds,
)

PLACES = [50.0, -89.9], [8.0, 190.0]
PRESSURE = gn.fields.Quantity("msl", "Pa", "air_pressure_at_mean_sea_level")
MASS = gn.fields.Quantity("ozone", "1")
SEEN = {
    "winds": WindObservations(*PLACES, [[3.0, 4.0], [-5.0, 0.5]]),
    "all": WindObservations(
        *PLACES, [[3.0, 4.0], [-5.0, 0.5]], [0.5, 1.0], ["2024-02-28T00", "2024-02-28T06:30"],
        ["Köln", "pole"],
    ),
    "scalars": WindObservations(
        *PLACES, [[3.0, 4.0], [np.nan, np.nan]], quantities=[PRESSURE, MASS],
        scalars=[[np.nan, 0.1], [101300.0, np.nan]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".nc", ".zarr"])
@pytest.mark.parametrize("kind", SEEN)
def test_what_is_written_is_read_back(kind: str, suffix: str, tmp_path: Path):
    path, seen = tmp_path / f"a{suffix}", SEEN[kind]
    save_winds(load_winds(gridded()), path, observations=seen)
    back = load_observed_winds(path)
    assert back is not None
    for name in ("latitude", "longitude", "wind", "error", "time", "scalars"):
        expected, found = getattr(seen, name), getattr(back, name)
        assert (found is None) == (expected is None)
        if expected is not None:
            np.testing.assert_array_equal(found, expected)
    assert (back.station, back.quantities) == (seen.station, seen.quantities)
    assert len(load_winds(path).times) == 2  # which are still read as they were


def test_winds_without_observations(tmp_path: Path):
    save_winds(load_winds(gridded()), tmp_path / "a.nc")
    assert load_observed_winds(tmp_path / "a.nc") is None


def test_observations_without_places(tmp_path: Path):
    save_winds(load_winds(gridded()), tmp_path / "a.nc", observations=SEEN["winds"])
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as data:
        data.drop_vars("observation_latitude").to_netcdf(tmp_path / "b.nc", engine="h5netcdf")
    with pytest.raises(WindFileError, match="got none of observation_latitude"):
        load_observed_winds(tmp_path / "b.nc")


def test_observations_that_are_none(tmp_path: Path):
    save_winds(load_winds(gridded()), tmp_path / "a.nc", observations=SEEN["winds"])
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as data:
        data["observation_latitude"] = data["observation_latitude"] + 100.0
        data.to_netcdf(tmp_path / "b.nc", engine="h5netcdf")
    with pytest.raises(WindFileError, match="b.nc: .*expected a latitude from -90 to 90"):
        load_observed_winds(tmp_path / "b.nc")
