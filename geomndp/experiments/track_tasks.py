"""What models of tracks are scored on, each task with the simple rules beside them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from geomndp.baselines import (
    AbstractBaseline,
    GeodesicInterpolation,
    GeodesicRegression,
    HermiteInterpolation,
    Persistence,
    fit_chart_gaussian_process,
)
from geomndp.data import Tracks
from geomndp.experiments.resampled_tracks import (
    resampled_extrapolation_cases,
    resampled_interpolation_cases,
)
from geomndp.experiments.track_cases import (
    LEADS,
    N_POINTS,
    TrackCase,
    extrapolation_cases,
    forecast_cases,
    gap_cases,
    interpolation_cases,
    six_hourly_tracks,
)
from geomndp.manifolds import LongitudeLatitude, Sphere, Stereographic

_GLOBE = Sphere(2)

TaskName: TypeAlias = Literal[
    "forecast",
    "gap",
    "interpolation-6h",
    "interpolation-50",
    "extrapolation-6h",
    "extrapolation-50",
]
"""The rest of a storm from its first half; two days in its middle; and the published tasks on the
first 50 six-hourly fixes of storms that have them, and on storms told at 50 even times."""

TASKS: tuple[str, ...] = get_args(TaskName)
"""The names of all tasks."""

Baselines = Mapping[str, AbstractBaseline]


class TrackTask(NamedTuple):
    """Storms with a part hidden, and what a model is compared with on them.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(season=2019, basin="NA")
        >>> task = gn.experiments.TrackTask(
        ...     gn.experiments.forecast_cases(storms), gn.experiments.forecast_baselines()
        ... )
        >>> sorted(task.indices(task.cases[0]))[:2]
        ['24h', '48h']
    """

    cases: Sequence[TrackCase]
    baselines: Baselines
    leads: tuple[float, ...] = LEADS
    """Lead times in hours that are scored one by one; if none, the mean over all hidden fixes."""
    part: str = "all"
    """What the mean is called, where there are no lead times."""

    def indices(self, case: TrackCase) -> dict[str, list[int]]:
        """Which hidden fixes of a case each part of the scores is of."""
        if not self.leads:
            return {self.part: list(range(case.target.n_points))}
        at = {f"{hours:g}h": case.lead(hours) for hours in self.leads}
        return {part: [index] for part, index in at.items() if index is not None}


def forecast_baselines() -> dict[str, AbstractBaseline]:
    """What a forecast is compared with.

    Example:
        >>> import geomndp as gn
        >>> sorted(gn.experiments.forecast_baselines())
        ['geodesic_regression', 'persistence']
    """
    return {
        "persistence": Persistence(_GLOBE),
        "geodesic_regression": GeodesicRegression(_GLOBE),
    }


def gap_baselines() -> dict[str, AbstractBaseline]:
    """What a filled gap is compared with.

    Example:
        >>> import geomndp as gn
        >>> sorted(gn.experiments.gap_baselines())
        ['cubic_hermite', 'geodesic_regression', 'great_circle']
    """
    return {
        "great_circle": GeodesicInterpolation(_GLOBE),
        "cubic_hermite": HermiteInterpolation(_GLOBE),
        "geodesic_regression": GeodesicRegression(_GLOBE),
    }


def fitted_baselines(train: Tracks, *, n_storms: int = 64) -> dict[str, AbstractBaseline]:
    """Gaussian processes of longitude and latitude, and of the stereographic plane, of tracks.

    Arguments:
        train: Storms to fit them on, of which at most 32 fixes each are looked at.
        n_storms: How many of these, evenly spread.

    Raises:
        ValueError: If there is no storm.

    Example:
        >>> import geomndp as gn
        >>> storms = gn.data.load_cyclones().select(season=2015, basin="NA")
        >>> sorted(gn.experiments.fitted_baselines(storms, n_storms=4))
        ['longitude_latitude_gp', 'stereographic_gp']
    """
    chosen = Tracks([track[:32] for track in spread(train, n_storms)])
    fields = chosen.fields()
    charts = {"longitude_latitude_gp": LongitudeLatitude, "stereographic_gp": Stereographic}
    return {name: fit_chart_gaussian_process(fields, chart=kind) for name, kind in charts.items()}


def track_tasks(
    test: Tracks,
    names: Sequence[str] = TASKS,
    *,
    n_storms: int | None = None,
    fitted: Baselines | None = None,
) -> dict[str, TrackTask]:
    """Tasks on the storms of the test seasons, by name.

    Arguments:
        test: The storms.
        names: Which tasks, of `TASKS`.
        n_storms: How many storms of each task, evenly spread; all when left out.
        fitted: Further baselines, of all tasks, as from `fitted_baselines`.

    Raises:
        ValueError: If there is no task of a name.

    Example:
        >>> import geomndp as gn
        >>> test = gn.data.load_cyclones().select(season=2019)
        >>> [len(task.cases) for task in gn.experiments.track_tasks(test, n_storms=9).values()]
        [9, 9, 9, 9, 9, 9]
    """
    unknown = [name for name in names if name not in TASKS]
    if unknown:
        raise ValueError(f"expected tasks of {', '.join(TASKS)}, got {unknown[0]!r}")
    ahead, between = ({**own(), **(fitted or {})} for own in (forecast_baselines, gap_baselines))
    return {name: _task(name, test, n_storms, ahead, between) for name in names}


def _task(
    name: str, test: Tracks, n_storms: int | None, ahead: Baselines, between: Baselines
) -> TrackTask:
    cases = spread(_CASES[name](test), n_storms)
    if name == "forecast":
        return TrackTask(cases, ahead)
    if name == "gap":
        return TrackTask(cases, between, (), "2d")
    return TrackTask(cases, between if name.startswith("interpolation") else ahead, ())


_CASES: Mapping[str, Callable[[Tracks], list[TrackCase]]] = {
    "forecast": forecast_cases,
    "gap": gap_cases,
    "interpolation-6h": lambda test: interpolation_cases(six_hourly_tracks(test, N_POINTS)),
    "interpolation-50": resampled_interpolation_cases,
    "extrapolation-6h": lambda test: extrapolation_cases(six_hourly_tracks(test, N_POINTS)),
    "extrapolation-50": resampled_extrapolation_cases,
}


def spread(items: Sequence[Any], n: int | None) -> list[Any]:
    """At most n of the items, evenly spread."""
    if n is None or n >= len(items):
        return list(items)
    return [items[i * len(items) // n] for i in range(n)]
