"""Winds of the globe, drawn from a model."""

from pathlib import Path

import jax.numpy as jnp
import numpy as np

from geomndp.data import UnitSphere
from geomndp.experiments.field_figures import write_fields
from geomndp.manifolds import even_places
from geomndp.model import TrainedProcess
from geomndp.plotting import plot_world_vectors
from geomndp.typing import Key

_N_DRAWN = 3
"""More maps would be too small to look at."""


def sample_winds(
    trained: TrainedProcess,
    folder: Path,
    *,
    n_fields: int = 3,
    n_points: int = 400,
    key: Key,
) -> list[Path]:
    """Draw winds of a model of the globe: maps, and a table with a line per place.

    Arguments:
        trained: A model of winds on the globe.
        folder: Where `samples.png`, with the first three, and `samples.csv` go.
        n_fields: How many.
        n_points: Number of places, spread evenly.
        key: Random key.

    Raises:
        ValueError: If a number is not positive.

    Example:
        >>> import jax, jax.numpy as jnp, pathlib, tempfile, geomndp as gn
        >>> model = gn.experiments.wind_model(9.0, "O3", width=8, n_layers=1)
        >>> x = jnp.asarray(gn.manifolds.even_places(5), float)
        >>> field = gn.FieldSample(x, 0 * x)
        >>> trained = gn.TrainedProcess(model, model.init(field, key=jax.random.key(0)))
        >>> _, table = gn.experiments.sample_winds(
        ...     trained, pathlib.Path(tempfile.mkdtemp()), n_fields=1, n_points=5,
        ...     key=jax.random.key(0),
        ... )
        >>> table.read_text().splitlines()[0]
        'member,latitude,longitude,eastward_wind,northward_wind'
    """
    if n_fields < 1:
        raise ValueError(f"expected at least 1 field, got {n_fields}")
    x = jnp.asarray(even_places(n_points), float)
    y = np.asarray(trained.sample(x, n_samples=n_fields, key=key))
    globe = UnitSphere()
    latitude, longitude = globe.places(x)
    folder.mkdir(parents=True, exist_ok=True)
    picture, table = folder / "samples.png", folder / "samples.csv"
    panels = {f"sample {number}": field for number, field in enumerate(y[:_N_DRAWN])}
    plot_world_vectors(x, panels).savefig(picture, dpi=150, bbox_inches="tight")
    write_fields(
        table,
        np.stack([latitude, longitude], -1),
        globe.winds(latitude, longitude, y),
        names=("latitude", "longitude", "eastward_wind", "northward_wind"),
        formats=("%.4f", "%.4f", "%.3f", "%.3f"),
    )
    return [picture, table]
