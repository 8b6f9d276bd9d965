"""`geomndp fit regression1d`: train a model of functions, score it beside the oracle, draw it."""

import dataclasses
from pathlib import Path
from typing import Annotated, Literal

import tyro

from geomndp.cli.console import say, show_log_likelihoods
from geomndp.cli.presets import Preset
from geomndp.cli.scoring import check_number_to_score, score_run
from geomndp.cli.training import train_under_bar
from geomndp.experiments import (
    Regression1DSettings,
    RunFolder,
    draw_regression1d_figures,
    environment,
    evaluate_regression1d,
    first_noise,
    fit_regression1d,
    shipped_name,
)

Process = Literal[
    "squared-exponential",
    "matern52",
    "weakly-periodic",
    "sawtooth",
    "mixture",
    "step",
    "two-lengthscales",
]


def fit_functions(
    *,
    process: Process = "squared-exponential",
    preset: Preset = "laptop",
    out: Path | None = None,
    resume: bool = False,
    settings: Annotated[Regression1DSettings, tyro.conf.arg(name="")] = Regression1DSettings(),  # noqa: B008
    functions: int = 32,
    figures: bool = True,
) -> None:
    """Train a model of functions of one variable, score it beside the oracle, and draw it.

    Functions are drawn anew for every step, at 1 to 60 points (110 for sawtooth and mixture). The
    run folder holds config.json, history.jsonl, checkpoints, model.geomndp, metrics.json and
    figures.

    Args:
        process: Law of the functions.
        preset: laptop, the defaults; or paper, sizes and steps as published, for a GPU or a day.
            Other flags change either.
        out: The run folder, runs/regression1d-PROCESS when left out.
        resume: Go on from the last checkpoint in the run folder.
        settings: Settings of the model and its training.
        functions: Number of functions to score, of 50 points each; 0 scores none.
        figures: Draw the pictures.
    """
    check_number_to_score(functions, "functions")
    folder = RunFolder(Path("runs") / f"regression1d-{process}" if out is None else out)
    folder.check_new_or(resume)
    config = {
        "experiment": "regression1d",
        "preset": preset,
        "process": process,
        **dataclasses.asdict(settings),
        **environment(),
    }
    trained = train_under_bar(
        lambda progress: fit_regression1d(
            process, folder, settings=settings, resume=resume, progress=progress
        ),
        folder,
        config,
        n_steps=settings.steps,
        max_minutes=settings.max_minutes,
    )
    if functions:
        report = score_run(
            trained,
            shipped_name(process),
            lambda models, progress: evaluate_regression1d(
                models,
                process,
                noise=first_noise(trained),
                n_functions=functions,
                n_points=min(50, settings.points or 50),
                seed=settings.seed + 1,
                progress=progress,
            ),
            folder,
        )
        show_log_likelihoods(report, "functions")
    if figures:
        for path in draw_regression1d_figures(trained, process, folder, seed=settings.seed):
            say(f"drew {path}")
    say(f"done: everything is in {folder.path}")
