"""Observed values of a field from a table."""

import os

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from geomndp.data.load_points import read_numbers, read_table
from geomndp.fields import FieldSample


def load_observations(
    path: str | os.PathLike[str], *, dim_x: int, dim_y: int
) -> tuple[FieldSample, Float[np.ndarray, " n_points"]]:
    r"""Values of one field at some points, and the variance of their noise, from a CSV file.

    Arguments:
        path: The file: a row for each point, with columns x and y, or x1, x2, ... and y1, y2, ...
            where there are several coordinates; and noise, a variance, where it is known.
        dim_x: Number of coordinates of a location.
        dim_y: Number of coordinates of a value.

    Returns:
        The values, and the variance of noise in each, 0 without such a column.

    Raises:
        ValueError: If there is no such table, columns are missing, or a number is not finite or a
            variance negative.

    Example:
        >>> import pathlib, tempfile, geomndp as gn
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "seen.csv"
        >>> _ = path.write_text("x,y,noise\n0.0,1.0,0.1\n0.5,0.2,0\n")
        >>> seen, noise = gn.data.load_observations(path, dim_x=1, dim_y=1)
        >>> seen.x.ravel().tolist(), noise.tolist()
        ([0.0, 0.5], [0.1, 0.0])
    """
    frame = read_table(path)
    names = [*_columns("x", dim_x), *_columns("y", dim_y)]
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise ValueError(
            f"{path}: expected columns {', '.join(names)}, and noise where it is known, got "
            f"{', '.join(frame.columns)}; name them so in the first line, or, of winds at "
            "latitudes and longitudes, give the grid to predict them at (--at)"
        )
    numbers = read_numbers(frame, names, path)
    noise = np.zeros(len(numbers))
    if "noise" in frame.columns:
        noise = read_numbers(frame, ["noise"], path)[:, 0]
    if (noise < 0).any():
        row = int(np.flatnonzero(noise < 0)[0])
        raise ValueError(
            f"{path}: expected variances of at least 0 in the column noise, got {noise[row]:.6g} "
            f"in row {row + 1}"
        )
    x, y = (jnp.asarray(part, float) for part in np.split(numbers, [dim_x], 1))
    return FieldSample(x, y), noise


def _columns(letter: str, dim: int) -> list[str]:
    return [letter] if dim == 1 else [f"{letter}{number}" for number in range(1, dim + 1)]
