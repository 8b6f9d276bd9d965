"""Wind and pressure along a track."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Array, Float

from geomndp.plotting import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEVELS = ((5, 95), (25, 75))
"""Percentiles between which the central 90 and 50 % of an ensemble are."""


def plot_intensity(
    days: Float[Array | np.ndarray, " n_points"],
    members: dict[str, Float[Array | np.ndarray, "n_members n_points"]],
    *,
    known_days: Float[Array | np.ndarray, " n_known"],
    known: dict[str, Float[Array | np.ndarray, " n_known"]],
    title: str | None = None,
) -> "Figure":
    """Draw quantities of a storm over time: what is known, and an ensemble of what is not.

    Bands hold the central 50 and 90 % of the members, the line is their median.

    Arguments:
        days: Times of the ensemble, in days.
        members: Members at these times, by the label of their axis, such as "wind, kt".
        known_days: Times of what is known.
        known: What is known, by the same labels; NaN where it is missing.
        title: A heading.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is nothing to draw, or labels differ.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = {"wind, kt": np.linspace(40, 60, 8).reshape(2, 4)}
        >>> known = {"wind, kt": np.array([38.0])}
        >>> figure = gn.plotting.plot_intensity(
        ...     np.arange(4.0), wind, known_days=np.array([-1.0]), known=known
        ... )
        >>> figure.axes[0].get_ylabel()
        'wind, kt'
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    if not members or set(members) != set(known):
        raise ValueError(
            f"expected what is known by the labels of the members, {sorted(members)}, got "
            f"{sorted(known)}"
        )
    figure = NotebookFigure(figsize=(6.4, 2.4 * len(members)), layout="constrained")
    all_axes = figure.subplots(len(members), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (label, values) in zip(all_axes, members.items(), strict=True):
        values = np.asarray(values)
        for alpha, (low, high) in zip((0.3, 0.5), _LEVELS, strict=True):
            band = np.percentile(values, (low, high), axis=0)
            axes.fill_between(
                np.asarray(days),
                *band,
                color=style.MEMBER,
                alpha=alpha,
                linewidth=0,
                label=f"{high - low} % of members",
            )
        axes.plot(np.asarray(days), np.median(values, 0), color=style.MEAN, label="median")
        axes.plot(
            np.asarray(known_days),
            np.asarray(known[label]),
            color=style.CONTEXT,
            marker="o",
            markersize=2.5,
            linewidth=1.0,
            label="known",
        )
        axes.set_ylabel(label)
        axes.grid(color=style.GRATICULE, linewidth=0.3)
    all_axes[-1].set_xlabel("days since the first fix")
    all_axes[0].legend(frameon=False, fontsize="small", ncols=2)
    if title is not None:
        all_axes[0].set_title(title)
    return figure
