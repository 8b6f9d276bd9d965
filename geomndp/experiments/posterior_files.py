"""Functions and vector fields given observations, as pictures and tables."""

from pathlib import Path

import numpy as np
from jaxtyping import Array, Float

from geomndp.data import load_observations
from geomndp.experiments.field_figures import disc_grid, write_fields
from geomndp.experiments.function_figures import even_grid, write_functions
from geomndp.model import ConditionedProcess, TrainedProcess
from geomndp.plotting import plot_posterior_functions, plot_vector_fields
from geomndp.sampling import AbstractConditionalMethod
from geomndp.typing import Key

_N_SHOWN = 3


def condition_functions(
    trained: TrainedProcess,
    observations: Path,
    folder: Path,
    *,
    n_functions: int = 64,
    n_points: int = 56,
    low: float | int = -2.0,
    high: float | int = 2.0,
    method: AbstractConditionalMethod | None = None,
    key: Key,
) -> list[Path]:
    r"""Draw functions of a model given some values, on an even grid: a picture and a table.

    Arguments:
        trained: A model of functions.
        observations: A table that `data.load_observations` reads.
        folder: Where `posterior.png` and `posterior.csv` go.
        n_functions: How many.
        n_points: Points of the grid.
        low: Left end of the grid.
        high: Right end.
        method: The method of conditioning; see `ConditionedProcess.sample`.
        key: Random key.

    Raises:
        ValueError: If the table is refused, a number is not positive, or the ends are not in order.

    Example:
        >>> import jax, pathlib, tempfile, geomndp as gn
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "seen.csv").write_text("x,y\n0.0,1.0\n")
        >>> files = gn.experiments.condition_functions(
        ...     gn.load("regression1d-se"), folder / "seen.csv", folder, n_functions=2, n_points=8,
        ...     key=jax.random.key(0),
        ... )
        >>> files[1].read_text().splitlines()[0]
        'x,function_0,function_1'
    """
    x = even_grid(n_functions, n_points, low, high)
    posterior = _posterior(trained, observations, dim=1)
    y = posterior.sample(x, n_samples=n_functions, method=method, key=key)
    folder.mkdir(parents=True, exist_ok=True)
    picture, table = folder / "posterior.png", folder / "posterior.csv"
    seen = posterior.context
    figure = plot_posterior_functions(x, y, (seen.x, seen.y))
    figure.savefig(picture, dpi=150, bbox_inches="tight")
    write_functions(table, x, y)
    return [picture, table]


def condition_fields(
    trained: TrainedProcess,
    observations: Path,
    folder: Path,
    *,
    n_fields: int = 32,
    n_points: int = 64,
    radius: float | int = 10.0,
    method: AbstractConditionalMethod | None = None,
    key: Key,
) -> list[Path]:
    r"""Draw vector fields of a model given some values, on a grid in a disc.

    Arguments:
        trained: A model of vector fields.
        observations: A table that `data.load_observations` reads.
        folder: Where `posterior.png`, with the mean and some fields, and `posterior.csv` go.
        n_fields: How many.
        n_points: At most so many points, see `disc_grid`.
        radius: Radius of the disc, a length in the unit of x.
        method: The method of conditioning; see `ConditionedProcess.sample`.
        key: Random key.

    Raises:
        ValueError: If the table is refused, or a number is not positive.

    Example:
        >>> import jax, pathlib, tempfile, geomndp as gn
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "seen.csv").write_text("x1,x2,y1,y2\n0,0,1.0,0.5\n")
        >>> files = gn.experiments.condition_fields(
        ...     gn.load("gp-fields-se"), folder / "seen.csv", folder, n_fields=2, n_points=5,
        ...     key=jax.random.key(0),
        ... )
        >>> files[1].read_text().splitlines()[0]
        'member,x1,x2,y1,y2'
    """
    if n_fields < 1:
        raise ValueError(f"expected at least 1 field, got {n_fields}")
    posterior = _posterior(trained, observations, dim=2)
    x = disc_grid(n_points, radius)
    y = np.asarray(posterior.sample(x, n_samples=n_fields, method=method, key=key))
    folder.mkdir(parents=True, exist_ok=True)
    picture, table = folder / "posterior.png", folder / "posterior.csv"
    sets: dict[str, Float[Array | np.ndarray, "n_fields n_points 2"]]
    sets = {"mean": y.mean(0, keepdims=True), "members": y[:_N_SHOWN]}
    seen = posterior.context
    figure = plot_vector_fields(x, sets, observed=(seen.x, seen.y))
    figure.savefig(picture, dpi=150, bbox_inches="tight")
    write_fields(table, x, y)
    return [picture, table]


def _posterior(trained: TrainedProcess, observations: Path, dim: int) -> ConditionedProcess:
    context, noise = load_observations(observations, dim_x=dim, dim_y=dim)
    return trained.condition(context, observation_noise=noise)
