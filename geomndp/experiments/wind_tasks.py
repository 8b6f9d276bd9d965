"""Winds to be told from others: at one time, or in windows of time."""

import itertools
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Float

from geomndp.data import AbstractEarthCoordinates, UnitSphere, Winds, wind_batches
from geomndp.experiments.wind_draws import without_covariates
from geomndp.fields import FieldSample, Quantity

_POOL, _TRIES = 4, 50
"""So many times as many points are drawn for forecasts, to find enough of either half; and so many
windows for each task, as those at the end of the data have no second half."""


class WindTask(NamedTuple):
    """Winds of one time, or of a window of time: some given, the others to be told.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.ones((1, 1, 5, 5, 2))
        >>> winds = gn.data.wind_ensemble(wind, ["2024-01-01"], np.arange(5.0), np.arange(5.0))
        >>> globe = gn.data.UnitSphere()
        >>> task, *_ = gn.experiments.wind_tasks(winds, 1, globe, n_points=9, n_given=4)
        >>> task.context.n_points, task.target.n_points
        (4, 5)
    """

    coordinates: AbstractEarthCoordinates
    context: FieldSample
    target: FieldSample
    quantities: tuple[Quantity, ...] = ()
    """What the last coordinates of values are."""

    @property
    def places(self) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        """Latitudes and longitudes of what is to be told; the hours of x are left aside."""
        dim = 3 if isinstance(self.coordinates, UnitSphere) else 2
        return self.coordinates.places(self.target.x[:, :dim])


def wind_tasks(
    winds: Winds,
    n_fields: int,
    coordinates: AbstractEarthCoordinates,
    *,
    n_points: int = 200,
    n_given: int = 25,
    hours: float | None = None,
    seed: int = 0,
    quantities: tuple[Quantity, ...] = (),
) -> list[WindTask]:
    """Random points of random times, the first of which are given.

    Arguments:
        winds: The winds.
        n_fields: Number of tasks.
        coordinates: What x and y shall be.
        n_points: Points of each.
        n_given: How many of them are given.
        hours: Length of windows of time, of whose pairs of a place and a time points are then;
            single times when left out.
        seed: Seed of the choices.
        quantities: What is told beside the winds, and given.

    Raises:
        ValueError: If none is given, or to be told, or there are not so many points.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.ones((1, 1, 5, 5, 2))
        >>> winds = gn.data.wind_ensemble(wind, ["2024-01-01"], np.arange(5.0), np.arange(5.0))
        >>> chart = gn.data.AzimuthalEqualArea.centred_on(*winds.places)
        >>> len(gn.experiments.wind_tasks(winds, 3, chart, n_points=9, n_given=4))
        3
    """
    _check_given(n_given, n_points)
    sizes = {"n_points": n_points, "batch_size": n_fields, "seed": seed, "hours": hours}
    winds = without_covariates(winds)
    fields = next(wind_batches(winds, coordinates, **sizes, quantities=quantities))
    tasks = []
    for number, mask in enumerate(np.asarray(fields.mask)):
        if mask.sum() < n_points:
            raise ValueError(
                f"expected winds at {n_points} points, got a time with {mask.sum()}; ask for "
                "fewer points"
            )
        given, told = slice(n_given), slice(n_given, None)
        parts = _part(fields, number, given), _part(fields, number, told)
        tasks.append(WindTask(coordinates, *parts, quantities))
    return tasks


def forecast_tasks(
    winds: Winds,
    n_fields: int,
    coordinates: AbstractEarthCoordinates,
    *,
    n_points: int = 200,
    n_given: int = 25,
    hours: float,
    seed: int = 0,
    quantities: tuple[Quantity, ...] = (),
) -> list[WindTask]:
    """Random points of random windows of time: given in the first half, to be told in the second.

    Arguments:
        winds: The winds.
        n_fields: Number of tasks.
        coordinates: What x and y shall be.
        n_points: Points of each.
        n_given: How many of them are given.
        hours: Length of the windows.
        seed: Seed of the choices.
        quantities: What is told beside the winds, and given.

    Raises:
        ValueError: If none is given, or to be told, or no window has so many points in its halves.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> time, wind = np.datetime64("2024-01-01T00") + np.arange(5), np.ones((1, 5, 5, 5, 2))
        >>> winds = gn.data.wind_ensemble(wind, time, np.arange(5.0), np.arange(5.0))
        >>> chart = gn.data.AzimuthalEqualArea.centred_on(*winds.places)
        >>> sizes = {"n_points": 9, "n_given": 4}
        >>> task, *_ = gn.experiments.forecast_tasks(winds, 2, chart, hours=4.0, **sizes)
        >>> bool(task.context.x[:, 2].max() <= 2.0), bool(task.target.x[:, 2].min() > 2.0)
        (True, True)
    """
    _check_given(n_given, n_points)
    sizes = {"n_points": _POOL * n_points, "batch_size": 1, "seed": seed, "hours": hours}
    draws = wind_batches(without_covariates(winds), coordinates, **sizes, quantities=quantities)
    n_told, tasks = n_points - n_given, []
    for field in itertools.islice(draws, _TRIES * n_fields):
        late = np.asarray(field.x[0, :, -1]) > hours / 2.0
        present = np.asarray(field.mask[0])
        given, told = (np.flatnonzero(half & present) for half in (~late, late))
        if len(given) >= n_given and len(told) >= n_told:
            parts = _part(field, 0, given[:n_given]), _part(field, 0, told[:n_told])
            tasks.append(WindTask(coordinates, *parts, quantities))
        if len(tasks) == n_fields:
            return tasks
    raise ValueError(
        f"expected windows of {hours:g} hours with {n_given} winds in the first half and {n_told} "
        f"in the second, got {len(tasks)} of {n_fields}; ask for fewer points, or longer windows"
    )


def scalars_alone(task: WindTask) -> WindTask:
    """The same with winds hidden in what is given, to be told from the scalars there."""
    context, n_scalars = task.context, len(task.quantities)
    flags = context.covariates
    if flags is None or not n_scalars:
        raise ValueError("expected winds with something beside them that is given, got winds alone")
    wind = flags.shape[-1] - n_scalars - 1
    hidden = FieldSample(
        context.x,
        context.y.at[:, :-n_scalars].set(0.0),
        context.mask,
        flags.at[:, wind].set(0.0),
    )
    return task._replace(context=hidden)


def _part(fields: FieldSample, number: int, rows: Any) -> FieldSample:
    """Some of the points of a field of a batch."""
    return jax.tree.map(lambda a: a[number, rows], fields)


def _check_given(n_given: int, n_points: int) -> None:
    if not 1 <= n_given < n_points:
        raise ValueError(f"expected 1 <= given < points, got {n_given} of {n_points} points")
