"""The axes of a file of winds, under whatever names and in whatever order, as those of `Winds`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from geomndp.data.errors import WindFileError

if TYPE_CHECKING:
    import xarray

PLACES = ("latitude", "longitude")
_LATITUDES = ("latitude", "lat", "latitudes", "nav_lat", "xlat")
_LONGITUDES = ("longitude", "lon", "lng", "long", "longitudes", "nav_lon", "xlong")
_TIMES = ("valid_time", "time", "datetime", "date")
_MEMBERS = ("member", "number", "realization", "ensemble", "ens", "ensemble_member")
_SAME_DATES = ("standard", "gregorian", "proleptic_gregorian", "noleap", "365_day")
"""Calendars of which every date is one of the standard calendar too."""


def plain_axes(dataset: "xarray.Dataset", source: str) -> "xarray.Dataset":
    """The dataset with latitude and longitude as axes, or both along one axis `point`.

    An axis of time is called `time`, one of ensemble members `member`; that of ERA5's two releases
    (`expver`) is gone, the first that has a value counts.

    Arguments:
        dataset: As a file has it.
        source: The file, for messages.

    Raises:
        WindFileError: If there are no such latitudes and longitudes, or times of another calendar.
    """
    if "expver" in dataset.dims:
        first, *others = (dataset.isel(expver=i, drop=True) for i in range(dataset.sizes["expver"]))
        for other in others:
            first = first.fillna(other)
        dataset = first
    dataset = _with_places(dataset, source)
    dataset = _with_times(dataset, source)
    member = next((name for name in _MEMBERS if name in dataset.dims), None)
    if member is not None:
        members = dataset[member].to_numpy()
        dataset = _with_axis(dataset, member, "member", {"member": members})
    kept = {*PLACES, "time", "member"}
    return dataset.drop_vars([name for name in dataset.coords if name not in kept])


def _with_places(dataset: "xarray.Dataset", source: str) -> "xarray.Dataset":
    names = [_find(dataset, _LATITUDES, "latitude"), _find(dataset, _LONGITUDES, "longitude")]
    if None in names:
        raise WindFileError(
            f"{source}: expected latitudes and longitudes, got the variables "
            f"{_listed(dataset.variables)}; rename them with Dataset.rename"
        )
    latitude, longitude = (dataset[name] for name in names)
    if max(latitude.ndim, longitude.ndim) > 1:
        raise WindFileError(
            f"{source}: expected latitudes and longitudes along one axis each, got "
            f"{latitude.name}{latitude.dims}, as of a projected or curvilinear grid; regrid it to "
            "latitudes and longitudes, or flatten it to points, with winds to the east and north"
        )
    values = {"latitude": _degrees(latitude, source), "longitude": _degrees(longitude, source)}
    dataset = dataset.drop_vars(names)
    if latitude.dims and latitude.dims == longitude.dims:
        return _with_axis(dataset, str(latitude.dims[0]), "point", values)
    for name, old in zip(PLACES, (latitude, longitude), strict=True):
        axis = str(old.dims[0]) if old.dims else name
        dataset = _with_axis(dataset, axis, name, {name: values[name]})
    return dataset


def _with_times(dataset: "xarray.Dataset", source: str) -> "xarray.Dataset":
    name = _find(dataset, _TIMES, "time")
    if name is None:
        return dataset
    time = dataset[name]
    if time.ndim > 1:
        dataset = dataset.squeeze([d for d in time.dims if dataset.sizes[d] == 1], drop=True)
        time = time.squeeze()
    if time.ndim > 1:
        raise WindFileError(
            f"{source}: expected one axis of time, got {name} along {_listed(time.dims)}; choose "
            f"one lead time, for example by dataset.isel({time.dims[-1]}=0)"
        )
    axis = str(time.dims[0]) if time.dims else name
    dataset = dataset.drop_vars(name, errors="ignore")
    dataset = _with_axis(dataset, axis, "time", {"time": time.to_numpy()})
    if dataset["time"].dtype.kind == "O":
        dataset = _in_standard_calendar(dataset, source)
    if dataset["time"].dtype.kind != "M":
        raise WindFileError(
            f"{source}: expected times that can be dated, got {name} as {dataset['time'].dtype}; "
            "give the variable units such as 'hours since 1970-01-01'"
        )
    missing = np.flatnonzero(np.isnat(dataset["time"].to_numpy()))
    if missing.size:
        raise WindFileError(
            f"{source}: expected a time of every field, got none of {missing.size}, the first "
            f"{missing[0]}; leave these out, or repair {name}"
        )
    return dataset


def _in_standard_calendar(dataset: "xarray.Dataset", source: str) -> "xarray.Dataset":
    try:
        calendar = dataset["time"].dt.calendar
    except (AttributeError, TypeError) as error:
        raise WindFileError(
            f"{source}: expected times that can be dated, got {dataset['time'].to_numpy()[:1]}"
        ) from error
    if calendar not in _SAME_DATES:
        raise WindFileError(
            f"{source}: expected times whose dates are those of the standard calendar, got the "
            f"calendar {calendar}, which has others; convert them as you see fit, for example by "
            "Dataset.convert_calendar('standard', align_on='year')"
        )
    return dataset.convert_calendar("standard", dim="time", use_cftime=False)


def _with_axis(
    dataset: "xarray.Dataset", old: str, new: str, coordinates: dict[str, np.ndarray]
) -> "xarray.Dataset":
    """The dataset with an axis under a new name, made if there is none, and its coordinates."""
    gone = {old, new, *coordinates} & set(dataset.variables)
    dataset = dataset.drop_vars(gone)
    if old not in dataset.dims:
        dataset = dataset.expand_dims(old)
    if old != new and old in dataset.dims:  # it is not where no variable is left along it
        dataset = dataset.rename_dims({old: new})
    along = {name: (new, np.atleast_1d(values)) for name, values in coordinates.items()}
    return dataset.assign_coords(along)


def _find(dataset: "xarray.Dataset", names: tuple[str, ...], standard_name: str) -> str | None:
    own = {str(name).lower(): str(name) for name in dataset.variables}
    found = [own[name] for name in names if name in own]
    said = [
        str(name)
        for name, variable in dataset.variables.items()
        if variable.attrs.get("standard_name") == standard_name
        and not str(name).startswith("observation_")
    ]
    # That of the right shape first: GRIB files have a scalar `step` and two times, one along it.
    return min([*found, *said], key=lambda name: dataset[name].squeeze().ndim != 1, default=None)


def _degrees(values: "xarray.DataArray", source: str) -> np.ndarray:
    """Degrees in float64: of numbers in single precision the decimals that they stand for."""
    degrees = values.to_numpy()
    if degrees.dtype.kind not in "iuf":
        raise WindFileError(
            f"{source}: expected {values.name} in degrees, got {degrees.dtype}; repair them"
        )
    if degrees.dtype == np.float32:
        degrees = degrees.astype(str)
    degrees = degrees.astype(np.float64)
    if not (np.isfinite(degrees).all() and np.abs(degrees).max(initial=0.0) <= 720.0):
        raise WindFileError(
            f"{source}: expected {values.name} in degrees, got numbers that are none, such as "
            f"{degrees[~(np.abs(degrees) <= 720.0)][0]:g}; repair them"
        )
    return degrees


def _listed(names: Iterable) -> str:
    return ", ".join(map(str, names)) or "none"
