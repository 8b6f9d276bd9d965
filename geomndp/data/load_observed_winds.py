"""Reading of the observations that a file of winds has beside."""

import os

import numpy as np

from geomndp.data.errors import WindFileError
from geomndp.data.open_winds import open_winds, reading_errors, require_xarray, unreadable
from geomndp.data.wind_names import WIND
from geomndp.data.wind_observations import WindObservations
from geomndp.fields import Quantity

_OBSERVED = "observed_"


def load_observed_winds(path: str | os.PathLike[str]) -> WindObservations | None:
    """What was observed beside winds of a file, as `save_winds` writes it; None if nothing is.

    Arguments:
        path: NetCDF or Zarr.

    Raises:
        WindFileError: If the file cannot be read, or has a part of the observations alone.
        ImportError: If xarray, or what reads the file, is not installed.

    Example:
        >>> import pathlib, tempfile, numpy as np, geomndp as gn
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "posterior.nc"
        >>> winds = gn.data.wind_ensemble(np.ones((4, 1, 1, 2)), ["2024-01-01"], [50.0], [8.0])
        >>> seen = gn.data.WindObservations([50.5], [8.5], [[3.0, 4.0]], error=[0.5])
        >>> gn.data.save_winds(winds, path, observations=seen)
        >>> gn.data.load_observed_winds(path)
        WindObservations(1 wind, with errors)
    """
    require_xarray()
    path = os.fspath(path)
    with open_winds(path) as dataset:
        found = {str(name): variable for name, variable in dataset.variables.items()}
        wind = [_OBSERVED + name for name in WIND]
        if not set(wind) & set(found):
            return None
        needed = [*wind, "observation_latitude", "observation_longitude"]
        missing = [name for name in needed if name not in found]
        if missing:
            raise WindFileError(
                f"{path}: expected observations as save_winds writes them, got none of "
                f"{', '.join(missing)}"
            )
        beside = [n for n in found if n.startswith(_OBSERVED) and n not in wind]
        quantities = [
            Quantity(
                name.removeprefix(_OBSERVED),
                str(found[name].attrs.get("units", "1")),
                str(found[name].attrs.get("standard_name", "")),
            )
            for name in beside
        ]
        optional = ["observation_error", "observation_time", "observation_station"]
        try:
            values = {n: found[n].to_numpy() for n in [*needed, *beside, *optional] if n in found}
            east, north, latitude, longitude = (values[name] for name in needed)
            return WindObservations(
                latitude,
                longitude,
                np.stack([east, north], -1),
                error=values.get("observation_error"),
                time=values.get("observation_time"),
                station=values.get("observation_station"),
                quantities=quantities,
                scalars=np.stack([values[name] for name in beside], -1) if beside else None,
            )
        except reading_errors() as error:
            raise unreadable(path, error) from error
