"""Vector fields in the plane."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Array, Float

from geomndp.plotting import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_N_COLUMNS = 4
_SIZE = 2.3  # of a panel, in inches
_MARGIN = 1.2  # how far a panel reaches, in units of the furthest location
_ARROW = 0.8  # a typical arrow, in units of the typical distance between neighbours
_COLOURS = (style.MEAN, style.TRUTH, style.CONTEXT)


def plot_vector_fields(
    x: Float[Array | np.ndarray, "n_points 2"],
    sets: Mapping[str, Float[Array | np.ndarray, "n_fields n_points 2"]],
    observed: tuple[
        Float[Array | np.ndarray, "n_observed 2"], Float[Array | np.ndarray, "n_observed 2"]
    ]
    | None = None,
    *,
    lines: Sequence[Float[np.ndarray, "_ 2"]] = (),
    unit_x: str | None = None,
    unit_y: str | None = None,
) -> "Figure":
    """Draw sets of vector fields as arrows, each in rows of up to four, such as samples and data.

    All arrows are drawn to the same scale, which an arrow tells that is as long as a value of
    `unit_y`.

    Arguments:
        x: Locations.
        sets: Fields at these locations, by the name of their set.
        observed: Locations and values that are drawn over each field, if any.
        lines: What is drawn below, such as coasts.
        unit_x: Unit of locations, if they are on a map.
        unit_y: Unit of values, if they have one.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no set, or one has no field.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> x = np.random.default_rng(0).normal(size=(20, 2))
        >>> turning = np.stack([-x[:, 1], x[:, 0]], -1)
        >>> figure = gn.plotting.plot_vector_fields(x, {"turning": turning[None]})
        >>> figure.axes[0].get_ylabel()
        'turning'
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    x, fields = np.asarray(x), {name: np.asarray(each) for name, each in sets.items()}
    counts = [len(each) for each in fields.values()]
    if not counts or min(counts) < 1:
        raise ValueError(f"expected sets of at least one field each, got {counts} fields")
    n_columns = min(_N_COLUMNS, max(counts))
    n_rows = sum(-(-count // n_columns) for count in counts)
    figure = NotebookFigure(figsize=(_SIZE * n_columns + 0.5, _SIZE * n_rows), layout="constrained")
    rows = iter(figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False))
    values = np.concatenate(list(fields.values()))
    scale = values_per_length(x, values)
    for number, (name, each) in enumerate(fields.items()):
        for start in range(0, len(each), n_columns):
            row, shown = next(rows), each[start : start + n_columns]
            row[0].set_ylabel(name)
            for axes, y in zip(row, shown, strict=False):
                _draw_arrows(axes, x, y, scale, _COLOURS[number % len(_COLOURS)])
                if observed is not None:
                    at, value = (np.asarray(part) for part in observed)
                    _draw_arrows(axes, at, value, scale, "black")
                    axes.plot(*at.T, ".", color="black", markersize=3)
                draw_lines(axes, lines)
            for axes in row[len(shown) :]:
                axes.set_visible(False)
    if unit_x is not None:
        figure.supxlabel(f"{unit_x} east, and north upwards", size=8, color=style.TEXT)
    if unit_y is not None:
        add_key(figure.axes[0], values_of=values, unit=unit_y)
    return figure


def draw_lines(axes: "Axes", lines: Sequence[Float[np.ndarray, "_ 2"]]) -> None:
    """Draw lines such as coasts below all else, without a change of what is in sight."""
    from matplotlib.collections import LineCollection

    coasts = LineCollection(list(lines), colors=style.COAST, linewidths=0.6, zorder=0.7)
    axes.add_collection(coasts, autolim=False)


def add_key(axes: "Axes", *, values_of: Float[np.ndarray, "*batch 2"], unit: str) -> None:
    """An arrow above the axes, on the right, as long as a round value near the typical one."""
    from matplotlib.quiver import Quiver

    (quiver, *_) = (each for each in axes.collections if isinstance(each, Quiver))
    typical = typical_size(values_of)
    ten = 10.0 ** np.floor(np.log10(typical))
    value = ten * max(step for step in (1, 2, 5) if step * ten <= typical * (1 + 1e-9))
    # The title keeps room for the arrow, which the layout of a figure knows nothing of.
    axes.set_title(f"{value:g} {unit}", loc="right", size=8, color=style.TEXT)
    axes.quiverkey(quiver, 0.72, 1.03, value, "", coordinates="axes")


def _draw_arrows(
    axes: "Axes",
    x: Float[np.ndarray, "n_points 2"],
    y: Float[np.ndarray, "n_points 2"],
    scale: float,
    colour: str,
) -> None:
    reach = max(_MARGIN * float(np.abs(x).max()) or 1.0, axes.get_xlim()[1])
    axes.quiver(
        *x.T, *y.T, color=colour, angles="xy", scale_units="xy", scale=scale, width=0.007,
        pivot="mid", headwidth=4, headlength=4.5, headaxislength=4,
    )  # fmt: skip
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.locator_params(nbins=5)
    axes.tick_params(labelsize=7, color=style.GRATICULE)
    for spine in axes.spines.values():
        spine.set_color(style.GRATICULE)


def typical_size(y: Float[np.ndarray, "*batch dim_y"]) -> float:
    """The root of the mean square of the lengths of vectors; 1 if all are 0."""
    return float(np.sqrt(np.mean(np.sum(y**2, -1)))) or 1.0


def values_per_length(
    x: Float[np.ndarray, "n_points 2"], y: Float[np.ndarray, "n_fields n_points 2"]
) -> float:
    """How large a value is that is drawn as long as one unit of x."""
    area = float(np.prod(np.ptp(x, axis=0))) or 1.0
    return typical_size(y) / (_ARROW * np.sqrt(area / len(x)))
