"""How good models of winds are on winds of a file, beside simple rules."""

from collections.abc import Mapping
from typing import Any

import jax

from geomndp.data import AbstractEarthCoordinates, AzimuthalEqualArea, UnitSphere, Winds
from geomndp.experiments.environment import environment
from geomndp.experiments.oracle_scores import ScoringProgress, check_number_of_fields
from geomndp.experiments.spectra_of_winds import (
    AtOneTime,
    SamplesFields,
    describe_spectra,
    wind_spectra,
)
from geomndp.experiments.wind_baselines import NearestWind, WindGaussianProcess
from geomndp.experiments.wind_draws import window_hours
from geomndp.experiments.wind_processes import fitted_wind_processes
from geomndp.experiments.wind_scores import (
    ConditionedWinds,
    TellsWinds,
    WindErrors,
    score_winds,
)
from geomndp.experiments.wind_tasks import WindTask, forecast_tasks, scalars_alone, wind_tasks
from geomndp.experiments.winds import UNITS, split_winds, wind_coordinates
from geomndp.fields import Quantity
from geomndp.gp import GaussianProcess
from geomndp.model import TrainedProcess
from geomndp.sampling import AbstractConditionalMethod, Amortised, TweedieGuidance

_HELD_OUT = "held-out times"

_METHODS: Mapping[str, AbstractConditionalMethod] = {
    "amortised": Amortised(),
    "guided": TweedieGuidance(),
}


def evaluate_winds(
    models: Mapping[str, TrainedProcess],
    winds: Winds,
    *,
    elsewhere: Winds | None = None,
    methods: Mapping[str, AbstractConditionalMethod] | None = None,
    n_fields: int = 16,
    n_points: int = 200,
    n_given: int = 25,
    n_members: int = 32,
    spectra: bool = False,
    hours: float | None = None,
    seed: int = 0,
    progress: ScoringProgress | None = None,
    errors: WindErrors | None = None,
) -> dict[str, Any]:
    """Score models beside fitted Gaussian processes and the nearest observation.

    At random points of held-out times, from winds at other such points. Gaussian processes are
    fitted to the training times. Tasks at one time share its weather, so that the standard errors
    are those for such tasks at these times and not for other weather: `n_times` tells how many
    times there are.

    Models of space and time are scored on random pairs of a place and a time in windows of time,
    and on forecasts: from observations in the first half of a window to winds in its second.

    Models of what stands beside winds are scored on that too, beside Gaussian processes of both;
    and on winds told where at other points all but the wind is given.

    Arguments:
        models: Trained processes by name.
        winds: Winds of the region on which they were trained, or of the globe; those of the test
            part, by `split_winds`, are scored.
        elsewhere: Winds of another region, at all times of which they are scored too.
        methods: Methods of conditioning by name; `Amortised` and `TweedieGuidance` when left out.
        n_fields: Number of tasks of each part.
        n_points: Points of each task.
        n_given: How many of them are given.
        n_members: Members of each ensemble.
        spectra: Whether spectra of divergence and vorticity of free draws are found too, beside
            those of the held-out times, see `wind_spectra`.
        hours: Length of the windows of models of space and time, 12 when left out.
        seed: Seed of tasks and ensembles.
        progress: Called after every task.
        errors: Gets the errors at held-out times by place, see `score_winds`.

    Returns:
        The scores, with how they were made.

    Raises:
        ValueError: If there are less than 2 tasks or members, or not so many points, models on a
            map beside some on the globe, or in time beside some at one time, or hours for these.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> time = np.datetime64("2024-01-01T00") + np.arange(24)
        >>> wind = np.random.default_rng(0).normal(size=(1, 24, 4, 5, 2))
        >>> winds = gn.data.wind_ensemble(wind, time, np.arange(4.0), np.arange(5.0))
        >>> report = gn.experiments.evaluate_winds(
        ...     {}, winds, n_fields=2, n_points=9, n_given=4, n_members=4
        ... )
        >>> list(report["scores"]["held-out times"])
        ['isotropic GP', 'Helmholtz GP', 'nearest wind']
    """
    check_number_of_fields(n_fields, n_points, "tasks")
    if n_members < 2:
        raise ValueError(f"expected at least 2 members, for a spread, got {n_members}")
    methods = _METHODS if methods is None else methods
    split, hours = split_winds(winds), _hours_of(models, hours)
    parts = {_HELD_OUT: split.test}
    parts |= {} if elsewhere is None else {"held-out region": elsewhere}
    coordinates = {name: _coordinates_of(models, part) for name, part in parts.items()}
    quantities = _quantities_of(models)
    if spectra and quantities:
        raise ValueError("expected models of winds alone, for spectra; leave spectra out")
    sizes = {"n_points": n_points, "n_given": n_given, "seed": seed, "quantities": quantities}
    tasks = _tasks_of(parts, coordinates, n_fields, hours, sizes)
    chart = _coordinates_of(models, split.train)
    fitted = fitted_wind_processes(
        split.train, chart, hours=hours, seed=seed, quantities=quantities
    )
    predictors = _predictors(models, methods, fitted, hours, len(quantities))
    found: dict[str, Any] = {} if hours is None else {"hours": hours}
    found |= {"units": {q.name: q.units for q in quantities}} if quantities else {}
    if spectra:
        laws = _at_one_time({**models, **fitted}, hours)
        chart, key = coordinates[_HELD_OUT], jax.random.key(seed)
        lines = wind_spectra(laws, split.test, chart, key=key)
        found["spectra"] = describe_spectra(lines, on_globe=isinstance(chart, UnitSphere))
    return found | {
        "scores": {
            part: score_winds(
                predictors, each, n_members=n_members, key=jax.random.key(seed),
                progress=_within(part, progress),
                errors=errors if part == _HELD_OUT else None,
            )
            for part, each in tasks.items()
        },
        "n_times": {name: len(part.times) for name, part in parts.items()},
        "n_fields": n_fields,
        "n_points": n_points,
        "n_given": n_given,
        "n_members": n_members,
        "seed": seed,
        "unit": "m s-1",
        **environment(),
    }  # fmt: skip


def _predictors(
    models: Mapping[str, TrainedProcess],
    methods: Mapping[str, AbstractConditionalMethod],
    fitted: Mapping[str, GaussianProcess],
    hours: float | None,
    n_scalars: int,
) -> dict[str, TellsWinds]:
    """What is scored, by name."""
    predictors: dict[str, TellsWinds] = {
        f"{name}, {way}": ConditionedWinds(model, method)
        for name, model in models.items()
        for way, method in methods.items()
    }
    predictors |= {name: WindGaussianProcess(gp, n_scalars) for name, gp in fitted.items()}
    predictors["nearest wind"] = NearestWind(None if hours is None else UNITS, n_scalars)
    return predictors


def _at_one_time(
    laws: Mapping[str, SamplesFields], hours: float | None
) -> Mapping[str, SamplesFields]:
    """What draws fields at places, of laws of which some may be in time."""
    return laws if hours is None else {name: AtOneTime(law) for name, law in laws.items()}


def _tasks_of(
    parts: Mapping[str, Winds],
    coordinates: Mapping[str, AbstractEarthCoordinates],
    n_fields: int,
    hours: float | None,
    sizes: Mapping[str, Any],
) -> dict[str, list[WindTask]]:
    """Tasks by part; with hours forecasts too, and from scalars alone, as parts of their own."""
    tasks = {
        name: wind_tasks(part, n_fields, coordinates[name], **sizes, hours=hours)
        for name, part in parts.items()
    }
    if hours is not None:
        tasks |= {
            f"{name}, forecast": forecast_tasks(
                part, n_fields, coordinates[name], **sizes, hours=hours
            )
            for name, part in parts.items()
        }
    names = " and ".join(quantity.name for quantity in sizes["quantities"])
    if names:
        tasks |= {
            f"{name}, given {names} alone": [scalars_alone(task) for task in each]
            for name, each in tasks.items()
        }
    return tasks


def _quantities_of(models: Mapping[str, TrainedProcess]) -> tuple[Quantity, ...]:
    """What all models know beside winds, counted as by the first."""
    found = [each.model.quantities for each in models.values()]
    if len(set(found)) > 1:
        raise ValueError(
            "expected models that know the same beside winds, in the same coordinates, got "
            f"{', '.join(models)}; score them one after another"
        )
    return found[0] if found else ()


def _coordinates_of(models: Mapping[str, TrainedProcess], winds: Winds) -> AbstractEarthCoordinates:
    """The coordinates that all models have; a map about the middle of the winds without models."""
    found = [wind_coordinates(each.model, winds) for each in models.values()]
    if len({type(each) for each in found}) > 1:
        raise ValueError(
            f"expected models all on a map, or all on the globe, got {', '.join(models)}; "
            "score them one after another"
        )
    return found[0] if found else AzimuthalEqualArea.centred_on(*winds.places)


def _hours_of(models: Mapping[str, TrainedProcess], hours: float | None) -> float | None:
    """Length of the windows of all models; without models what is asked for."""
    found = {window_hours(each.model, hours) for each in models.values()} or {hours}
    if len(found) > 1:
        raise ValueError(
            "expected models all of winds in space and time, or all of winds at one time, got "
            f"{', '.join(models)}; score them one after another"
        )
    return found.pop()


def _within(part: str, progress: ScoringProgress | None) -> ScoringProgress | None:
    if progress is None:
        return None
    return lambda name, done, n: progress(f"{part}: {name}", done, n)
