"""`geomndp fit winds`: train a model of winds of a region or the globe, score it, draw it."""

import dataclasses
from pathlib import Path
from typing import Annotated, Literal

import tyro

from geomndp.cli.console import say
from geomndp.cli.evaluate_winds import show_wind_scores
from geomndp.cli.scoring import check_number_to_score, score_run
from geomndp.cli.training import train_under_bar
from geomndp.cli.wind_files import Source, WindFiles
from geomndp.experiments import (
    GLOBAL_GROUPS,
    REGIONAL_GROUPS,
    SPACE_TIME_GROUPS,
    RunFolder,
    WindSettings,
    draw_wind_figures,
    environment,
    evaluate_winds,
    fit_winds,
)
from geomndp.sampling import Amortised

_REGIONAL, _GLOBAL = "winds-regional", "winds-global"

WindGroup = Literal["E2", "SE2", "T2", "none", "E2xT", "SE2xT", "mirror", "axial", "SO3", "O3"]


def fit_wind_fields(
    *,
    data: Source,
    globe: bool = False,
    group: WindGroup | None = None,
    with_: Annotated[tuple[str, ...], tyro.conf.arg(name="with")] = (),
    files: tyro.conf.OmitArgPrefixes[WindFiles] = WindFiles(),  # noqa: B008
    out: Path | None = None,
    resume: bool = False,
    settings: Annotated[WindSettings, tyro.conf.arg(name="")] = WindSettings(),  # noqa: B008
    fields: int = 8,
    members: int = 16,
    n_points: int = 200,
    n_given: int = 25,
    figures: bool = True,
) -> None:
    """Train a model of winds of a region or the globe, score it on held-out times, and draw it.

    The run folder holds config.json, history.jsonl, checkpoints, model.geomndp, metrics.json and
    figures. Times are parted in blocks, for training, to watch the loss on, and for scores, which
    are those of `evaluate` by the amortised method.

    Args:
        data: File of gridded winds (NetCDF, Zarr, GRIB), a pattern of several, or the address of a
            Zarr store.
        globe: Winds are of the globe, and not on a map of a region.
        group: Group under which the model is invariant, SE2 on a map, and mirror on the globe, when
            left out. On a map: SE2, rotations and translations; E2, reflections too; T2,
            translations; or none. In windows of time, of --hours: SE2xT or E2xT, shifts of time
            too. On the globe: mirror, rotations about its axis and the mirror in
            the equator; axial, without the mirror; SO3, all rotations; O3, reflections too.
        with_: What is learned beside the winds, on a map, and told with them: names of variables of
            the file, or standard names, such as msl. Each needs a unit there.
        files: How the file is read.
        out: The run folder, runs/winds-GROUP when left out.
        resume: Go on from the last checkpoint in the run folder.
        settings: Settings of the model and its training.
        fields: Number of fields to score; 0 scores none.
        members: Members of each scored ensemble.
        n_points: Number of points of a scored field.
        n_given: At how many of these the wind is given.
        figures: Draw the pictures.
    """
    check_number_to_score(fields, "fields")
    group = _group_of(globe, group, settings.hours)
    folder = RunFolder(Path("runs") / f"winds-{group}" if out is None else out)
    folder.check_new_or(resume)
    winds = files.load(data, scalars=with_)
    say(winds)
    of_experiment = {"experiment": "winds", "data": data, "group": group}
    of_experiment |= {"with": with_} if with_ else {}
    of_experiment |= dataclasses.asdict(files)
    trained = train_under_bar(
        lambda progress: fit_winds(
            winds, folder, group=group, settings=settings, resume=resume, progress=progress
        ),
        folder,
        {**of_experiment, **dataclasses.asdict(settings), **environment()},
        n_steps=settings.steps,
        max_minutes=settings.max_minutes,
    )
    if fields:
        report = score_run(
            trained,
            None if with_ else _shipped(group),
            lambda models, progress: evaluate_winds(
                models,
                winds,
                methods={"amortised": Amortised()},
                n_fields=fields,
                n_points=n_points,
                n_given=n_given,
                n_members=members,
                hours=settings.hours,
                seed=settings.seed,
                progress=progress,
            ),
            folder,
        )
        show_wind_scores(report)
    if figures:
        for path in draw_wind_figures(
            trained, winds, folder, hours=settings.hours, seed=settings.seed
        ):
            say(f"drew {path}")
    say(f"done: everything is in {folder.path}")


def _shipped(group: WindGroup) -> str | None:
    """Name of the shipped model to score a run beside; there is none of space and time."""
    if group in SPACE_TIME_GROUPS:
        return None
    return _GLOBAL if group in GLOBAL_GROUPS else _REGIONAL


def _group_of(globe: bool, group: WindGroup | None, hours: float | None) -> WindGroup:
    """The group, or that which is usual, if it goes with the globe or with a map, and with time."""
    if group is None:
        group = "mirror" if globe else "SE2"
    if globe != (group in GLOBAL_GROUPS):
        ours = ", ".join(GLOBAL_GROUPS if globe else (*REGIONAL_GROUPS, *SPACE_TIME_GROUPS))
        remedy = "leave --globe out" if globe else "winds of the globe need --globe"
        where = "on the globe" if globe else "on a map"
        raise ValueError(f"expected one of the groups {ours} {where}, got {group}; {remedy}")
    if hours is not None and group not in SPACE_TIME_GROUPS:
        raise ValueError(
            f"expected no --hours with the group {group}, of winds at one time, got {hours:g}; "
            "leave it out, or take --group SE2xT or E2xT"
        )
    return group
