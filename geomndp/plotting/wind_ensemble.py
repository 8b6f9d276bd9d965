"""Ensembles of winds on a map in the plane: mean, spread, and what was observed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Array, Float
from scipy.spatial import KDTree

from geomndp.plotting import style
from geomndp.plotting.vector_fields import add_key, draw_lines, values_per_length

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MEAN, _OBSERVED = "#1f3f6e", "#c8412b"
_N_ARROWS = 400
_WIDTH = 380.0
"""Of the map, in points: places as many as make a surface are drawn as one."""


def plot_wind_ensemble(
    x: Float[Array | np.ndarray, "n_points 2"],
    members: Float[Array | np.ndarray, "n_members n_points 2"],
    observed_x: Float[Array | np.ndarray, "n_observed 2"],
    observed: Float[Array | np.ndarray, "n_observed 2"],
    *,
    lines: Sequence[Float[np.ndarray, "_ 2"]] = (),
    beside: dict[str, Float[np.ndarray, "n_members n_points"]] | None = None,
    unit_x: str = "km",
    unit_y: str = "m/s",
) -> "Figure":
    """Draw the mean of an ensemble as arrows over its spread as colour, with the observations.

    The spread is the root of the mean variance of a component. All arrows have one scale, which one
    tells above the map; of more than some 400 places those spread over the map have one.

    Arguments:
        x: Locations.
        members: Values there.
        observed_x: Where there are observations.
        observed: What was observed.
        lines: What is drawn below, such as coasts.
        beside: Numbers beside the vectors, of each member, by a label; of the mean of the first,
            such as a pressure, lines of the same value are drawn, if it can be had all around.
        unit_x: Unit of locations.
        unit_y: Unit of values.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there are less than 2 members, which have no spread.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> x = np.random.default_rng(0).normal(size=(20, 2))
        >>> members = np.random.default_rng(1).normal(size=(8, 20, 2))
        >>> figure = gn.plotting.plot_wind_ensemble(x, members, x[:2], members[0, :2])
        >>> figure.axes[0].get_xlabel()
        'km east'
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    x, members, sites, seen = (np.asarray(each) for each in (x, members, observed_x, observed))
    if len(members) < 2:
        raise ValueError(f"expected at least 2 members, for a spread, got {len(members)}")
    mean = members.mean(0)
    spread = np.sqrt(members.var(0, ddof=1).mean(-1))
    figure = NotebookFigure(figsize=(7.0, 6.0), layout="constrained")
    axes = figure.subplots()
    drawn = spread_over_a_map(x, _N_ARROWS)
    dots = {"marker": "o", "s": 22} if len(drawn) == len(x) else _surface(x)
    shown = axes.scatter(*x.T, c=spread, cmap="YlGnBu", vmin=0.0, linewidths=0, zorder=0.4, **dots)
    figure.colorbar(shown, ax=axes, label=f"spread of a component, {unit_y}", shrink=0.8)
    scale = values_per_length(x[drawn], members[:, drawn])
    arrows = {"angles": "xy", "scale_units": "xy", "scale": scale, "pivot": "mid"}
    axes.quiver(*x[drawn].T, *mean[drawn].T, color=_MEAN, width=0.003, label="mean", **arrows)
    axes.quiver(*sites.T, *seen.T, color=_OBSERVED, width=0.005, label="observed", **arrows)
    axes.scatter(*sites.T, s=14, facecolors="none", edgecolors=_OBSERVED, linewidths=1.0)
    add_key(axes, values_of=members, unit=unit_y)
    draw_lines(axes, lines)
    for label, numbers in list((beside or {}).items())[:1]:
        _draw_contours(axes, x, np.asarray(numbers).mean(0), label)
    axes.set(aspect="equal", xlabel=f"{unit_x} east", ylabel=f"{unit_x} north")
    axes.tick_params(labelsize=7, color=style.GRATICULE)
    axes.legend(loc="upper right", fontsize=8, framealpha=0.9)
    return figure


def spread_over_a_map(x: Float[np.ndarray, "n_points 2"], n_wanted: int) -> np.ndarray:
    """Numbers of at most about so many places, each nearest to a point of a square grid."""
    if len(x) <= n_wanted:
        return np.arange(len(x))
    low, size = x.min(0), np.ptp(x, axis=0)
    step = np.sqrt(max(float(np.prod(size)), 1e-12) / n_wanted)
    axes = [
        start + step * (np.arange(max(round(length / step), 1)) + 0.5)
        for start, length in zip(low, size, strict=True)
    ]
    points = np.stack(np.meshgrid(*axes), -1).reshape(-1, 2)
    return np.unique(KDTree(x).query(points)[1])


def _surface(x: Float[np.ndarray, "n_points 2"]) -> dict[str, Any]:
    """Squares so large that places leave no gaps."""
    side = 1.15 * _WIDTH * np.sqrt(float(np.prod(np.ptp(x, axis=0))) / len(x)) / np.ptp(x)
    return {"marker": "s", "s": max(side, 1.0) ** 2}


def _draw_contours(
    axes: "Axes",
    x: Float[np.ndarray, "n_points 2"],
    numbers: Float[np.ndarray, " n_points"],
    label: str,
) -> None:
    """Lines of the same value, with their values, and what they are below the map."""
    flat = np.linalg.matrix_rank(x - x.mean(0)) < 2
    if flat or np.ptp(numbers) == 0:  # points on a line, or one value, have no such lines
        return
    drawn = axes.tricontour(
        x[:, 0], x[:, 1], numbers, levels=8, colors="0.45", linewidths=0.8, zorder=0.5
    )
    axes.clabel(drawn, fontsize=6)
    axes.set_title(f"lines: {label}", fontsize=8, loc="left")
