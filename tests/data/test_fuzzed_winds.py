"""Winds written down in random layouts mean what they meant."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from winds_by_hand import assert_true, gridded, with_units

from geomndp.data import WindFileError, load_winds, save_winds

NAMES = [
    ("u10", "v10"),
    ("uas", "vas"),
    ("eastward_wind", "northward_wind"),
    ("U", "V"),
    ("p", "q"),
]
UNITS = {"m s-1": 1.0, "m s**-1": 1.0, "knots": 3600 / 1852, "km/h": 3.6, "cm s-1": 100.0}
PLACES = [("latitude", "longitude"), ("lat", "lon"), ("LAT", "LON"), ("y", "x")]
FAULTS = ["units", "names", "time", "latitude", "duplicate", "level"]


def random_layout(rng: np.random.Generator) -> xr.Dataset:
    """The same winds, under names, in units, in an order and with numbers of any kind."""
    n_latitudes, n_longitudes, n_times = rng.integers(1, 6, 3)
    latitude = np.sort(rng.choice(np.arange(-900, 901), n_latitudes, replace=False) / 10.0)
    start = rng.integers(-180, 180)
    longitude = start + np.sort(rng.choice(np.arange(1, 350), n_longitudes, replace=False))
    data = gridded(latitude, longitude.astype(float), np.sort(rng.choice(99, n_times, False)))
    winding = rng.choice([0.0, 360.0])  # longitudes from -180, or from 0
    lowest = -180.0 if winding == 0.0 else 0.0
    data = data.assign_coords(longitude=(data.longitude - lowest) % 360.0 + lowest)
    for name, values in data.sizes.items():
        data = data.isel({name: rng.permutation(values)})
    units = str(rng.choice(list(UNITS)))
    data = with_units(data * UNITS[units], units)
    u, v = NAMES[rng.integers(len(NAMES))]
    if (u, v) == ("p", "q"):
        data["u10"].attrs["standard_name"] = "eastward_wind"
        data["v10"].attrs["standard_name"] = "northward_wind"
    places = PLACES[rng.integers(len(PLACES))]
    data = data.rename(u10=u, v10=v, latitude=places[0], longitude=places[1])
    if places == ("y", "x"):
        data["y"].attrs["standard_name"], data["x"].attrs["standard_name"] = "latitude", "longitude"
    if rng.random() < 0.3:
        data = data.rename(time="valid_time")
    if rng.random() < 0.3:
        data = data.expand_dims(height=[10.0], axis=int(rng.integers(4)))
    if rng.random() < 0.3:
        data = data.assign_coords(number=0, expver="0001", surface=0.0)
    axes = list(map(str, data.dims))
    return data.transpose(*rng.permutation(axes).tolist())


def random_encoding(data: xr.Dataset, rng: np.random.Generator) -> dict[str, Any]:
    packed = {"dtype": "int32", "scale_factor": 2e-6, "add_offset": 3.0, "_FillValue": -(2**31)}
    return dict.fromkeys(map(str, data.data_vars), packed) if rng.random() < 0.5 else {}


@pytest.mark.parametrize("seed", range(25))
def test_any_layout_is_read_as_it_is_and_written_back(seed: int, tmp_path: Path):
    rng = np.random.default_rng(seed)
    data = random_layout(rng)
    data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf", encoding=random_encoding(data, rng))
    winds = load_winds(tmp_path / "a.nc")
    assert winds.dataset["eastward_wind"].size == data[next(iter(data.data_vars))].size
    assert_true(winds, atol=3e-6)
    save_winds(winds, tmp_path / "b.nc")
    xr.testing.assert_identical(
        load_winds(tmp_path / "b.nc").dataset.drop_attrs(), winds.dataset.drop_attrs()
    )


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("seed", range(3))
def test_a_fault_in_any_layout_is_found(fault: str, seed: int):
    data = random_layout(np.random.default_rng(seed))
    time = "valid_time" if "valid_time" in data.dims else "time"
    latitude = next(n for n, _ in PLACES if n in data.dims)
    u, v = data.data_vars
    faulty = {
        "units": lambda: data.assign({u: data[u].assign_attrs(units="")}),
        "names": lambda: data.rename({u: "a", v: "b"}).map(
            lambda d: d.drop_attrs(), keep_attrs=False
        ),
        "time": lambda: data.assign_coords({time: np.arange(data.sizes[time])}),
        "latitude": lambda: data.assign_coords({latitude: data[latitude] + 181.0}),
        "duplicate": lambda: data.isel({time: [0, 0]}),
        "level": lambda: data.expand_dims(level=[1, 2]),
    }[fault]()
    with pytest.raises(WindFileError, match=r"dataset: expected .*(got|;)"):
        load_winds(faulty)
    load_winds(data)
