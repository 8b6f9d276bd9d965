"""Scores of the wind and the pressure that models of tracks tell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.data import INTENSITY, Track
from geomndp.experiments.track_cases import LEADS, TrackCase
from geomndp.experiments.track_inputs import tell_case
from geomndp.experiments.track_models import has_intensity
from geomndp.manifolds import Euclidean
from geomndp.metrics import energy_score, mean_and_standard_error, region_coverage
from geomndp.model import TrainedProcess
from geomndp.sampling import AbstractConditionalMethod
from geomndp.typing import Key

_LINE = Euclidean(1)


def score_intensity(
    models: Mapping[str, TrainedProcess],
    cases: Iterable[TrackCase],
    *,
    leads: Sequence[float] = LEADS,
    n_members: int = 32,
    method: AbstractConditionalMethod | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    key: Key,
) -> dict[str, Any]:
    """Score forecasts of wind and pressure, beside the rule that they stay as they were.

    At each lead time, over the storms whose truth and last given number are known: the error of
    the ensemble's mean, the continuous ranked probability score, and how often the central 90 %
    hold the truth; of the rule its error. The storms are the same for all.

    Arguments:
        models: Trained processes by name, of which those without intensity are left out.
        cases: Forecasts, as from `forecast_cases`.
        leads: Lead times in hours.
        n_members: Size of each ensemble.
        method: The method of conditioning.
        progress: Called after every case.
        key: Random key.

    Returns:
        Nested by lead time, quantity and predictor, each figure with mean, standard error and n,
        in knots and hPa; parts of less than two storms are left out.

    Example:
        >>> import jax, geomndp as gn
        >>> gn.experiments.score_intensity({}, [], key=jax.random.key(0))
        {}
    """
    cases = list(cases)
    figures: dict[tuple[str, str, str], list[dict[str, float]]] = {}
    for name, model in models.items():
        if not has_intensity(model.model):
            continue
        for number, case in enumerate(cases):
            at = [(hours, case.lead(hours)) for hours in leads]
            told = tell_case(
                model,
                case,
                n_members=n_members,
                method=method,
                key=jax.random.fold_in(key, number),
            )
            for quantity, last, truth in _known(case.track, case):
                members = np.asarray(getattr(told, quantity))
                for hours, index in at:
                    if index is not None and np.isfinite([last, truth[index]]).all():
                        part = f"{hours:g}h", quantity
                        found = _figures(members[:, index], float(truth[index]))
                        rule = {"error": abs(last - float(truth[index]))}
                        figures.setdefault((*part, name), []).append(found)
                        figures.setdefault((*part, "last value"), []).append(rule)
            if progress is not None:
                progress(f"{name}: intensity", number + 1, len(cases))
    return _means(figures)


def _known(track: Track, case: TrackCase) -> list[tuple[str, float, np.ndarray]]:
    """Each quantity at the last fix given, and at the hidden ones."""
    values = [(quantity, getattr(track, quantity)) for quantity in INTENSITY]
    return [(name, float(v[case.given[-1]]), v[case.hidden]) for name, v in values]


def _figures(members: np.ndarray, truth: float) -> dict[str, float]:
    ensemble, point = jnp.asarray(members)[:, None], jnp.asarray([truth], members.dtype)
    return {
        "error": abs(float(members.mean()) - truth),
        "crps": float(energy_score(_LINE, ensemble, point)),
        "coverage_90": float(region_coverage(_LINE, ensemble, point, 0.9)),
    }


def _means(figures: dict[tuple[str, str, str], list[dict[str, float]]]) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for (lead, quantity, name), rows in figures.items():
        if len(rows) > 1:
            place = report.setdefault(lead, {}).setdefault(quantity, {}).setdefault(name, {})
            for figure in rows[0]:
                values = np.array([row[figure] for row in rows])
                place[figure] = mean_and_standard_error(values)._asdict()
    return report
