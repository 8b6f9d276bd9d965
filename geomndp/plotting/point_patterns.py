"""Points on manifolds, and densities beneath them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Array, Float

from geomndp.manifolds import SO3, AbstractManifold, Sphere, Torus
from geomndp.plotting import style
from geomndp.plotting.polylines import to_polyline, to_vectors
from geomndp.plotting.world_map import draw_globe_image, world_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Points = Float[Array | np.ndarray, "_ ambient_dim"]
LogProb = Callable[[Float[np.ndarray, "n ambient_dim"]], Float[Array | np.ndarray, " n"]]

_GRID = 64
"""Cells along the longer side of a picture of a density."""


def plot_point_pattern(
    manifold: AbstractManifold,
    panels: Mapping[str, Points],
    *,
    log_prob: LogProb | None = None,
) -> "Figure":
    """Draw sets of points side by side, such as data and samples, over their density.

    On the globe on maps of the world; of a torus the first two angles, of Euclidean space the
    first two coordinates; of rotations where they take the third axis.

    Arguments:
        manifold: Where the points live.
        panels: Points by the title of their panel.
        log_prob: Log-densities of points, drawn where a picture shows all of the manifold: on
            `Sphere(2)`, `Torus(2)` and `Euclidean(2)`.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is no panel.
        ModuleNotFoundError: On the globe, if cartopy or basemap-data is missing.

    Example:
        >>> import jax, geomndp as gn
        >>> torus = gn.manifolds.Torus(2)
        >>> points = torus.random_base((50,), key=jax.random.key(0))
        >>> figure = gn.plotting.plot_point_pattern(torus, {"data": points})
        >>> figure.axes[0].get_title()
        'data'
    """
    from geomndp.plotting.notebook_figure import NotebookFigure

    if not panels:
        raise ValueError("expected at least one panel of points, got none")
    on_globe = isinstance(manifold, SO3) or manifold == Sphere(2)
    size = (5.6, 3.1) if on_globe else (3.4, 3.2)
    figure = NotebookFigure(figsize=(size[0] * len(panels), size[1]), layout="constrained")
    draw = _draw_on_globe if on_globe else _draw_in_square
    draw(figure, manifold, {name: np.asarray(each) for name, each in panels.items()}, log_prob)
    return figure


def _draw_on_globe(
    figure: "Figure",
    manifold: AbstractManifold,
    panels: Mapping[str, np.ndarray],
    log_prob: LogProb | None,
) -> None:
    from cartopy.crs import PlateCarree, Robinson

    rotations = isinstance(manifold, SO3)
    vectors = {n: p.reshape(-1, 3, 3)[:, :, 2] if rotations else p for n, p in panels.items()}
    image = None
    if log_prob is not None and not rotations:
        longitude = np.linspace(-180, 180, _GRID + 1)[:-1] + 180 / _GRID
        latitude = np.linspace(-90, 90, _GRID // 2 + 1)[:-1] + 90 / _GRID * 2
        grid = np.stack(np.meshgrid(longitude, latitude), -1).reshape(-1, 2)
        image = _density(log_prob, to_vectors(grid), (_GRID // 2, _GRID))
    for number, (name, points) in enumerate(vectors.items()):
        ax = world_axes(figure, (1, len(vectors), number + 1), Robinson(), land=not rotations)
        if image is not None:
            draw_globe_image(ax, image, cmap="Blues", zorder=0.65, alpha=0.9)
        ax.scatter(*to_polyline(points).T, transform=PlateCarree(), **_dots(len(points)))
        ax.set_title(f"third axis, {name}" if rotations else name, fontsize=9)


def _draw_in_square(
    figure: "Figure",
    manifold: AbstractManifold,
    panels: Mapping[str, np.ndarray],
    log_prob: LogProb | None,
) -> None:
    flat = {name: _coordinates(manifold, points) for name, points in panels.items()}
    together = np.concatenate(list(flat.values()))
    low, high = together.min(0), together.max(0)
    if isinstance(manifold, Torus):
        low, high = np.full(2, -np.pi)[: len(low)], np.full(2, np.pi)[: len(high)]
    margin = 0.05 * np.where(high > low, high - low, 1) * (not isinstance(manifold, Torus))
    low, high = low - margin, high + margin
    image = None
    if log_prob is not None and manifold.dim == 2 and len(low) == 2:
        sides = [np.linspace(a, b, _GRID) for a, b in zip(low, high, strict=True)]
        grid = np.stack(np.meshgrid(*sides), -1).reshape(-1, 2)
        image = *sides, _density(log_prob, _from_coordinates(manifold, grid), (_GRID, _GRID))
    all_axes: Any = figure.subplots(1, len(flat), sharex=True, sharey=True, squeeze=False)[0]
    for axes, (name, points) in zip(all_axes, flat.items(), strict=True):
        if image is not None:
            axes.pcolormesh(*image, cmap="Blues", shading="nearest")
        _draw_points(axes, points)
        axes.set(xlim=(low[0], high[0]), title=name)
        if points.shape[1] > 1:
            axes.set(ylim=(low[1], high[1]))
    angle = "angle" if isinstance(manifold, Torus) else "coordinate"
    all_axes[0].set(xlabel=f"first {angle}")
    if together.shape[1] > 1:
        all_axes[0].set(ylabel=f"second {angle}")


def _draw_points(axes: "Axes", points: Float[np.ndarray, "n dim"]) -> None:
    if points.shape[1] == 1:
        axes.hist(points[:, 0], bins=40, density=True, color=style.MEAN)
    else:
        axes.scatter(points[:, 0], points[:, 1], **_dots(len(points)))


def _dots(n: int) -> dict[str, Any]:
    """Smaller and fainter, the more there are."""
    crowd = min(1.0, (300 / max(n, 1)) ** 0.5)
    return {
        "s": 2 + 8 * crowd,
        "alpha": 0.25 + 0.5 * crowd,
        "color": style.TRUTH,
        "linewidths": 0,
        "zorder": 3,
    }


def _coordinates(manifold: AbstractManifold, points: np.ndarray) -> Float[np.ndarray, "n dim"]:
    """The first two coordinates, or angles, or the one there is."""
    if isinstance(manifold, Torus) or manifold == Sphere(1):
        pairs = points.reshape(len(points), -1, 2)
        return np.arctan2(pairs[..., 1], pairs[..., 0])[:, :2]
    return points[:, :2]


def _from_coordinates(manifold: AbstractManifold, grid: np.ndarray) -> np.ndarray:
    if isinstance(manifold, Torus):
        return np.stack([np.cos(grid), np.sin(grid)], -1).reshape(len(grid), -1)
    return grid


def _density(log_prob: LogProb, points: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The square root of densities, by which rare places show beside frequent ones."""
    return np.exp(0.5 * np.asarray(log_prob(points), np.float64)).reshape(shape)
