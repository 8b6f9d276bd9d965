"""The pictures of a density, and points drawn from it."""

from pathlib import Path

import jax
import numpy as np
from jaxtyping import Array, Float

from geomndp.experiments.run_folder import RunFolder
from geomndp.manifolds import SO3, AbstractManifold, Sphere, Torus, to_geographic
from geomndp.model import Density
from geomndp.plotting import plot_history, plot_point_pattern
from geomndp.typing import Key

_N_DRAWN = 1000
"""Points in a picture."""


def draw_density_figures(
    density: Density,
    points: Float[Array | np.ndarray, "n ambient_dim"] | None,
    folder: RunFolder,
    *,
    seed: int = 0,
) -> list[Path]:
    """Draw points over the density, beside as many of the model, and the course of training.

    Arguments:
        density: The density.
        points: The data, of which at most a thousand are drawn; None where it stands alone.
        folder: The run folder, whose `figures` they go to; its history is drawn if it has one.
        seed: Seed of the points.

    Returns:
        The files written.

    Example:
        >>> import jax, tempfile, geomndp as gn
        >>> torus = gn.manifolds.Torus(1)
        >>> points = torus.random_base((100,), key=jax.random.key(0))
        >>> model = gn.experiments.density_model(torus, points, width=8, n_layers=1)
        >>> point = gn.FieldSample(jax.numpy.zeros((1, 1)), torus.base_point()[None])
        >>> params = model.init(point, key=jax.random.key(0))  # untrained
        >>> density = gn.model.Density(gn.TrainedProcess(model, params))
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> files = gn.experiments.draw_density_figures(density, points, folder)
        >>> [file.name for file in files]
        ['density.png']
    """
    panels = {}
    if points is not None:
        panels["data"] = np.asarray(points)[:_N_DRAWN]
    n_samples = len(panels.get("data", range(_N_DRAWN)))
    panels["model"] = np.asarray(density.sample(n_samples, key=jax.random.key(seed)))
    figure = plot_point_pattern(density.manifold, panels, log_prob=density.log_prob)
    written = [folder.write_figure("density", figure)]
    if folder.history.exists():
        written.append(folder.write_figure("history", plot_history(folder.read_history())))
    return written


def sample_points(density: Density, folder: Path, *, n_points: int = 1000, key: Key) -> list[Path]:
    """Draw points of a density: a picture, and a table with a line per point.

    Columns are latitude and longitude in degrees on the globe, `angle1` and so on in radians on a
    torus, `r11` to `r33` of rotations, and `y1` and so on elsewhere.

    Arguments:
        density: The density.
        folder: Where `samples.png` and `samples.csv` go.
        n_points: How many.
        key: Random key.

    Raises:
        ValueError: If the number is not positive.

    Example:
        >>> import jax, pathlib, tempfile, geomndp as gn
        >>> torus = gn.manifolds.Torus(2)
        >>> points = torus.random_base((100,), key=jax.random.key(0))
        >>> model = gn.experiments.density_model(torus, points, width=8, n_layers=1)
        >>> point = gn.FieldSample(jax.numpy.zeros((1, 1)), torus.base_point()[None])
        >>> params = model.init(point, key=jax.random.key(0))  # untrained
        >>> density = gn.model.Density(gn.TrainedProcess(model, params))
        >>> _, table = gn.experiments.sample_points(
        ...     density, pathlib.Path(tempfile.mkdtemp()), n_points=3, key=jax.random.key(1)
        ... )
        >>> table.read_text().splitlines()[0]
        'angle1,angle2'
    """
    if n_points < 1:
        raise ValueError(f"expected at least 1 point, got {n_points}")
    y = np.asarray(density.sample(n_points, key=key))
    folder.mkdir(parents=True, exist_ok=True)
    picture, table = folder / "samples.png", folder / "samples.csv"
    figure = plot_point_pattern(density.manifold, {"samples": y[:_N_DRAWN]})
    figure.savefig(picture, dpi=150, bbox_inches="tight")
    names, columns = _columns(density.manifold, y)
    np.savetxt(table, columns, "%.7g", ",", header=",".join(names), comments="")
    return [picture, table]


def _columns(manifold: AbstractManifold, y: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The points as `data.load_positions` and its like read them."""
    if manifold == Sphere(2):
        latitude, longitude = to_geographic(jax.numpy.asarray(y))
        return ["latitude", "longitude"], np.stack([latitude, longitude], -1)
    if isinstance(manifold, Torus):
        pairs = y.reshape(len(y), -1, 2)
        names = [f"angle{number + 1}" for number in range(manifold.n)]
        return names, np.arctan2(pairs[..., 1], pairs[..., 0])
    if isinstance(manifold, SO3):
        return [f"r{i}{j}" for i in (1, 2, 3) for j in (1, 2, 3)], y
    return [f"y{number + 1}" for number in range(y.shape[1])], y
