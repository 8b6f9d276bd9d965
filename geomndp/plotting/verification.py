"""How forecasts did: calibration, and errors by place."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from geomndp.plotting import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = (style.MEAN, style.TRUTH, style.CONTEXT, style.MEMBER, "#009E73", "#CC79A7")


def plot_rank_histograms(
    panels: Mapping[str, Sequence[float]], *, n_columns: int = 4, n: Mapping[str, int] | None = None
) -> "Figure":
    """Draw how central the truth was among the members, as histograms.

    A calibrated ensemble has even bars; those high on the left are of one too wide, on the right of
    one too narrow or displaced.

    Arguments:
        panels: Shares in equal bins from the most central to the least, by title.
        n_columns: The most histograms in a row.
        n: Numbers of independent cases, by title; with them a band of two standard errors of a
            calibrated ensemble is drawn.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no histogram.

    Example:
        >>> import geomndp as gn
        >>> shares = {"48 h": [0.2, 0.3, 0.3, 0.2]}
        >>> figure = gn.plotting.plot_rank_histograms(shares, n={"48 h": 90})
        >>> figure.axes[0].get_title()
        '48 h'
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    if not panels:
        raise ValueError("expected at least one histogram, got none")
    n_columns = min(n_columns, len(panels))
    n_rows = -(-len(panels) // n_columns)
    figure = NotebookFigure(figsize=(2.3 * n_columns, 2.1 * n_rows + 0.3), layout="constrained")
    all_axes: Any = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
    for axes, (title, shares) in zip(all_axes.flat, panels.items(), strict=False):
        n_bins = len(shares)
        middles = (np.arange(n_bins) + 0.5) / n_bins
        axes.bar(middles, shares, 0.9 / n_bins, color=style.MEAN)
        axes.axhline(1 / n_bins, color=style.TEXT, linewidth=0.8)
        if n is not None:
            error = 2 * np.sqrt((1 - 1 / n_bins) / n_bins / n[title])
            axes.axhspan(1 / n_bins - error, 1 / n_bins + error, color=style.TEXT, alpha=0.12, lw=0)
        axes.set_title(title, fontsize=9)
        axes.set(xlim=(0, 1))
    for axes in all_axes.flat[len(panels) :]:
        axes.set_axis_off()
    figure.supxlabel("rank of the truth by centrality, share", fontsize=9)
    figure.supylabel("share of storms", fontsize=9)
    return figure


def plot_errors_by_place(
    places: Mapping[str, tuple[Sequence[float], Sequence[float], Sequence[float]]],
    *,
    label: str = "error, km",
) -> "Figure":
    """Draw mean errors against longitude and against latitude, with two standard errors.

    Means are over 30 degrees of longitude, of which one part is about the date line, and 10 of
    latitude, where there are five cases or more.
    On the sphere nothing should happen at the date line, nor towards the poles other than what is
    true of storms there.

    Arguments:
        places: Of each predictor longitudes, latitudes (degrees) and errors, one for each case.
        label: What the errors are, with their unit.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no predictor.

    Example:
        >>> import geomndp as gn
        >>> figure = gn.plotting.plot_errors_by_place(
        ...     {"model": ([-170.0, 175.0, 178.0], [10.0, 12.0, 30.0], [100.0, 120.0, 90.0])}
        ... )
        >>> figure.axes[1].get_xlabel()
        'latitude, degrees north'
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    if not places:
        raise ValueError("expected at least one predictor, got none")
    figure = NotebookFigure(figsize=(8.4, 3.2), layout="constrained")
    by_longitude, by_latitude = figure.subplots(1, 2, sharey=True, width_ratios=(1.7, 1))
    for number, (name, (longitude, latitude, error)) in enumerate(places.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        errors = np.asarray(error)
        # The date line is in the middle of a bin, and near that of the picture.
        east = np.mod(np.asarray(longitude) + 15.0, 360.0) - 15.0
        shift = 0.6 * (number - (len(places) - 1) / 2)
        _draw_means(by_longitude, east, errors, np.arange(-15, 346, 30), 6 * shift, colour, name)
        edges = np.arange(-90, 91, 10)
        _draw_means(by_latitude, np.asarray(latitude), errors, edges, 2 * shift, colour, name)
    by_longitude.axvline(180, color=style.GRATICULE, linewidth=1, zorder=0)
    by_longitude.set(xlabel="longitude, degrees east", ylabel=label, xlim=(-15, 345))
    by_longitude.set_xticks(np.arange(0, 345, 60))
    by_latitude.set(xlabel="latitude, degrees north")
    by_longitude.set_ylim(bottom=0)
    if by_longitude.get_legend_handles_labels()[0]:
        by_longitude.legend(fontsize=8, frameon=False)
    return figure


def _draw_means(
    axes: Any,
    at: Float[np.ndarray, " n"],
    errors: Float[np.ndarray, " n"],
    edges: np.ndarray,
    shift: float,
    colour: str,
    name: str,
) -> None:
    """Means over bins with at least five cases."""
    which = np.digitize(at, edges)
    rows = []
    for bin in range(1, len(edges)):
        own = errors[which == bin]
        if len(own) >= 5:
            middle = 0.5 * (edges[bin - 1] + edges[bin])
            rows.append((middle + shift, own.mean(), 2 * own.std(ddof=1) / np.sqrt(len(own))))
    if rows:
        middle, mean, error = np.array(rows).T
        axes.errorbar(middle, mean, error, fmt="o", color=colour, ms=3.5, lw=1, label=name)
