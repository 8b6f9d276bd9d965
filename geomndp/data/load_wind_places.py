"""Loading of the places of a grid, whatever stands on it."""

import os

import numpy as np
from numpy.typing import ArrayLike

from geomndp.data.errors import WindFileError
from geomndp.data.open_winds import open_winds, require_xarray
from geomndp.data.wind_axes import plain_axes
from geomndp.data.wind_ensemble import wind_ensemble
from geomndp.data.winds import Winds


def load_wind_places(path: str | os.PathLike[str], *, time: ArrayLike | None = None) -> Winds:
    """The places of a file, as calms at one time, for winds to be told at.

    Any file with latitudes and longitudes will do, with winds or without.

    Arguments:
        path: NetCDF, Zarr or GRIB, or the address of a Zarr store.
        time: The time, UTC; the first one of the file when left out.

    Raises:
        WindFileError: If there are no such places, or no time is known.
        ImportError: If xarray, or what reads the file, is not installed.

    Example:
        >>> import pathlib, tempfile, geomndp as gn, xarray as xr
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "grid.nc"
        >>> grid = xr.Dataset(coords={"lat": [51.0, 50.0], "lon": [8.0, 9.0, 10.0]})
        >>> grid.to_netcdf(path, engine="h5netcdf")
        >>> gn.data.load_wind_places(path, time="2024-01-01T06")
        Winds(1 member, 1 time 2024-01-01T06:00, 2 x 3 latitudes and longitudes)
    """
    require_xarray()
    path = os.fspath(path)
    with open_winds(path, all_fields=False) as dataset:
        plain = plain_axes(dataset, path)
        places = [plain[name].to_numpy() for name in ("latitude", "longitude")]
        times = plain["time"].to_numpy() if "time" in plain.coords else np.array([])
    if time is None and not times.size:
        raise WindFileError(f"{path}: expected a time, got none; give the time")
    first = np.ravel(times)[0] if time is None else np.asarray(time, "datetime64[ns]")
    shape = (len(places[0]),) if "point" in plain.dims else tuple(map(len, places))
    return wind_ensemble(np.zeros((1, 1, *shape, 2)), first.reshape(1), *places)
