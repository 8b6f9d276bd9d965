"""Maps of the world."""

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from jaxtyping import Float

from geomndp.plotting import style
from geomndp.plotting.land import draw_land
from geomndp.plotting.polylines import to_vectors

if TYPE_CHECKING:
    from cartopy.crs import Projection
    from cartopy.mpl.geoaxes import GeoAxes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage


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


def draw_globe_image(
    ax: "GeoAxes", values: Float[np.ndarray, "n_rows n_columns"], **look: Any
) -> "AxesImage":
    """Draw numbers of even cells that cover the globe, which one may see through.

    Cells of a mesh would show where they overlap on the map.

    Arguments:
        ax: The map.
        values: Rows from south to north, of columns from 180 degrees west on.
        look: Colours and order, as `imshow` takes them.

    Example:
        >>> import cartopy.crs, matplotlib.figure, numpy as np
        >>> ax = world_axes(matplotlib.figure.Figure(), (1, 1, 1), cartopy.crs.Robinson())
        >>> draw_globe_image(ax, np.ones((90, 180)), alpha=0.5).get_alpha()
        0.5
    """
    from cartopy.crs import PlateCarree

    extent = (-180, 180, -90, 90)
    return ax.imshow(values, extent=extent, origin="lower", transform=PlateCarree(), **look)
