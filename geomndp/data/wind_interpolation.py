"""Winds between the nodes of a grid."""

import numpy as np
from jaxtyping import Float

from geomndp.data.winds import Winds


def interpolate_winds(
    winds: Winds,
    latitude: Float[np.ndarray, " n"],
    longitude: Float[np.ndarray, " n"],
) -> Float[np.ndarray, "n_fields n 2"]:
    """Components to the east and to the north at places inside a grid, bilinearly.

    Arguments:
        winds: Winds on a grid of a region, or all around the globe; a field for each time of each
            member.
        latitude: Degrees north.
        longitude: Degrees east, of any convention.

    Raises:
        ValueError: If winds are not on a grid, or one is missing there.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.zeros((1, 1, 2, 2, 2))
        >>> wind[0, 0, :, 1] = 4.0
        >>> winds = gn.data.wind_ensemble(wind, ["2024-01-01"], [50.0, 51.0], [8.0, 9.0])
        >>> gn.data.interpolate_winds(winds, np.array([50.5]), np.array([8.25])).tolist()
        [[[1.0, 1.0]]]
    """
    import xarray as xr

    if not winds.is_grid:
        raise ValueError(f"expected winds on a grid, to interpolate between nodes, got {winds}")
    dataset = winds.dataset[["eastward_wind", "northward_wind"]]
    # Grids may cross the date line; places are brought to the turn that is nearest to the middle.
    meridians = np.unwrap(dataset["longitude"].to_numpy(), period=360.0)
    if 360.0 - np.ptp(meridians) < 1.01 * np.diff(meridians).max(initial=0.0):
        # All around the globe: the first meridian again, so that no place is beyond the last.
        dataset = dataset.isel(longitude=[*range(len(meridians)), 0])
        meridians = np.append(meridians, meridians[0] + 360.0)
    middle = (meridians[0] + meridians[-1]) / 2
    near = middle + np.mod(np.asarray(longitude) - middle + 180.0, 360.0) - 180.0
    at = {
        name: xr.DataArray(values, dims="node")
        for name, values in (("latitude", latitude), ("longitude", near))
    }
    grid = dataset.assign_coords(longitude=meridians).interp(at)
    parts = [grid[name].transpose(..., "node").to_numpy() for name in grid]
    found = np.stack(parts, -1).reshape(-1, len(latitude), 2)
    if not np.isfinite(found).all():
        raise ValueError(
            "expected winds all around the places, got some that are missing, or places outside of "
            "the grid; take places further inside"
        )
    return found.astype(np.float64)
