"""Maps of the world."""

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from geomndp.plotting import style
from geomndp.plotting.land import draw_land
from geomndp.plotting.polylines import to_vectors

if TYPE_CHECKING:
    from cartopy.crs import Projection
    from cartopy.mpl.geoaxes import GeoAxes
    from matplotlib.figure import Figure


def world_axes(
    figure: "Figure", position: Any, projection: "Projection", *, land: bool = True
) -> "GeoAxes":
    """Axes of a map of the world, with land and a graticule.

    Arguments:
        figure: Where the map goes.
        position: Of the map: (rows, columns, number), or left, bottom, width and height, in
            fractions of the figure.
        projection: The projection.
        land: Whether land is drawn.

    Example:
        >>> import cartopy.crs, matplotlib.figure
        >>> ax = world_axes(matplotlib.figure.Figure(), (1, 1, 1), cartopy.crs.Robinson())
        >>> bool(ax.get_xlim()[1] > 1.6e7)  # metres
        True
    """
    from cartopy.crs import Robinson
    from matplotlib.ticker import FixedLocator

    if len(position) == 3:
        axes: Any = figure.add_subplot(*position, projection=cast(Any, projection))
    else:
        axes = figure.add_axes(position, projection=cast(Any, projection))
    ax = cast("GeoAxes", axes)
    ax.set_global()
    ax.set_facecolor(style.SEA if land else "white")
    ax.spines["geo"].set(edgecolor=style.COAST, linewidth=0.8)
    sides: Any = {"left": "y", "bottom": "x"}
    lines = ax.gridlines(
        draw_labels=sides if isinstance(projection, Robinson) else False,
        xlocs=FixedLocator(list(range(-180, 180, 60))),
        ylocs=FixedLocator(list(range(-60, 61, 30))),
        color=style.GRATICULE,
        linewidth=0.4,
        zorder=0.8,
    )
    lines.xlabel_style = lines.ylabel_style = {"size": 6, "color": style.TEXT}
    if land:
        centre = to_vectors(np.array([[projection.proj4_params.get("lon_0", 0.0), 0.0]]))[0]
        draw_land(ax, resolution="c", centre=centre, radius=np.pi)
    return ax
