"""Winds from arrays: what a model says, in the form that files are written from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from geomndp.data.earth_coordinates import AbstractEarthCoordinates
from geomndp.data.load_winds import load_winds
from geomndp.data.open_winds import require_xarray
from geomndp.data.wind_names import WIND
from geomndp.data.wind_scalars import attributes_of
from geomndp.data.winds import Winds
from geomndp.fields import Quantity


def wind_ensemble(
    wind: ArrayLike,
    time: ArrayLike | Sequence[Any],
    latitude: ArrayLike,
    longitude: ArrayLike,
    *,
    quantities: Sequence[Quantity] = (),
) -> Winds:
    """An ensemble of winds from its components.

    Arguments:
        wind: Components to the east and the north in m s-1, of shape
            (n_members, n_times, n_latitudes, n_longitudes, 2) on a grid, or
            (n_members, n_times, n_points, 2) at scattered points; and further numbers on the last
            axis, one for each quantity, in its unit.
        time: Times, UTC.
        latitude: Degrees north, of the rows of the grid or of the points.
        longitude: Degrees east, of the columns or of the points, of any winding.
        quantities: What the further numbers are.

    Raises:
        ValueError: If shapes do not fit, or a time or place is none.
        ImportError: If xarray is not installed.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.zeros((32, 1, 2, 2))
        >>> gn.data.wind_ensemble(wind, ["2024-01-01T06"], [51.0, 52.5], [10.0, 13.4])
        Winds(32 members, 1 time 2024-01-01T06:00, 2 points)
    """
    require_xarray()
    import xarray as xr

    time, wind = np.asarray(time, "datetime64[ns]"), np.asarray(wind)
    latitude, longitude = np.asarray(latitude, np.float64), np.asarray(longitude, np.float64)
    axes = ["point"] if wind.ndim == 4 else ["latitude", "longitude"]
    sizes = [len(time), len(latitude), len(longitude)][: 1 + len(axes)]
    n_numbers = 2 + len(quantities)
    if wind.ndim not in (4, 5) or wind.shape[1:] != (*sizes, n_numbers) or wind.dtype.kind != "f":
        raise ValueError(
            f"expected wind of shape (n_members, {', '.join(map(str, sizes))}, {n_numbers}), with "
            f"axes for members, times and {' and '.join(axes)}s, got {wind.dtype} of shape "
            f"{wind.shape}"
        )
    names = ["member", "time", *axes]
    coordinates = {"time": time, "member": np.arange(len(wind))}
    for name, values in (("latitude", latitude), ("longitude", longitude)):
        coordinates[name] = (axes[0] if wind.ndim == 4 else name, values)
    attributes = {"units": "m s-1"}
    components = {name: (names, wind[..., i], attributes) for i, name in enumerate(WIND)}
    for i, quantity in enumerate(quantities):
        components[quantity.name] = names, wind[..., 2 + i], attributes_of(quantity)
    scalars = [quantity.name for quantity in quantities]
    return load_winds(xr.Dataset(components, coordinates), scalars=scalars)


def wind_ensemble_like(
    winds: Winds,
    y: ArrayLike,
    coordinates: AbstractEarthCoordinates,
    time: ArrayLike | str,
    *,
    quantities: Sequence[Quantity] = (),
) -> Winds:
    """An ensemble at the places of other winds, from values of a model.

    Arguments:
        winds: Whose grid, or points, it shall have.
        y: Values at `winds.places`, of shape (n_members, n, dim_y) for one time, or
            (n_members, n_times, n, dim_y) for several.
        coordinates: What they are values in.
        time: The time, or the times, of the values.
        quantities: What the last coordinates of the values are.

    Raises:
        ValueError: If shapes do not fit.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.zeros((1, 1, 19, 36, 2))
        >>> grid = gn.data.wind_ensemble(
        ...     wind, ["2024-01-01"], np.linspace(-90, 90, 19), np.linspace(0, 350, 36)
        ... )
        >>> globe = gn.data.UnitSphere()
        >>> x = globe.locations(*grid.places)  # the poles once: 17 x 36 + 2
        >>> y = np.cross([0.0, 0.0, 10.0], x)  # 10 m/s to the east at the equator
        >>> ensemble = gn.data.wind_ensemble_like(grid, y[None], globe, "2024-06-01")
        >>> round(float(ensemble.dataset.eastward_wind.max()), 6)
        10.0
    """
    latitude, longitude = winds.nodes
    y = np.asarray(y)
    y = y[:, None] if y.ndim == 3 else y
    if y.ndim != 4 or y.shape[2] != winds.is_place.sum():
        raise ValueError(
            f"expected y of shape (n_members, {winds.is_place.sum()}, dim_y), or with an axis of "
            f"times after the first, got {y.shape}; "
            "the locations are coordinates.locations(*winds.places)"
        )
    place_of_node = np.cumsum(winds.is_place) - 1  # further nodes at a pole follow the first
    wind = coordinates.winds(latitude, longitude, y[:, :, place_of_node])
    for i, quantity in enumerate(quantities):
        wind[..., 2 + i] = quantity.numbers(wind[..., 2 + i])
    latitude, longitude = (winds.dataset[name].to_numpy() for name in ("latitude", "longitude"))
    if winds.is_grid:
        wind = wind.reshape(*wind.shape[:2], len(latitude), len(longitude), -1)
    time = np.atleast_1d(np.asarray(time))
    return wind_ensemble(wind, time, latitude, longitude, quantities=quantities)
