"""The pictures of a run on winds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax

from geomndp.data import UnitSphere, Winds
from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.spectra_of_winds import read_spectra
from geomndp.experiments.wind_coasts import coasts_near
from geomndp.experiments.wind_draws import flags_of, window_hours
from geomndp.experiments.wind_tasks import wind_tasks
from geomndp.experiments.winds import split_winds, wind_coordinates
from geomndp.model import TrainedProcess
from geomndp.plotting import (
    plot_history,
    plot_spectra,
    plot_vector_fields,
    plot_world_vectors,
)
from geomndp.sampling import Amortised

_N_FIELDS = 4
_N_POINTS, _N_GIVEN = 96, 16


def draw_wind_figures(
    trained: TrainedProcess,
    winds: Winds,
    folder: RunFolder,
    *,
    hours: float | None = None,
    seed: int = 0,
) -> list[Path]:
    """Draw winds of a held-out time beside members of the model, given some of them and free.

    Of a model of space and time these are winds of all times of a window, in one map.

    Arguments:
        trained: A model of winds.
        winds: Winds of the region on which it was trained, or of the globe.
        folder: The run folder, whose `figures` they go to; its history is drawn if it has one.
        hours: Length of the window of a model of space and time, 12 when left out.
        seed: Seed of the winds.

    Returns:
        The files written.

    Example:
        >>> import jax, numpy as np, tempfile, geomndp as gn
        >>> time = np.datetime64("2024-01-01T00") + np.arange(24)
        >>> wind = np.random.default_rng(0).normal(size=(1, 24, 4, 5, 2))
        >>> winds = gn.data.wind_ensemble(wind, time, np.arange(4.0), np.arange(5.0))
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> model = gn.experiments.wind_model(1.0, "none", width=8, n_layers=1)
        >>> field = gn.FieldSample(jax.numpy.zeros((2, 2)), jax.numpy.ones((2, 2)))
        >>> trained = gn.TrainedProcess(model, model.init(field, key=jax.random.key(0)))
        >>> [file.name for file in gn.experiments.draw_wind_figures(trained, winds, folder)]
        ['fields.png']
    """
    test = split_winds(winds).test
    n_points = min(_N_POINTS, len(test.places[0]))
    n_given = max(1, min(_N_GIVEN, n_points // 4))
    coordinates = wind_coordinates(trained.model, test)
    model, hours = trained.model, window_hours(trained.model, hours)
    sizes = {"n_points": n_points, "n_given": n_given, "quantities": model.quantities}
    (task,) = wind_tasks(test, 1, coordinates, **sizes, hours=hours, seed=seed)
    x, keys = task.target.x, jax.random.split(jax.random.key(seed))
    posterior = trained.condition(task.context)
    asked = {"n_samples": _N_FIELDS, "covariates": flags_of(model, len(x))}
    given = posterior.sample(x, **asked, method=Amortised(), key=keys[0])
    sets = {
        "held-out wind": task.target.y[None],
        f"model, given {n_given} winds": given,
        "model, free": trained.sample(x, **asked, key=keys[1]),
    }
    n_winds = task.target.y.shape[-1] - len(model.quantities)
    sets = {title: fields[..., :n_winds] for title, fields in sets.items()}
    if isinstance(coordinates, UnitSphere):
        figure = plot_world_vectors(x, {title: fields[0] for title, fields in sets.items()})
    else:
        coasts = coasts_near(coordinates, test.places)
        figure = plot_vector_fields(x[:, :2], sets, lines=coasts, unit_x="km", unit_y="m/s")
    written = [folder.write_figure("fields", figure)]
    if folder.history.exists():
        written.append(folder.write_figure("history", plot_history(folder.read_history())))
    return written


def plot_wind_spectra(described: Mapping[str, Any]) -> Any:
    """Draw spectra of winds, with their units, for the caller to save.

    Arguments:
        described: As `describe_spectra` makes them, and reports of `evaluate_winds` have them.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> spectra = {"data": gn.metrics.HelmholtzSpectra(*np.ones((3, 2)))}
        >>> described = gn.experiments.describe_spectra(spectra, on_globe=True)
        >>> gn.experiments.plot_wind_spectra(described).axes[0].get_ylabel()
        'variance per wavenumber, s-2'
    """
    units = described["units"]
    return plot_spectra(
        read_spectra(described),
        unit=units["wavenumber"],
        label=f"variance per wavenumber, {units['spectra']}",
    )
