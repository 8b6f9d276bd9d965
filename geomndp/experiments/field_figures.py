"""The pictures of a run on vector fields, and fields drawn from its model."""

import math
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.experiments.gp_fields import vector_field_law
from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.spectra_of_winds import AtOneTime
from geomndp.experiments.wind_draws import sees_times
from geomndp.model import TrainedProcess
from geomndp.plotting import plot_history, plot_vector_fields
from geomndp.typing import Key

_N_FIELDS = 4
_N_POINTS = 64
_RADIUS_IN_UNITS = 10.0 / math.sqrt(5)
"""Of the disc in which models of laws are trained, in their unit of length."""


def disc_grid(n_points: int, radius: float) -> Float[Array, "n_kept 2"]:
    """A square grid in a disc about the origin, of as many points as fit into a number.

    Arguments:
        n_points: At most so many points; they are as symmetric as a square, so few numbers fit.
        radius: Distance of the outermost points from the origin, where there are several.

    Raises:
        ValueError: If there are no points or the radius is not positive.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.disc_grid(8, 2.0).tolist()
        [[0.0, 0.0], [-2.0, 0.0], [0.0, -2.0], [0.0, 2.0], [2.0, 0.0]]
    """
    if n_points < 1 or not radius > 0:
        raise ValueError(
            f"expected at least 1 point and a positive radius, got {n_points} and {radius}"
        )
    # A disc with this radius, in steps of the grid, holds more points than are wanted.
    reach = math.isqrt(n_points) + 1
    side = np.arange(-reach, reach + 1)
    squares = np.stack(np.meshgrid(side, side, indexing="ij"), -1).reshape(-1, 2)
    squared = np.sum(squares**2, -1)
    order = np.argsort(squared, kind="stable")
    # Of points at one distance all are kept, or none.
    kept = order[squared[order] < squared[order[n_points]]]
    step = radius / max(1.0, np.sqrt(squared[kept].max()))
    return jnp.asarray(step * squares[kept], float)


def usual_radius(trained: TrainedProcess) -> float:
    """Radius of a disc as wide for a model as that of radius 10 is for models of laws.

    Some lengths over which its fields change: 10 for `gp-fields-*`, and some 450 km for winds of a
    region. A model without such a length has 10.

    Example:
        >>> import geomndp as gn
        >>> round(gn.experiments.usual_radius(gn.load("winds-regional")))
        447
    """
    return round(_RADIUS_IN_UNITS * getattr(trained.model.network, "unit_x", math.sqrt(5)), 6)


def draw_gp_fields_figures(
    trained: TrainedProcess, kernel: str | None, folder: RunFolder, *, seed: int = 0
) -> list[Path]:
    """Draw fields of a model beside fields of the law, and the course of training.

    Arguments:
        trained: A model of vector fields.
        kernel: Name of the law; None where the model stands alone.
        folder: The run folder, whose `figures` they go to; its history is drawn if it has one.
        seed: Seed of the fields.

    Returns:
        The files written.

    Example:
        >>> import jax, tempfile, geomndp as gn
        >>> gp = gn.data.vector_field_laws()["curl-free"]
        >>> model = gn.experiments.gp_fields_model(gp, "none", width=8, n_layers=1)
        >>> field = gn.data.RandomFields(gp, n_points=8)(key=jax.random.key(0))
        >>> trained = gn.TrainedProcess(model, model.init(field, key=jax.random.key(1)))
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> files = gn.experiments.draw_gp_fields_figures(trained, "curl-free", folder)
        >>> [file.name for file in files]
        ['fields.png']
    """
    x = disc_grid(_N_POINTS, usual_radius(trained))
    keys = jax.random.split(jax.random.key(seed))
    sets = {"model": trained.sample(x, n_samples=_N_FIELDS, key=keys[0])}
    if kernel is not None:
        law = vector_field_law(kernel)
        sets[f"data: {kernel}"] = law.sample(x, n_samples=_N_FIELDS, key=keys[1])
    written = [folder.write_figure("fields", plot_vector_fields(x, sets))]
    if folder.history.exists():
        written.append(folder.write_figure("history", plot_history(folder.read_history())))
    return written


def sample_fields(
    trained: TrainedProcess,
    folder: Path,
    *,
    n_fields: int = 4,
    n_points: int = 64,
    radius: float | int | None = None,
    key: Key,
) -> list[Path]:
    """Draw fields of a model on a grid in a disc: a picture, and a table with a line per point.

    Arguments:
        trained: A model of vector fields; of one of winds in time they are at one time.
        folder: Where `samples.png` and `samples.csv` go.
        n_fields: How many.
        n_points: At most so many points, see `disc_grid`.
        radius: Radius of the disc, a length in the unit of x; `usual_radius` when left out.
        key: Random key.

    Raises:
        ValueError: If a number is not positive.

    Example:
        >>> import jax, pathlib, tempfile, geomndp as gn
        >>> gp = gn.data.vector_field_laws()["curl-free"]
        >>> model = gn.experiments.gp_fields_model(gp, "none", width=8, n_layers=1)
        >>> field = gn.data.RandomFields(gp, n_points=8)(key=jax.random.key(0))
        >>> trained = gn.TrainedProcess(model, model.init(field, key=jax.random.key(1)))
        >>> _, table = gn.experiments.sample_fields(
        ...     trained, pathlib.Path(tempfile.mkdtemp()), n_fields=2, n_points=5,
        ...     key=jax.random.key(0),
        ... )
        >>> table.read_text().splitlines()[0]
        'member,x1,x2,y1,y2'
    """
    if n_fields < 1:
        raise ValueError(f"expected at least 1 field, got {n_fields}")
    x = disc_grid(n_points, usual_radius(trained) if radius is None else radius)
    law = AtOneTime(trained) if sees_times(trained.model) else trained
    y = np.asarray(law.sample(x, n_samples=n_fields, key=key))
    folder.mkdir(parents=True, exist_ok=True)
    picture, table = folder / "samples.png", folder / "samples.csv"
    plot_vector_fields(x, {"samples": y}).savefig(picture, dpi=150, bbox_inches="tight")
    write_fields(table, x, y)
    return [picture, table]


def write_fields(
    path: Path,
    x: Float[Array | np.ndarray, "n_points 2"],
    y: Float[np.ndarray, "n_fields n_points 2"],
    *,
    names: tuple[str, ...] = ("x1", "x2", "y1", "y2"),
    formats: tuple[str, ...] = 4 * ("%.6g",),
) -> None:
    """A table with a line for each point of each field."""
    members = np.repeat(np.arange(len(y)), len(x))
    columns = np.column_stack([members, np.tile(np.asarray(x), (len(y), 1)), y.reshape(-1, 2)])
    header = ",".join(("member", *names))
    np.savetxt(path, columns, ("%d", *formats), ",", header=header, comments="")
