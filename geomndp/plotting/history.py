"""The course of a training run."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from geomndp.plotting import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_history(history: Sequence[Mapping[str, float | int]]) -> "Figure":
    """Draw the loss, and below it the learning rate, against the step.

    Arguments:
        history: One record per point, such as `training.fit` returns: "step" and "loss" in each,
            "validation_loss" and "learning_rate" in those that have them. A running median is
            drawn over a loss of many points.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no record, or one lacks its step or loss.

    Example:
        >>> import geomndp as gn
        >>> history = [{"step": 1, "loss": 3.0}, {"step": 2, "loss": 2.0}]
        >>> gn.plotting.plot_history(history).axes[0].get_ylabel()
        'loss'
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    if not history:
        raise ValueError("expected at least 1 record of the history, got 0")
    for number, record in enumerate(history):
        if not {"step", "loss"} <= set(record):
            raise ValueError(
                f"expected 'step' and 'loss' in every record, got {sorted(record)} in number "
                f"{number}"
            )
    has_rate = any("learning_rate" in record for record in history)
    figure = NotebookFigure(figsize=(6.0, 4.2 if has_rate else 3.2), layout="constrained")
    if has_rate:
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        step, rate = _columns(history, "learning_rate")
        bottom.plot(step, rate, color=style.CONTEXT, linewidth=1.2)
        bottom.set_ylabel("learning rate")
        bottom.set_ylim(bottom=0)
    else:
        top = bottom = figure.subplots()
    _draw_loss(top, history)
    bottom.set_xlabel("step")
    for ax in figure.axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color=style.GRATICULE, linewidth=0.4, alpha=0.7)
    return figure


def _columns(
    history: Sequence[Mapping[str, float | int]], name: str
) -> tuple[Float[np.ndarray, " n_records"], Float[np.ndarray, " n_records"]]:
    """Steps and values of the records that have a value of that name."""
    records = [record for record in history if name in record]
    step = np.array([record["step"] for record in records], np.float64)
    return step, np.array([record[name] for record in records], np.float64)


def _draw_loss(ax: "Axes", history: Sequence[Mapping[str, float | int]]) -> None:
    """The loss, its running median where there are points enough, and the validation loss."""
    step, loss = _columns(history, "loss")
    window = len(loss) // 20
    if window < 3:
        ax.plot(step, loss, color=style.MEAN, linewidth=1.6, label="training")
    else:
        ax.plot(step, loss, color=style.MEMBER, linewidth=0.6, alpha=0.6)
        views = np.lib.stride_tricks.sliding_window_view(loss, window)
        centre = np.arange(len(views)) + window // 2
        median = np.median(views, -1)
        ax.plot(step[centre], median, color=style.MEAN, linewidth=1.6, label="training")
        # One wild step must not flatten the rest.
        low, high = np.quantile(loss, [0.0, 0.98])
        if high > low:
            ax.set_ylim(low - 0.05 * (high - low), high + 0.1 * (high - low))
    step, loss = _columns(history, "validation_loss")
    if loss.size:
        ax.plot(step, loss, "o-", color=style.TRUTH, markersize=3, linewidth=1, label="validation")
        ax.legend(fontsize=8, frameon=False)
    ax.set_ylabel("loss")
