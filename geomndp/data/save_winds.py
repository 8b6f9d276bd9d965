"""Writing of winds in NetCDF and Zarr."""

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geomndp.data.atomic_write import atomic_path
from geomndp.data.cf_attributes import CF_ATTRIBUTES, with_cf_attributes
from geomndp.data.wind_names import WIND
from geomndp.data.wind_observations import WindObservations
from geomndp.data.wind_scalars import attributes_of
from geomndp.data.winds import Winds

if TYPE_CHECKING:
    import xarray

_OBSERVED = ("observation_time", "observation_latitude", "observation_longitude")
_SECONDS = {
    "units": "seconds since 1970-01-01",
    "calendar": "proleptic_gregorian",
    "dtype": "int64",
}


def save_winds(
    winds: Winds,
    path: str | os.PathLike[str],
    *,
    observations: WindObservations | None = None,
    title: str = "",
) -> None:
    """Write winds, in NetCDF or Zarr with the attributes of the CF conventions, version 1.8.

    `load_winds` reads them back as they were. Observations stand beside, along an axis of their
    own: `observed_eastward_wind`, `observed_northward_wind` and, if known, `observation_error`, the
    standard deviation of the error of a component; and what was observed beside winds, such as
    `observed_msl`.

    Arguments:
        winds: The winds, of an ensemble or not.
        path: The file, or with the ending `.zarr` the folder. What was there is replaced, once the
            new one is whole.
        observations: What was observed.
        title: What the file says of itself.

    Raises:
        FileNotFoundError: If the folder that it is to be in does not exist.
        ImportError: If what writes it is not installed.

    Example:
        >>> import pathlib, tempfile, numpy as np, geomndp as gn
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "posterior.nc"
        >>> axes = ["2024-01-01"], [50.0, 51.0], [8.0, 9.0, 10.0]
        >>> winds = gn.data.wind_ensemble(np.ones((4, 1, 2, 3, 2)), *axes)
        >>> gn.data.save_winds(winds, path)
        >>> gn.data.load_winds(path)
        Winds(4 members, 1 time 2024-01-01T00:00, 2 x 3 latitudes and longitudes)
    """
    path = Path(path)
    beside = [quantity.name for quantity in winds.quantities]
    dataset = with_cf_attributes(winds.dataset[[*WIND, *beside, *winds.covariates]])
    dataset = dataset if observations is None else dataset.assign(_beside(observations))
    if observations is not None:
        there = [name for name in _OBSERVED if name in dataset]
        dataset = dataset.set_coords(there)
    encoding: dict[str, dict[str, Any]] = {}
    for name, variable in dataset.variables.items():
        name = str(name)
        variable.encoding = {}
        if name in dataset.coords:
            encoding[name] = {"_FillValue": None}  # which coordinates may not have
        elif variable.dtype.kind == "f":
            encoding[name] = {"_FillValue": np.array(np.nan, variable.dtype)[()]}
        if variable.dtype.kind == "M":
            encoding[name] = {**encoding.get(name, {}), **_SECONDS}
    dataset.attrs = {"Conventions": "CF-1.8", "source": "geomndp"}
    if title:
        dataset.attrs["title"] = title
    with atomic_path(path) as draft, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on Zarr formats still to be settled
        if path.suffix == ".zarr":
            _in_even_pieces(dataset).to_zarr(draft, encoding=encoding, mode="w")
        else:
            dataset.to_netcdf(draft, engine="h5netcdf", encoding=encoding)


def _in_even_pieces(dataset: "xarray.Dataset") -> "xarray.Dataset":
    """With pieces of dask of one size, as Zarr has them; a part of other data may have others."""
    pieces = dataset.unify_chunks().chunks
    if not pieces:
        return dataset
    return dataset.chunk({axis: max(sizes) for axis, sizes in pieces.items()})


def _beside(seen: WindObservations) -> dict[str, "xarray.Variable"]:
    """Observations as variables along an axis of their own."""
    import xarray as xr

    def variable(values: np.ndarray, **attributes: str) -> xr.Variable:
        return xr.Variable("observation", values, attributes)

    beside = {
        f"observed_{name}": variable(
            seen.wind[:, i],
            standard_name=name,
            units="m s-1",
            long_name=f"observed {CF_ATTRIBUTES[name]['long_name']}",
        )
        for i, name in enumerate(WIND)
    }
    for i, quantity in enumerate(seen.quantities):
        attributes = {**attributes_of(quantity), "long_name": f"observed {quantity.name}"}
        beside[f"observed_{quantity.name}"] = variable(seen.scalars[:, i], **attributes)
    for place, values in (("latitude", seen.latitude), ("longitude", seen.longitude)):
        attributes = {k: v for k, v in CF_ATTRIBUTES[place].items() if k != "axis"}
        beside[f"observation_{place}"] = variable(values, **attributes)
    if seen.error is not None:
        error = "standard deviation of the error of an observed component"
        beside["observation_error"] = variable(seen.error, units="m s-1", long_name=error)
    if seen.time is not None:
        beside["observation_time"] = variable(seen.time, standard_name="time")
    if seen.station is not None:
        beside["observation_station"] = variable(np.array(seen.station), long_name="station")
    return beside
