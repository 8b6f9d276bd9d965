"""`geomndp fit regression1d`: train a model of functions, score it beside the oracle, draw it."""

import dataclasses
from pathlib import Path
from typing import Annotated, Literal

import tyro

from geomndp.cli.console import progress_bar, say, scoring_progress, show_log_likelihoods
from geomndp.cli.training import train_under_bar
from geomndp.experiments import (
    Regression1DSettings,
    RunFolder,
    draw_regression1d_figures,
    environment,
    evaluate_regression1d,
    fit_regression1d,
    shipped_name,
)
from geomndp.model import load, pretrained_names

Process = Literal["squared-exponential", "matern52", "weakly-periodic", "sawtooth", "mixture"]


def fit_functions(
    *,
    process: Process = "squared-exponential",
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
        out: The run folder, runs/regression1d-PROCESS when left out.
        resume: Go on from the last checkpoint in the run folder.
        settings: Settings of the model and its training.
        functions: Number of functions to score, of 50 points each; 0 scores none.
        figures: Draw the pictures.
    """
    if functions == 1 or functions < 0:
        raise ValueError(
            f"expected at least 2 functions, for a standard error, got {functions}; 0 scores none"
        )
    folder = RunFolder(Path("runs") / f"regression1d-{process}" if out is None else out)
    folder.check_new_or(resume)
    config = {
        "experiment": "regression1d",
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
        models = {"this run": trained}
        if shipped_name(process) in pretrained_names():
            models["shipped model"] = load(shipped_name(process))
        with progress_bar() as bar:
            report = evaluate_regression1d(
                models,
                process,
                n_functions=functions,
                seed=settings.seed + 1,
                progress=scoring_progress(bar),
            )
        folder.write_json(folder.metrics, report)
        show_log_likelihoods(report)
    if figures:
        for path in draw_regression1d_figures(trained, process, folder, seed=settings.seed):
            say(f"drew {path}")
    say(f"done: everything is in {folder.path}")
