"""Scores of winds told from observations, of models and of simple rules on the same tasks."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float

from geomndp.experiments.observed_scalars import observed_for
from geomndp.experiments.oracle_scores import ScoringProgress
from geomndp.experiments.wind_draws import flags_of
from geomndp.experiments.wind_processes import DECOMPOSED
from geomndp.experiments.wind_tasks import WindTask
from geomndp.experiments.wind_verification import (
    summarise_winds,
    verify_scalars,
    verify_winds,
)
from geomndp.fields import FieldSample
from geomndp.metrics import mean_and_standard_error
from geomndp.model import TrainedProcess
from geomndp.sampling import AbstractConditionalMethod
from geomndp.typing import Key, Locations

WindErrors: TypeAlias = dict[str, tuple[list[float], list[float], list[float]]]
"""By predictor longitudes, latitudes, and errors in m/s."""

_COMPARED = (
    "energy_score",
    "joint_energy_score",
    "variogram_score",
)


@runtime_checkable
class TellsWinds(Protocol):
    """What can be scored: it draws winds at places from winds observed at others.

    Example:
        >>> import geomndp as gn
        >>> isinstance(gn.experiments.NearestWind(), gn.experiments.TellsWinds)
        True
    """

    def sample(
        self, context: FieldSample, x: Locations, *, n_samples: int, key: Key
    ) -> Float[Array, "n_members n_points dim_y"]:
        """Members of an ensemble, or the one field that a rule tells."""
        ...


class ConditionedWinds(eqx.Module):
    """A trained model with a method of conditioning, to be scored.

    Arguments:
        trained: The model.
        method: The method.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> model = gn.experiments.wind_model(1.0, "none", width=8, n_layers=1)
        >>> seen = gn.FieldSample(jnp.zeros((1, 2)), jnp.ones((1, 2)))
        >>> trained = gn.TrainedProcess(model, model.init(seen, key=jax.random.key(0)))
        >>> told = gn.experiments.ConditionedWinds(trained, gn.sampling.Amortised())
        >>> told.sample(seen, jnp.ones((1, 2)), n_samples=2, key=jax.random.key(0)).shape
        (2, 1, 2)
    """

    trained: TrainedProcess
    method: AbstractConditionalMethod

    def sample(
        self, context: FieldSample, x: Locations, *, n_samples: int, key: Key
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Values at the locations, drawn jointly."""
        model = self.trained.model
        observed, noise = observed_for(self.method, context, model.quantities)
        posterior = self.trained.condition(observed, observation_noise=noise)
        covariates = flags_of(model, len(x))
        return posterior.sample(
            x, n_samples=n_samples, covariates=covariates, method=self.method, key=key
        )


def score_winds(
    predictors: Mapping[str, TellsWinds],
    tasks: list[WindTask],
    *,
    n_members: int = 32,
    progress: ScoringProgress | None = None,
    errors: WindErrors | None = None,
    key: Key,
) -> dict[str, Any]:
    """Scores of predictors on the same tasks, in m/s, each with its standard error over tasks.

    The continuous ranked probability score of either component, the energy score of a wind, and
    that of all winds of a task at once, divided by the root of their number; the variogram score,
    see `verify_winds`; how often the central
    50 and 90 % regions hold the truth; the error of the ensemble's mean, root mean square of a
    component; and the ratio of the spread to it, 1 for an ensemble as wide as its errors are
    large. All are fair to ensembles of any size. Of what is told beside the winds, see
    `verify_scalars`. A rule that tells one field has scores, which are
    its errors. Errors of the ratio and the root mean square are by the jackknife.

    Arguments:
        predictors: What is scored, by name.
        tasks: From `wind_tasks`, two at least.
        n_members: Members of each ensemble.
        progress: Called after every task.
        errors: Gets, by predictor, longitudes, latitudes and the distances in m/s of the mean from
            the truth, one for each point of each task, as `plotting.plot_errors_by_place` has them.
        key: Random key.

    Returns:
        For each predictor its figures; and of its scores the paired differences from those of
        the Gaussian process with a curl-free and a divergence-free part, if that is among them.

    Example:
        >>> import jax, numpy as np, geomndp as gn
        >>> time, wind = np.datetime64("2024-01-01") + np.arange(3), np.ones((1, 3, 5, 5, 2))
        >>> winds = gn.data.wind_ensemble(wind, time, np.arange(5.0), np.arange(5.0))
        >>> globe = gn.data.UnitSphere()
        >>> tasks = gn.experiments.wind_tasks(winds, 2, globe, n_points=9, n_given=4)
        >>> rules = {"nearest": gn.experiments.NearestWind()}
        >>> scores = gn.experiments.score_winds(rules, tasks, key=jax.random.key(0))
        >>> scores["nearest"]["energy_score"]["mean"] < 0.01
        True
    """
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, predictor in predictors.items():
        rows = []
        for number, task in enumerate(tasks):
            own = jax.random.fold_in(key, number)
            told = predictor.sample(task.context, task.target.x, n_samples=n_members, key=own)
            places = task.places
            members, truth = (task.coordinates.winds(*places, y) for y in (told, task.target.y))
            figures = verify_winds(members[..., :2], truth[..., :2])
            rows.append(figures | verify_scalars(members[..., 2:], truth[..., 2:], task.quantities))
            if errors is not None:
                apart = np.linalg.norm((members.mean(0) - truth)[..., :2], axis=-1)
                kept = errors.setdefault(name, ([], [], []))
                for line, more in zip(kept, (*places[::-1], apart), strict=True):
                    line.extend(more.tolist())
            if progress is not None:
                progress(name, number + 1, len(tasks))
        found[name] = {figure: np.array([row[figure] for row in rows]) for figure in rows[0]}
    reference = next((name for name in found if name in DECOMPOSED), None)
    scores: dict[str, Any] = {}
    for name, figures in found.items():
        scores[name] = {k: v._asdict() for k, v in summarise_winds(figures).items()}
        if reference is not None and name != reference:
            scores[name][f"difference_from_{reference}"] = {
                figure: mean_and_standard_error(
                    figures[figure] - found[reference][figure]
                )._asdict()
                for figure in figures
                if figure in _COMPARED or figure.startswith("crps_")
            }
    return scores
