"""Functions of one variable given some of their values."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Array, Float

from geomndp.plotting import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_N_SHOWN = 5
_LEVELS = (0.05, 0.95)


def plot_posterior_functions(
    x: Float[Array | np.ndarray, "n_points 1"],
    functions: Float[Array | np.ndarray, "n_functions n_points 1"],
    observed: tuple[
        Float[Array | np.ndarray, "n_observed 1"], Float[Array | np.ndarray, "n_observed 1"]
    ],
) -> "Figure":
    """Draw the mean and the central 90 % of functions, a few of them, and what was observed.

    Arguments:
        x: Locations, in any order.
        functions: Functions at these locations.
        observed: Locations and values of the observations.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no function.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> x = np.linspace(0, 1, 20)[:, None]
        >>> figure = gn.plotting.plot_posterior_functions(
        ...     x, np.stack([x, 1 + x]), (x[:1], x[:1])
        ... )
        >>> figure.axes[0].get_xlabel()
        'x'
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    y = np.asarray(functions)[..., 0]
    if len(y) == 0:
        raise ValueError("expected at least one function, got none")
    order = np.argsort(np.asarray(x)[:, 0])
    at, y = np.asarray(x)[order, 0], y[:, order]
    figure = NotebookFigure(figsize=(6.0, 3.2), layout="constrained")
    axes = figure.subplots()
    low, high = np.quantile(y, _LEVELS, axis=0)
    axes.fill_between(at, low, high, color=style.MEAN, alpha=0.2, linewidth=0, label="central 90 %")
    axes.plot(at, y[:_N_SHOWN].T, color=style.MEMBER, linewidth=0.7)
    axes.plot(at, y.mean(0), color=style.MEAN, linewidth=1.5, label="mean")
    axes.plot(
        *(np.asarray(part)[:, 0] for part in observed),
        "o",
        color=style.TRUTH,
        ms=4,
        label="observed",
    )
    axes.set(xlabel="x", ylabel="y")
    axes.grid(color=style.GRATICULE, linewidth=0.3)
    axes.legend(fontsize=8, frameon=False)
    return figure
