"""Log-likelihoods of tracks."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.baselines import ChartGaussianProcess
from geomndp.experiments.track_cases import TrackCase
from geomndp.experiments.track_inputs import at_fixes, track_field
from geomndp.experiments.track_models import has_intensity, is_planar
from geomndp.experiments.track_scores import Progress
from geomndp.experiments.track_tasks import TrackTask, spread
from geomndp.fields import FieldSample
from geomndp.likelihood import AbstractDivergence
from geomndp.manifolds import from_geographic, to_geographic
from geomndp.metrics import mean_and_standard_error
from geomndp.model import TrainedProcess
from geomndp.typing import Key

ROUNDING = 0.05
"""Degrees by which a position in the data may be off, since it is a multiple of a tenth."""

_Scores: TypeAlias = Callable[[TrackCase, Key], dict[str, float]]
"""Log-likelihoods of a case, by what they are of."""


def dequantised(field: FieldSample, *, key: Key) -> FieldSample:
    """A track with each position moved by up to half of the tenth of a degree that data have.

    Rounded positions have no density; the mean log-density of these is a lower bound of the log of
    the probability of the rounded ones, divided by the area of their cells.

    Arguments:
        field: A track, of unit vectors.
        key: Random key.

    References:
        Theis, van den Oord and Bethge (2016), arXiv:1511.01844, section 3.1.

    Example:
        >>> import jax, geomndp as gn
        >>> dorian = gn.data.load_cyclones()["2019236N10314"].field()
        >>> moved = gn.experiments.dequantised(dorian, key=jax.random.key(0))
        >>> 5 < gn.metrics.great_circle_km(moved.y, dorian.y).max() < 8  # of the corners: 7.9
        Array(True, dtype=bool)
    """
    shape, dtype = (2, *field.y.shape[:-1]), field.y.dtype
    shift = jax.random.uniform(key, shape, dtype, minval=-ROUNDING, maxval=ROUNDING)
    latitude, longitude = to_geographic(field.y)
    latitude = jnp.clip(latitude + shift[0], -90, 90)
    y = from_geographic(latitude, longitude + shift[1])
    return FieldSample(field.x, y, field.mask, field.covariates)


def score_log_likelihoods(
    models: Mapping[str, TrainedProcess],
    tasks: Mapping[str, TrackTask],
    *,
    n_storms: int,
    divergence: AbstractDivergence | None = None,
    progress: Progress | None = None,
    key: Key,
) -> dict[str, Any]:
    """Log-likelihoods in nats of whole tracks, and of hidden parts given the rest.

    They are of positions dequantised by `dequantised`, with respect to the area of the unit sphere,
    of the law at the `t_min` of the model, by the probability flow. Those of hidden parts are of
    the conditional flow, so that they are normalised. Gaussian processes in charts tell those of
    hidden parts, their noise being the greater by the variance of what dequantises.

    Arguments:
        models: Trained processes by name.
        tasks: Tasks by name, of which those named interpolation and extrapolation are scored,
            each with the Gaussian processes among its baselines.
        n_storms: Of how many storms of each task.
        divergence: How the divergence is found; exact when left out.
        progress: Called after every storm.
        key: Random key.

    Returns:
        Nested by task, what (`track` or `hidden`) and predictor, each with mean, standard error
        and n, in nats per track. Models of other values than positions on the globe are left out.

    Example:
        >>> import jax, geomndp as gn
        >>> gn.experiments.score_log_likelihoods({}, {}, n_storms=2, key=jax.random.key(0))
        {}
    """
    report: dict[str, Any] = {}
    of_models: dict[str, _Scores] = {
        name: _of_model(model, divergence)
        for name, model in models.items()
        if not (has_intensity(model.model) or is_planar(model.model))
    }
    chosen = {name: task for name, task in tasks.items() if "polation" in name and task.cases}
    for task_name, task in chosen.items():
        cases = spread(task.cases, n_storms)
        rules = {
            name: _of_rule(rule)
            for name, rule in task.baselines.items()
            if isinstance(rule, ChartGaussianProcess)
        }
        for name, score in (of_models | rules).items():
            found = []
            for number, case in enumerate(cases):
                found.append(score(case, jax.random.fold_in(key, number)))
                if progress is not None:
                    progress(f"{name}: log-likelihood, {task_name}", number + 1, len(cases))
            for what, figures in _summary(found).items():
                report.setdefault(task_name, {}).setdefault(what, {})[name] = figures
    return report


def _summary(found: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {
        what: mean_and_standard_error(np.array([each[what] for each in found]))._asdict()
        for what in found[0]
    }


def _of_model(model: TrainedProcess, divergence: AbstractDivergence | None) -> _Scores:
    def score(case: TrackCase, key: Key) -> dict[str, float]:
        field = dequantised(track_field(model.model, case.track), key=key)
        context, target = _parts(field, case)
        whole = at_fixes(field, np.sort(np.concatenate([case.given, case.hidden])))
        settings = {"divergence": divergence, "key": key}
        return {
            "track": float(model.log_prob(whole, **settings)),
            "hidden": float(model.condition(context).log_prob(target, **settings)),
        }

    return score


def _of_rule(rule: ChartGaussianProcess) -> _Scores:
    # It was fitted to rounded positions, and a uniform law of this width is added to these.
    added = math.radians(ROUNDING) ** 2 / 3
    noisier = ChartGaussianProcess(rule.kernel, rule.noise_variance + added, rule.chart)

    def score(case: TrackCase, key: Key) -> dict[str, float]:
        field = dequantised(case.track.field(), key=key)
        context, target = _parts(field, case)
        return {"hidden": float(noisier.log_prob(context, target))}

    return score


def _parts(field: FieldSample, case: TrackCase) -> tuple[FieldSample, FieldSample]:
    """What is given, and what is hidden."""
    return at_fixes(field, case.given), at_fixes(field, case.hidden)
