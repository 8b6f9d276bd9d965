"""ERA5 from its public archive in Zarr."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from geomndp.data.load_winds import load_winds
from geomndp.data.open_winds import open_winds, require_xarray
from geomndp.data.region import Region
from geomndp.data.winds import Winds

ARCO_ERA5 = "gs://gcp-public-data-arco-era5/ar/full_37-1h-0p25deg-chunk-1.zarr-v3"
"""Address of ERA5 at 0.25 degrees, hourly from 1940, in Google's public archive."""

_COMPONENTS = ("10m_u_component_of_wind", "10m_v_component_of_wind")
_COVARIATES = ("geopotential_at_surface", "land_sea_mask")


def load_arco_era5(
    source: str | os.PathLike[str] = ARCO_ERA5,
    *,
    start: Any = None,
    end: Any = None,
    region: Region | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> Winds:
    """Winds at 10 m of ERA5, from its public archive "analysis-ready, cloud-optimised".

    Nothing but axes is read at once: dask reads the rest when it is wanted, an hour of the globe,
    8 MB, at a time. The times to which the archive says that it is not filled yet are left out.
    Orography and the land-sea mask are covariates where the archive has them. The source is
    Carver and Merose (2023), *ARCO-ERA5: an analysis-ready cloud-optimized reanalysis dataset*;
    reading it over the network takes the package gcsfs.

    Arguments:
        source: Address or folder of the archive, or of a copy of a part of it.
        start: First time wanted, as numpy's datetime64 takes it.
        end: Last time wanted.
        region: The part of the globe wanted.
        storage_options: What the file system of an address needs; anonymous access when left out.

    Raises:
        WindFileError: If there is no such archive, or it cannot be read.
        ValueError: If it has no such time or place.
        ImportError: If xarray, zarr, dask or what reads the address is not installed.

    Example:
        >>> import pathlib, tempfile, numpy as np, xarray as xr, geomndp as gn
        >>> axes = {"time": np.datetime64("2024-01-01", "ns") + 3600 * 10**9 * np.arange(3),
        ...         "latitude": [50.25, 50.0], "longitude": [0.0, 0.25]}
        >>> u = (tuple(axes), np.ones((3, 2, 2), np.float32), {"units": "m s**-1"})
        >>> names = "10m_u_component_of_wind", "10m_v_component_of_wind"
        >>> store = pathlib.Path(tempfile.mkdtemp()) / "copy.zarr"
        >>> _ = xr.Dataset(dict.fromkeys(names, u), axes).to_zarr(store, consolidated=False)
        >>> gn.data.load_arco_era5(store, end="2024-01-01T01")
        Winds(2 times 2024-01-01T00:00 to 2024-01-01T01:00, 2 x 2 latitudes and longitudes)
    """
    require_xarray()
    if storage_options is None and os.fspath(source).startswith("gs://"):
        storage_options = {"token": "anon"}
    archive = open_winds(os.fspath(source), chunks={}, storage_options=storage_options)
    wanted = [name for name in (*_COMPONENTS, *_COVARIATES) if name in archive]
    filled = archive.attrs.get("valid_time_start"), archive.attrs.get("valid_time_stop")
    part = archive[wanted].sel(time=slice(*filled)) if "time" in archive.dims else archive[wanted]
    winds = load_winds(part, names=_COMPONENTS, chunks={})
    if start is not None or end is not None:
        first = winds.times[0] if start is None else np.datetime64(start)
        winds = winds.between(first, winds.times[-1] if end is None else np.datetime64(end))
    return winds if region is None else winds.within(region)
