"""Scores of models of tracks on hidden parts of storms, beside those of simple rules."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.baselines import AbstractBaseline, AbstractEnsembleBaseline, GeodesicRegression
from geomndp.experiments.track_cases import TrackCase
from geomndp.experiments.track_inputs import tell_case
from geomndp.experiments.track_tasks import TrackTask
from geomndp.fields import FieldSample
from geomndp.manifolds import EARTH_RADIUS_KM, Sphere
from geomndp.metrics import (
    energy_score,
    frechet_mean,
    great_circle_km,
    mean_and_standard_error,
    pit_histogram,
    pit_interval,
    region_coverage,
)
from geomndp.model import TrainedProcess
from geomndp.sampling import AbstractConditionalMethod
from geomndp.typing import Key

_GLOBE = Sphere(2)

_PIT = ("pit_lower", "pit_upper")

_PAD_TO = 8

Scores = dict[str, Any]
"""Nested by task, part, predictor and figure; a figure is its mean, standard error and n."""

Progress = Callable[[str, int, int], None]
"""Called after every case with the name of the model, cases done and cases in all."""


class TrackRow(NamedTuple):
    """What one predictor did on one part of one storm.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.TrackRow("gap", "2d", "great_circle", "X", 10.0, 120.0, {}).part
        '2d'
    """

    task: str
    part: str
    predictor: str
    storm: str
    latitude: float
    """Where the truth was, in degrees: at the hidden fix, or at the middle one of several."""
    longitude: float
    figures: dict[str, float]


def score_tracks(
    models: Mapping[str, TrainedProcess],
    tasks: Mapping[str, TrackTask],
    *,
    n_members: int = 32,
    method: AbstractConditionalMethod | None = None,
    progress: Progress | None = None,
    key: Key,
) -> list[TrackRow]:
    """Score models and baselines on the same storms, in kilometres on the globe.

    At each part of a task, or on the mean over the hidden fixes of a storm: the great-circle error
    of the ensemble's Fréchet mean, the energy score with the geodesic distance, how often the
    central 50 and 90 % regions hold the truth, and how central the truth is among the members, as
    the interval of `metrics.pit_interval`; this at the middle one of several fixes. A baseline that
    is a single path has an error, which is its energy score too.

    Arguments:
        models: Trained processes by name.
        tasks: The tasks by name, as from `track_tasks`.
        n_members: Size of each ensemble.
        method: The method of conditioning.
        progress: Called after every case.
        key: Random key.

    Returns:
        A row for each storm, part and predictor; `summary` has their means.

    Raises:
        ValueError: If a model has the name of a baseline.

    Example:
        >>> import jax, geomndp as gn
        >>> storms = gn.data.load_cyclones().select(season=2019, basin="NA")
        >>> gaps = gn.experiments.gap_cases(storms)
        >>> task = gn.experiments.TrackTask(gaps, gn.experiments.gap_baselines(), (), "2d")
        >>> rows = gn.experiments.score_tracks({}, {"gap": task}, key=jax.random.key(0))
        >>> gn.experiments.summary(rows)["gap"]["2d"]["great_circle"]["error_km"]["n"] > 1
        True
    """
    rows = []
    for task_name, task in tasks.items():
        predictors = _predictors(models, task.baselines, n_members, method, key)
        for name, predict in predictors.items():
            for number, case in enumerate(task.cases):
                figures = _figures(predict(number, case), case.target.y)
                for part, at in task.indices(case).items():
                    middle = at[len(at) // 2]
                    means = {figure: float(values[at].mean()) for figure, values in figures.items()}
                    # Means of places would not be uniform.
                    means |= {end: float(figures[end][middle]) for end in _PIT if end in figures}
                    place = _place(case, middle)
                    rows.append(TrackRow(task_name, part, name, case.track.id, *place, means))
                if progress is not None:
                    progress(f"{name}: {task_name}", number + 1, len(task.cases))
    return rows


def summary(rows: Iterable[TrackRow]) -> Scores:
    """Means of scores over storms.

    Arguments:
        rows: From `score_tracks`.

    Returns:
        `scores["forecast"]["48h"]["persistence"]["error_km"]` and so on, each figure with its
        mean, standard error and number of storms; of ensembles also `pit`, the shares of storms in
        ten equal bins of how central the truth was. Parts with less than two storms are left out.

    Example:
        >>> import geomndp as gn
        >>> rows = [
        ...     gn.experiments.TrackRow("gap", "2d", "rule", id, 0.0, 0.0, {"error_km": error})
        ...     for id, error in (("A", 10.0), ("B", 30.0))
        ... ]
        >>> gn.experiments.summary(rows)["gap"]["2d"]["rule"]["error_km"]["mean"]
        20.0
    """
    tables: dict[tuple[str, str, str], list[dict[str, float]]] = {}
    for row in rows:
        tables.setdefault((row.task, row.part, row.predictor), []).append(row.figures)
    scores: Scores = {}
    for (task, part, name), figures in tables.items():
        if len(figures) < 2:  # no standard error, so no figure
            continue
        place = scores.setdefault(task, {}).setdefault(part, {}).setdefault(name, {})
        columns = {figure: np.array([each[figure] for each in figures]) for figure in figures[0]}
        if _PIT[0] in columns:
            lower, upper = (columns.pop(end) for end in _PIT)
            place["pit"] = pit_histogram(lower, upper).tolist()
        for figure, values in columns.items():
            place[figure] = mean_and_standard_error(values)._asdict()
    return scores


def _predictors(
    models: Mapping[str, TrainedProcess],
    baselines: Mapping[str, AbstractBaseline],
    n_members: int,
    method: AbstractConditionalMethod | None,
    key: Key,
) -> dict[str, Callable[[int, TrackCase], Float[Array, "n_members n 3"]]]:
    """Each as a function from a case, and its number, to an ensemble, of one for a single path."""

    def of_model(model: TrainedProcess):
        def tell(number: int, case: TrackCase) -> Array:
            own = jax.random.fold_in(key, number)
            told = tell_case(model, case, n_members=n_members, method=method, key=own)
            return jnp.asarray(told.positions)

        return tell

    def of_baseline(rule: AbstractBaseline):
        if isinstance(rule, AbstractEnsembleBaseline):
            return lambda number, case: rule.sample(
                case.context,
                case.target.x,
                n_samples=n_members,
                key=jax.random.fold_in(key, number),
            )
        return lambda _, case: _path(rule, case)[None]

    taken = sorted(set(models) & set(baselines))
    if taken:
        raise ValueError(f"expected names of models, got {taken[0]!r}, the name of a simple rule")
    return {
        **{name: of_model(model) for name, model in models.items()},
        **{name: of_baseline(baseline) for name, baseline in baselines.items()},
    }


def _path(rule: AbstractBaseline, case: TrackCase) -> Float[Array, "n 3"]:
    """What a rule says, with shapes so rounded up that few are compiled."""
    if isinstance(rule, GeodesicRegression):  # it runs in geomstats, outside of JAX
        return rule(case.context, case.target.x)
    n_points = case.target.n_points
    context = case.context.pad(-(-case.context.n_points // _PAD_TO) * _PAD_TO)
    x = jnp.pad(case.target.x, [(0, -n_points % _PAD_TO), (0, 0)], mode="edge")
    return _compiled(rule, context, x)[:n_points]


@eqx.filter_jit
def _compiled(rule: AbstractBaseline, context: FieldSample, x: Float[Array, "n 1"]) -> Array:
    return rule(context, x)


def _place(case: TrackCase, index: int) -> tuple[float, float]:
    days = float(case.target.x[index, 0])
    at = int(np.argmin(np.abs(case.track.days - days)))
    return float(case.track.latitude[at]), float(case.track.longitude[at])


def _figures(
    members: Float[Array, "n_members n 3"], truth: Float[Array, "n 3"]
) -> dict[str, np.ndarray]:
    """Figures at each hidden fix."""
    # Padding to one length compiles the scores once.
    n_points = truth.shape[0]
    padding = [(0, -n_points % _PAD_TO), (0, 0)]
    truth = jnp.pad(truth, padding, mode="edge")
    members = jnp.pad(members, [(0, 0), *padding], mode="edge")
    if members.shape[0] == 1:
        figures = {"error_km": great_circle_km(members[0], truth)}
    else:
        figures = {
            "error_km": great_circle_km(frechet_mean(_GLOBE, members), truth),
            "energy_score_km": EARTH_RADIUS_KM * energy_score(_GLOBE, members, truth),
            "coverage_50": region_coverage(_GLOBE, members, truth, 0.5),
            "coverage_90": region_coverage(_GLOBE, members, truth, 0.9),
            **dict(zip(_PIT, pit_interval(_GLOBE, members, truth), strict=True)),
        }
    return {name: np.asarray(value, np.float64)[:n_points] for name, value in figures.items()}
