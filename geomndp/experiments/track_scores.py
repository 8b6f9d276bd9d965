"""Scores of models of tracks on hidden parts of storms, beside those of simple rules."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.baselines import (
    AbstractBaseline,
    GeodesicInterpolation,
    GeodesicRegression,
    HermiteInterpolation,
    Persistence,
)
from geomndp.experiments.track_cases import LEADS, TrackCase
from geomndp.manifolds import EARTH_RADIUS_KM, Sphere
from geomndp.metrics import (
    energy_score,
    frechet_mean,
    great_circle_km,
    mean_and_standard_error,
    region_coverage,
)
from geomndp.model import TrainedProcess
from geomndp.sampling import AbstractConditionalMethod
from geomndp.typing import Key

_GLOBE = Sphere(2)

Scores = dict[str, Any]
"""Nested by task, lead time, predictor and figure; a figure is its mean, standard error and n."""

Progress = Callable[[str, int, int], None]
"""Called after every case with the name of the model, cases done and cases in all."""


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


def score_tracks(
    models: Mapping[str, TrainedProcess],
    forecasts: Sequence[TrackCase],
    gaps: Sequence[TrackCase],
    *,
    n_members: int = 32,
    method: AbstractConditionalMethod | None = None,
    progress: Progress | None = None,
    key: Key,
) -> Scores:
    """Score models and baselines on the same storms, in kilometres on the globe.

    For forecasts at each lead time of `LEADS`, and for gaps on the mean over the hidden fixes of
    a storm: the great-circle error of the ensemble's Fréchet mean, the energy score with the
    geodesic distance, and how often the central 50 and 90 % regions hold the truth. Baselines
    are single paths: they have an error, which is their energy score too.

    Arguments:
        models: Trained processes by name.
        forecasts: From `forecast_cases`.
        gaps: From `gap_cases`.
        n_members: Size of each ensemble.
        method: The method of conditioning.
        progress: Called after every case.
        key: Random key.

    Returns:
        `scores["forecast"]["48h"]["persistence"]["error_km"]` and so on, each figure with its
        mean, standard error and number of storms.

    Example:
        >>> import jax, geomndp as gn
        >>> storms = gn.data.load_cyclones().select(season=2019, basin="NA")
        >>> gaps = gn.experiments.gap_cases(storms)
        >>> scores = gn.experiments.score_tracks({}, [], gaps, key=jax.random.key(0))
        >>> scores["gap"]["2d"]["great_circle"]["error_km"]["n"] > 1
        True
    """
    tables: dict[tuple[str, str, str], list[dict[str, float]]] = {}

    def add(task: str, part: str, name: str, figures: dict[str, float]) -> None:
        tables.setdefault((task, part, name), []).append(figures)

    for name, predict in _predictors(models, n_members, method, key, forecast_baselines()).items():
        for number, case in enumerate(forecasts):
            leads = {hours: case.lead(hours) for hours in LEADS}
            figures = _figures(predict(number, case), case.target.y)
            for hours, at in leads.items():
                if at is not None:
                    add("forecast", f"{hours:g}h", name, {k: v[at] for k, v in figures.items()})
            if progress is not None:
                progress(f"{name}: forecasts", number + 1, len(forecasts))
    for name, predict in _predictors(models, n_members, method, key, gap_baselines()).items():
        for number, case in enumerate(gaps):
            figures = _figures(predict(number, case), case.target.y)
            add("gap", "2d", name, {k: float(v.mean()) for k, v in figures.items()})
            if progress is not None:
                progress(f"{name}: gaps", number + 1, len(gaps))
    return _summary(tables)


def _predictors(
    models: Mapping[str, TrainedProcess],
    n_members: int,
    method: AbstractConditionalMethod | None,
    key: Key,
    baselines: Mapping[str, AbstractBaseline],
) -> dict[str, Callable[[int, TrackCase], Float[Array, "n_members n 3"]]]:
    """Each as a function from a case, and its number, to an ensemble, of one for a baseline."""

    def ensemble(model: TrainedProcess):
        return lambda number, case: model.condition(case.context).sample(
            case.target.x, n_samples=n_members, method=method, key=jax.random.fold_in(key, number)
        )

    def single(baseline: AbstractBaseline):
        return lambda _, case: baseline(case.context, case.target.x)[None]

    taken = sorted(set(models) & set(baselines))
    if taken:
        raise ValueError(f"expected names of models, got {taken[0]!r}, the name of a simple rule")
    return {
        **{name: ensemble(model) for name, model in models.items()},
        **{name: single(baseline) for name, baseline in baselines.items()},
    }


def _figures(
    members: Float[Array, "n_members n 3"], truth: Float[Array, "n 3"]
) -> dict[str, np.ndarray]:
    """Figures at each hidden fix."""
    # Padding to one length compiles the scores once.
    n_points = truth.shape[0]
    padding = [(0, -n_points % 8), (0, 0)]
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
        }
    return {name: np.asarray(value, np.float64)[:n_points] for name, value in figures.items()}


def _summary(tables: Mapping[tuple[str, str, str], list[dict[str, float]]]) -> Scores:
    scores: Scores = {}
    for (task, part, name), rows in tables.items():
        if len(rows) < 2:  # no standard error, so no figure
            continue
        place = scores.setdefault(task, {}).setdefault(part, {}).setdefault(name, {})
        for figure in rows[0]:
            estimate = mean_and_standard_error(np.array([row[figure] for row in rows]))
            place[figure] = estimate._asdict()
    return scores
