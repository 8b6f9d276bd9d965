"""Functions of one variable."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Array, Float

from geomndp.plotting import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_functions(
    x: Float[Array | np.ndarray, "n_points 1"],
    panels: Mapping[str, Float[Array | np.ndarray, "n_functions n_points 1"]],
) -> "Figure":
    """Draw sets of functions side by side, on the same axes, such as samples beside data.

    Arguments:
        x: Locations, in any order.
        panels: Functions at these locations, by the title of their panel.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no panel.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> x = np.linspace(0, 1, 20)[:, None]
        >>> figure = gn.plotting.plot_functions(x, {"sines": np.sin(6 * x)[None]})
        >>> figure.axes[0].get_title()
        'sines'
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    if not panels:
        raise ValueError("expected at least one panel of functions, got none")
    order = np.argsort(np.asarray(x)[:, 0])
    figure = NotebookFigure(figsize=(4.2 * len(panels), 3.0), layout="constrained")
    all_axes = figure.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    for axes, (title, functions) in zip(all_axes, panels.items(), strict=True):
        colours = (style.MEAN, style.TRUTH, style.CONTEXT, style.MEMBER)
        for number, y in enumerate(np.asarray(functions)):
            colour = colours[number % len(colours)]
            axes.plot(np.asarray(x)[order, 0], y[order, 0], color=colour, linewidth=0.9, alpha=0.8)
        axes.set_title(title)
        axes.set_xlabel("x")
        axes.grid(color=style.GRATICULE, linewidth=0.3)
    all_axes[0].set_ylabel("y")
    return figure
