"""The pictures of a run of one-dimensional regression, and functions drawn from its model."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.experiments.regression1d import n_points_of, regression_law
from geomndp.experiments.run_folder import RunFolder
from geomndp.model import TrainedProcess
from geomndp.plotting import plot_functions, plot_history
from geomndp.typing import Key

_N_FUNCTIONS = 5


def draw_regression1d_figures(
    trained: TrainedProcess, process: str | None, folder: RunFolder, *, seed: int = 0
) -> list[Path]:
    """Draw functions of a model beside functions of the law, and the course of training.

    Arguments:
        trained: A model of functions.
        process: Name of the law; None where the model stands alone.
        folder: The run folder, whose `figures` they go to; its history is drawn if it has one.
        seed: Seed of the functions.

    Returns:
        The files written.

    Example:
        >>> import tempfile, geomndp as gn
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> files = gn.experiments.draw_regression1d_figures(
        ...     gn.load("regression1d-se"), "squared-exponential", folder
        ... )
        >>> [file.name for file in files]
        ['functions.png']
    """
    # About as many points as the model was trained at.
    n_points = 56 if process is None else n_points_of(process) // 8 * 8
    x = jnp.linspace(-2, 2, n_points)[:, None]
    keys = jax.random.split(jax.random.key(seed))
    panels = {"model": np.asarray(trained.sample(x, n_samples=_N_FUNCTIONS, key=keys[0]))}
    if process is not None:
        law = regression_law(process)
        panels[f"data: {process}"] = np.stack(
            [law.sample(x, key=key) for key in jax.random.split(keys[1], _N_FUNCTIONS)]
        )
    written = [folder.write_figure("functions", plot_functions(x, panels))]
    if folder.history.exists():
        written.append(folder.write_figure("history", plot_history(folder.read_history())))
    return written


def sample_functions(
    trained: TrainedProcess,
    folder: Path,
    *,
    n_functions: int = 16,
    n_points: int = 56,
    low: float | int = -2.0,
    high: float | int = 2.0,
    key: Key,
) -> list[Path]:
    """Draw functions of a model on an even grid: a picture, and a table with a column for each.

    Arguments:
        trained: A model of functions.
        folder: Where `samples.png` and `samples.csv` go.
        n_functions: How many.
        n_points: Points of the grid.
        low: Left end of the grid.
        high: Right end.
        key: Random key.

    Raises:
        ValueError: If a number is not positive, or the ends are not in order.

    Example:
        >>> import jax, pathlib, tempfile, geomndp as gn
        >>> files = gn.experiments.sample_functions(
        ...     gn.load("regression1d-se"), pathlib.Path(tempfile.mkdtemp()), n_points=8,
        ...     n_functions=2, key=jax.random.key(0),
        ... )
        >>> files[1].read_text().splitlines()[0]
        'x,function_0,function_1'
    """
    x = even_grid(n_functions, n_points, low, high)
    y = np.asarray(trained.sample(x, n_samples=n_functions, key=key))
    folder.mkdir(parents=True, exist_ok=True)
    picture, table = folder / "samples.png", folder / "samples.csv"
    plot_functions(x, {"samples": y}).savefig(picture, dpi=150, bbox_inches="tight")
    write_functions(table, x, y)
    return [picture, table]


def even_grid(
    n_functions: int, n_points: int, low: float | int, high: float | int
) -> Float[Array, "n_points 1"]:
    """Even locations at which a number of functions are to be drawn.

    Raises:
        ValueError: If a number is not positive, or the ends are not in order.
    """
    if n_functions < 1 or n_points < 1 or not low < high:
        raise ValueError(
            "expected at least 1 function and 1 point, and low < high, "
            f"got {n_functions}, {n_points}, {low} and {high}"
        )
    return jnp.linspace(low, high, n_points)[:, None]


def write_functions(
    path: Path,
    x: Float[Array | np.ndarray, "n_points 1"],
    y: Float[Array | np.ndarray, "n_functions n_points 1"],
) -> None:
    """A table with a column for each function."""
    header = ",".join(["x", *(f"function_{number}" for number in range(len(y)))])
    columns = np.column_stack([np.asarray(x), np.asarray(y)[..., 0].T])
    np.savetxt(path, columns, delimiter=",", header=header, comments="", fmt="%.6g")
