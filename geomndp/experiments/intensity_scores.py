"""Scores of the wind and the pressure that models of tracks tell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.data import INTENSITY
from geomndp.experiments.track_cases import LEADS, TrackCase
from geomndp.experiments.track_inputs import tell_case
from geomndp.experiments.track_models import has_intensity
from geomndp.manifolds import Euclidean
from geomndp.metrics import energy_score, mean_and_standard_error, region_coverage
from geomndp.model import TrainedProcess
from geomndp.sampling import AbstractConditionalMethod
from geomndp.typing import Key

_LINE = Euclidean(1)

_RULE = "last value"


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

    Raises:
        ValueError: If a model has the name of the rule.

    Example:
        >>> import jax, geomndp as gn
        >>> gn.experiments.score_intensity({}, [], key=jax.random.key(0))
        {}
    """
    cases = list(cases)
    models = {name: model for name, model in models.items() if has_intensity(model.model)}
    if _RULE in models:
        raise ValueError(f"expected names of models, got {_RULE!r}, the name of the simple rule")
    figures: dict[tuple[str, str, str], list[dict[str, float]]] = {}
    for name, model in models.items():
        for number, case in enumerate(cases):
            told = tell_case(
                model,
                case,
                n_members=n_members,
                method=method,
                key=jax.random.fold_in(key, number),
            )
            for part, index, _, truth in _known(case, leads):
                members = np.asarray(getattr(told, part[1]))[:, index]
                figures.setdefault((*part, name), []).append(_figures(members, truth))
            if progress is not None:
                progress(f"{name}: intensity", number + 1, len(cases))
    for case in cases if models else []:
        for part, _, last, truth in _known(case, leads):
            figures.setdefault((*part, _RULE), []).append({"error": abs(last - truth)})
    return _means(figures)


def _known(
    case: TrackCase, leads: Sequence[float]
) -> list[tuple[tuple[str, str], int, float, float]]:
    """Lead time and quantity, index of the hidden fix, last number given, and truth there."""
    found = []
    for hours in leads:
        index = case.lead(hours)
        for quantity in INTENSITY if index is not None else ():
            values = getattr(case.track, quantity)
            last, truth = float(values[case.given[-1]]), float(values[case.hidden[index]])
            if np.isfinite([last, truth]).all():
                found.append(((f"{hours:g}h", quantity), index, last, truth))
    return found


def _figures(members: np.ndarray, truth: float) -> dict[str, float]:
    ensemble, point = jnp.asarray(members, float)[:, None], jnp.asarray([truth], float)
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
