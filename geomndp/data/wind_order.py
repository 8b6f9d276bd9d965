"""Winds in the order of `Winds`: times and latitudes increasing, longitudes to the east."""

from typing import TYPE_CHECKING

import numpy as np

from geomndp.data.errors import WindFileError
from geomndp.data.globe import wrap_longitude

if TYPE_CHECKING:
    import xarray

_TIE = 1e-6  # degrees


def in_order(dataset: "xarray.Dataset", source: str) -> "xarray.Dataset":
    """The dataset with its axes sorted, longitudes in one convention, and transposed.

    Arguments:
        dataset: With the axes of `plain_axes`.
        source: The file, for messages.

    Raises:
        WindFileError: If there are other axes, or a time or place is there twice, or none is.
    """
    layout = ("point",) if "point" in dataset.dims else ("latitude", "longitude")
    others = [str(d) for d in dataset.dims if d not in {"member", "time", *layout}]
    long = [name for name in others if dataset.sizes[name] != 1]
    if long:
        raise WindFileError(
            f"{source}: expected winds at one level, along axes of time and place, got another "
            f"axis {long[0]} of {dataset.sizes[long[0]]}; choose, for example by "
            f"dataset.isel({long[0]}=0)"
        )
    dataset = dataset.squeeze(others, drop=True)
    empty = [str(name) for name, size in dataset.sizes.items() if size == 0]
    if empty:
        raise WindFileError(f"{source}: expected winds, got none, for the axis {empty[0]} is empty")
    latitude = dataset["latitude"].to_numpy()
    furthest = latitude[np.abs(latitude).argmax()]
    if np.abs(furthest) > 90.0 + _TIE:
        raise WindFileError(
            f"{source}: expected latitudes from -90 to 90, got {furthest:g}; "
            "are latitudes and longitudes exchanged?"
        )
    dataset = dataset.assign_coords(latitude=dataset["latitude"].clip(-90.0, 90.0))
    if "time" in dataset.dims:
        dataset = _sorted(dataset, "time", source)
    if layout == ("point",):
        dataset = dataset.assign_coords(
            longitude=("point", wrap_longitude(dataset["longitude"].to_numpy()))
        )
    else:
        dataset = _to_the_east(_sorted(dataset, "latitude", source), source)
    return dataset.transpose(*(d for d in ("member", "time") if d in dataset.dims), *layout)


def _sorted(dataset: "xarray.Dataset", axis: str, source: str) -> "xarray.Dataset":
    values = dataset[axis].to_numpy()
    order = np.argsort(values, kind="stable")
    twice = np.flatnonzero(values[order][1:] == values[order][:-1])
    if twice.size:
        raise WindFileError(
            f"{source}: expected each {axis} once, got {values[order][twice[0]]} twice and "
            f"{twice.size} such in all; dataset.drop_duplicates({axis!r}) keeps the first of each"
        )
    return dataset if (np.diff(order) > 0).all() else dataset.isel({axis: order})


def _to_the_east(dataset: "xarray.Dataset", source: str) -> "xarray.Dataset":
    """Longitudes increasing from the widest gap on: from -180 on the whole globe."""
    given = dataset["longitude"].to_numpy()
    wrapped = wrap_longitude(given)
    order = np.argsort(wrapped, kind="stable")
    same = np.diff(wrapped[order], prepend=-np.inf) <= _TIE
    twice = order[same]
    if twice.size > 1:
        raise WindFileError(
            f"{source}: expected each longitude once, got {given[twice[0]]:g} and "
            f"{twice.size - 1} others twice; dataset.drop_duplicates('longitude') keeps the first"
        )
    order = order[~same]  # a column that closes the circle is the first one again
    east = wrapped[order]
    gaps = np.append(np.diff(east), east[0] + 360.0 - east[-1])
    widest = int(np.argmax(gaps))
    if gaps[-1] < gaps[widest] - _TIE:
        order, east = np.roll(order, -widest - 1), np.roll(east, -widest - 1)
        east[len(east) - widest - 1 :] += 360.0
    if len(order) != len(given) or (np.diff(order) < 0).any():
        dataset = dataset.isel(longitude=order)
    return dataset.assign_coords(longitude=east)
