"""From degrees to the plane of a map."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from geomndp.plotting.polylines import Polyline, split_at_meridian

if TYPE_CHECKING:
    from cartopy.crs import Projection


def to_map(projection: "Projection", line: Polyline) -> Float[np.ndarray, "n_points 2"]:
    """Points in the coordinates of a map, NaN where the map does not show them.

    Example:
        >>> import cartopy.crs, numpy as np
        >>> globe = cartopy.crs.Orthographic(0, 90)
        >>> to_map(globe, np.array([[0.0, 90.0], [0.0, -90.0]])).tolist()
        [[0.0, 0.0], [nan, nan]]
    """
    from cartopy.crs import PlateCarree

    points = projection.transform_points(PlateCarree(), line[:, 0], line[:, 1])[:, :2]
    return np.where(np.isfinite(points).all(-1, keepdims=True), points, np.nan)


def line_to_map(projection: "Projection", line: Polyline) -> list[Float[np.ndarray, "_ 2"]]:
    """A line in the coordinates of a map, cut where it leaves one edge for the other.

    Example:
        >>> import cartopy.crs, numpy as np
        >>> world = cartopy.crs.PlateCarree()
        >>> len(line_to_map(world, np.array([[170.0, 0.0], [-170.0, 0.0]])))
        2
    """
    centre = float(projection.proj4_params.get("lon_0", 0.0))
    pieces = []
    for piece in split_at_meridian(line, centre):
        # A hair inside: at the edge itself a projection may choose either side.
        longitude = np.clip(piece[:, 0], -180 + 1e-7, 180 - 1e-7) + centre
        pieces.append(to_map(projection, np.stack([longitude, piece[:, 1]], -1)))
    return pieces
