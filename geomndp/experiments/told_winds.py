"""Winds at the places of a grid, told from those that stations observed."""

import jax
import numpy as np
from jaxtyping import Shaped
from numpy.typing import ArrayLike

from geomndp.data import (
    AzimuthalEqualArea,
    Region,
    WindObservations,
    Winds,
    hours_since,
    wind_ensemble_like,
    with_hours,
)
from geomndp.data.wind_speeds import refuse_impossible
from geomndp.experiments.filled_winds import Places, fill_in, has_process, spread_out
from geomndp.experiments.observed_scalars import observed_for, refuse_unlikely
from geomndp.experiments.wind_draws import flags_of, sees_times
from geomndp.experiments.winds import wind_coordinates
from geomndp.model import NeuralDiffusionProcess, TrainedProcess
from geomndp.sampling import AbstractConditionalMethod, Amortised, TweedieGuidance, has_noise
from geomndp.typing import Key

MOST_PLACES = 2000
"""That are told jointly, at all times together: time grows with the third power of the number."""

_AT_ONCE = 16
"""Members that are drawn at once, so that memory does not grow with their number; what the places
determine is computed for each such draw anew."""


def tell_winds(
    trained: TrainedProcess,
    seen: WindObservations,
    grid: Winds,
    *,
    times: ArrayLike | None = None,
    n_members: int = 32,
    method: AbstractConditionalMethod | None = None,
    key: Key,
) -> Winds:
    """An ensemble of winds, drawn jointly at the places of a grid, given observations.

    A model that knows a quantity beside winds, such as pressure, tells it too, and takes
    observations of either; one that does not takes winds alone.

    At most 2000 places, with their times, are told by the model, spread out and the nearest to each
    observation among them. At the others winds are drawn from its Gaussian process given all of
    these and the observations: a process that was fitted to the same winds.

    With a model of space and time observations are of any times, and winds are told at several
    times, jointly too. Such a model knows windows as long as those that it was trained on, from the
    first of all these times to the last.

    Arguments:
        trained: A model of winds, as from `fit_winds`.
        seen: The observations, of one time, or with their times for a model of space and time;
            where errors are known, they are taken into account.
        grid: Whose places the ensemble gets, and whose first time, or with a model of space and
            time all times. With a model on the globe observations may lie anywhere.
        times: The times to tell winds at, instead of those of the grid.
        n_members: Number of members.
        method: The method of conditioning; when left out `Amortised` for observations without
            errors, and `TweedieGuidance` for those with.
        key: Random key.

    Raises:
        ValueError: If an observation lies outside the grid of a map, there are more than 2000
            places and the model has no Gaussian process, or it is of one time and several are asked
            for, or of several and observations have no times.
        WindFileError: If a wind is faster than any is, or a quantity far from all that the model
            was trained on, as in another unit.

    Example:
        >>> import jax, numpy as np, geomndp as gn
        >>> wind = np.zeros((1, 1, 2, 2, 2))
        >>> grid = gn.data.wind_ensemble(wind, ["2024-01-01"], [50.0, 51.0], [8.0, 9.0])
        >>> seen = gn.data.WindObservations([50.5], [8.5], [[3.0, 0.0]])
        >>> model = gn.load("winds-regional")
        >>> gn.experiments.tell_winds(model, seen, grid, n_members=2, key=jax.random.key(0))
        Winds(2 members, 1 time 2024-01-01T00:00, 2 x 2 latitudes and longitudes)
    """
    places, at = grid.places, _times_of(trained, grid, times)
    model = trained.model
    most = most_places(model, len(places[0]), len(at))
    if n_members < 1:
        raise ValueError(f"expected at least 1 member, got {n_members}")
    seen = seen.of(model.quantities)
    refuse_impossible(seen.wind, "observations")
    refuse_unlikely(seen, model)
    coordinates, noise = wind_coordinates(model, grid), seen.noise_variance
    if isinstance(coordinates, AzimuthalEqualArea):
        check_within(seen, grid, coordinates)
    if method is None:
        method = TweedieGuidance() if has_noise(noise) else Amortised()
    x, since = coordinates.locations(*places), None
    sites = coordinates.locations(seen.latitude, seen.longitude)
    told = spread_out(x, most, sites)
    if sees_times(model):
        since = min(at.min(), seen.time.min()) if seen.time is not None else at.min()
        hours = hours_since(at, since)
        told = np.concatenate([told + number * len(x) for number in range(len(at))])
        x = np.concatenate([with_hours(x, each) for each in hours])
    context, where = seen.field(coordinates, since), Places(jax.numpy.asarray(x), told)
    observed, of_numbers = observed_for(method, context, model.quantities, noise)
    posterior = trained.condition(observed, observation_noise=of_numbers)
    covariates = flags_of(model, len(told))
    of_told, of_filled = jax.random.split(key)
    drawn = [
        posterior.sample(
            where.x[told],
            n_samples=min(n_members, _AT_ONCE),
            covariates=covariates,
            method=method,
            key=each,
        )
        for each in jax.random.split(of_told, -(-n_members // _AT_ONCE))
    ]
    y = jax.numpy.concatenate(drawn)[:n_members]
    if len(told) < len(x):
        y = fill_in(model, where, y, context, noise, key=of_filled)
    y = y.reshape(len(y), len(at), len(places[0]), -1)
    return wind_ensemble_like(grid, y, coordinates, at, quantities=model.quantities)


def most_places(model: NeuralDiffusionProcess, n_places: int, n_times: int) -> int:
    """How many places a model tells at each of some times; its process tells those beyond.

    Raises:
        ValueError: If it tells none, or there are more and it has no process.
    """
    most = MOST_PLACES // n_times
    if not most:
        raise ValueError(
            f"expected at most {MOST_PLACES} times, which are told jointly, got {n_times}; tell "
            "some after the others"
        )
    if n_places > most and not has_process(model):
        of_times = "" if n_times == 1 else f" at {n_times} times"
        raise ValueError(
            f"expected at most {MOST_PLACES} places, which are told jointly, got "
            f"{n_places}{of_times}, and a model without a Gaussian process to tell those "
            "between; take every second or third latitude and longitude"
        )
    return most


def _times_of(
    trained: TrainedProcess, grid: Winds, times: ArrayLike | None
) -> Shaped[np.ndarray, " n_times"]:
    """The times at which winds are told."""
    in_time = sees_times(trained.model)
    if times is None:
        return grid.times if in_time else grid.times[:1]
    asked = np.unique(np.atleast_1d(np.asarray(times, "datetime64[ns]")))
    if len(asked) != 1 and not in_time:
        raise ValueError(
            f"expected one time, for a model of winds at one time, got {len(asked)}; tell them one "
            "after another, or take a model of a group of space and time, SE2xT or E2xT"
        )
    return asked


def check_within(seen: WindObservations, grid: Winds, chart: AzimuthalEqualArea) -> None:
    """Refuse observations outside the least and largest latitude and longitude of a grid.

    Raises:
        ValueError: If there is one.
    """
    latitude, longitude = grid.places
    middle = chart.longitude
    off = (longitude - middle + 180.0) % 360.0 - 180.0
    near = 1e-6  # of the rounding of single precision
    region = Region(
        south=max(float(latitude.min()) - near, -90.0),
        north=min(float(latitude.max()) + near, 90.0),
        west=middle + float(off.min()) - near,
        east=middle + float(off.max()) + near,
    )
    outside = np.flatnonzero(~region.contains(seen.latitude, seen.longitude))
    if outside.size:
        first = outside[0]
        name = f"observation {first + 1}" if seen.station is None else seen.station[first]
        raise ValueError(
            f"expected observations from {region.south:.2f} to {region.north:.2f} N and "
            f"{region.west:.2f} to {region.east:.2f} E, where the grid is, got {name} at "
            f"{seen.latitude[first]:.2f} N {seen.longitude[first]:.2f} E and {outside.size} such "
            "in all; leave them out, or take a larger grid: one "
            "that is thinned may end before its last place"
        )
