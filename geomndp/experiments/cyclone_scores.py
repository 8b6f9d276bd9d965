"""The evaluation of models of tracks on the test seasons."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax

from geomndp.data import Tracks
from geomndp.experiments.environment import environment
from geomndp.experiments.intensity_scores import score_intensity
from geomndp.experiments.track_likelihoods import score_log_likelihoods
from geomndp.experiments.track_models import has_intensity
from geomndp.experiments.track_scores import Progress, TrackRow, score_tracks, summary
from geomndp.experiments.track_tasks import fitted_baselines, track_tasks
from geomndp.model import TrainedProcess
from geomndp.sampling import Amortised
from geomndp.solvers import GeodesicRandomWalk


def evaluate_cyclones(
    models: Mapping[str, TrainedProcess],
    tracks: Tracks,
    *,
    tasks: Sequence[str] = ("forecast", "gap"),
    gaussian_processes: bool = False,
    n_storms: int | None = None,
    n_members: int = 32,
    n_steps: int = 50,
    n_likelihoods: int = 0,
    rows: list[TrackRow] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Score models side by side on the storms of the test seasons, from 2019.

    The rules beside them are those of `forecast_baselines` and `gap_baselines`.

    Arguments:
        models: Trained processes by name.
        tracks: Storms, of all seasons.
        tasks: Names of the tasks, of `TASKS`.
        gaussian_processes: Whether `fitted_baselines` are fitted to the training seasons, and
            scored too; it takes minutes.
        n_storms: How many storms of each task, evenly spread over the seasons; all when left out.
        n_members: Size of each ensemble.
        n_steps: Steps of the geodesic random walk.
        n_likelihoods: Of how many storms the log-likelihood is computed, which takes seconds each.
        rows: A list to which the scores of every storm are added, as from `score_tracks`.
        seed: Seed of the ensembles.
        progress: Called after every storm, see `score_tracks`.

    Returns:
        The scores, with how they were made; for models that tell wind and pressure also those of
        `score_intensity`, of the forecasts.

    Raises:
        ValueError: If less than 2 storms or members are asked for, or there is no such task.

    Example:
        >>> import geomndp as gn
        >>> tracks = gn.data.load_cyclones().select(season=2019, basin="NA")
        >>> report = gn.experiments.evaluate_cyclones({}, tracks, tasks=("gap",), n_storms=3)
        >>> report["scores"]["gap"]["2d"]["great_circle"]["error_km"]["n"]
        3
    """
    check_sizes(n_storms=n_storms, n_members=n_members)
    split, key = tracks.split(), jax.random.key(seed)
    fitted = fitted_baselines(split.train) if gaussian_processes else {}
    chosen = track_tasks(split.test, tasks, n_storms=n_storms, fitted=fitted)
    method = Amortised(GeodesicRandomWalk(n_steps))
    found = score_tracks(
        models, chosen, n_members=n_members, method=method, progress=progress, key=key
    )
    if rows is not None:
        rows.extend(found)
    report = {
        "scores": summary(found),
        "storms": {name: len(task.cases) for name, task in chosen.items()},
        "n_test_storms": len(split.test),
        "n_members": n_members,
        "n_steps": n_steps,
        "seed": seed,
        **environment(),
    }
    if "forecast" in chosen and any(has_intensity(model.model) for model in models.values()):
        report["intensity"] = score_intensity(
            models,
            chosen["forecast"].cases,
            n_members=n_members,
            method=method,
            progress=progress,
            key=key,
        )
    if n_likelihoods:
        report["log_likelihoods"] = score_log_likelihoods(
            models, chosen, n_storms=n_likelihoods, key=key, progress=progress
        )
    return report


def check_sizes(*, n_storms: int | None, n_members: int) -> None:
    """Refuse evaluations too small to have standard errors and regions.

    Raises:
        ValueError: If less than 2 storms or members are asked for.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.check_sizes(n_storms=64, n_members=32)
    """
    if n_storms is not None and n_storms < 2:
        raise ValueError(
            f"expected at least 2 storms, for a standard error, got {n_storms}; "
            "leave the number out to score all"
        )
    if n_members < 2:
        raise ValueError(f"expected ensembles of at least 2 members, got {n_members}")
