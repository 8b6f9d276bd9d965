"""`geomndp fit gp-fields`: train a model of vector fields, score it beside the oracle, draw it."""

import dataclasses
from pathlib import Path
from typing import Annotated, Literal

import tyro

from geomndp.cli.console import say, show_log_likelihoods
from geomndp.cli.presets import Preset
from geomndp.cli.scoring import check_number_to_score, score_run
from geomndp.cli.training import train_under_bar
from geomndp.experiments import (
    GPFieldsSettings,
    RunFolder,
    draw_gp_fields_figures,
    environment,
    evaluate_gp_fields,
    fit_gp_fields,
    shipped_gp_fields_name,
)

Kernel = Literal["squared-exponential", "curl-free", "divergence-free"]
Group = Literal["E2", "SE2", "T2", "none"]


def fit_vector_fields(
    *,
    kernel: Kernel = "squared-exponential",
    group: Group = "E2",
    preset: Preset = "laptop",
    out: Path | None = None,
    resume: bool = False,
    settings: Annotated[GPFieldsSettings, tyro.conf.arg(name="")] = GPFieldsSettings(),  # noqa: B008
    fields: int = 32,
    figures: bool = True,
) -> None:
    """Train a model of vector fields in the plane, score it beside the oracle, and draw it.

    Fields are drawn anew for every step, at 1 to 64 points of a disc of radius 10. The run folder
    holds config.json, history.jsonl, checkpoints, model.geomndp, metrics.json and figures.

    Args:
        kernel: Law of the fields.
        group: Group under which the model is invariant: E2, rotations, reflections and
            translations; SE2, no reflections; T2, translations; or none.
        preset: laptop, the defaults; or paper, sizes and steps as published, for a GPU or a day.
            Other flags change either.
        out: The run folder, runs/gp-fields-KERNEL-GROUP when left out.
        resume: Go on from the last checkpoint in the run folder.
        settings: Settings of the model and its training.
        fields: Number of fields to score, each of as many points as the largest trained on; 0
            scores none.
        figures: Draw the pictures.
    """
    check_number_to_score(fields, "fields")
    folder = RunFolder(Path("runs") / f"gp-fields-{kernel}-{group}" if out is None else out)
    folder.check_new_or(resume)
    of_experiment = {
        "experiment": "gp-fields",
        "preset": preset,
        "kernel": kernel,
        "group": group,
    }
    trained = train_under_bar(
        lambda progress: fit_gp_fields(
            kernel, group, folder, settings=settings, resume=resume, progress=progress
        ),
        folder,
        {**of_experiment, **dataclasses.asdict(settings), **environment()},
        n_steps=settings.steps,
        max_minutes=settings.max_minutes,
    )
    if fields:
        report = score_run(
            trained,
            shipped_gp_fields_name(kernel),
            lambda models, progress: evaluate_gp_fields(
                models,
                kernel,
                n_fields=fields,
                n_points=settings.points,
                seed=settings.seed + 1,
                progress=progress,
            ),
            folder,
        )
        show_log_likelihoods(report, "fields")
    if figures:
        for path in draw_gp_fields_figures(trained, kernel, folder, seed=settings.seed):
            say(f"drew {path}")
    say(f"done: everything is in {folder.path}")
