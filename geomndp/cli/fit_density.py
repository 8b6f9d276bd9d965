"""`geomndp fit density`: give a distribution to points of a file, score it, and draw it."""

import dataclasses
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import tyro

from geomndp.cli.console import say, show_point_scores
from geomndp.cli.training import train_under_bar
from geomndp.data import load_angles, load_positions, load_rotations, load_vectors
from geomndp.experiments import (
    DensitySettings,
    RunFolder,
    draw_density_figures,
    environment,
    evaluate_density,
    fit_density,
    split_points,
)
from geomndp.manifolds import SO3, AbstractManifold, Euclidean, Sphere, Torus
from geomndp.model import Density

ManifoldName = Literal["sphere", "torus", "so3", "euclidean"]


def fit_points(
    *,
    data: Path,
    manifold: ManifoldName = "sphere",
    degrees: bool = False,
    out: Path | None = None,
    resume: bool = False,
    settings: Annotated[DensitySettings, tyro.conf.arg(name="")] = DensitySettings(),  # noqa: B008
    figures: bool = True,
) -> None:
    """Fit a density to points of a file, score it on points held out, and draw it.

    The file is CSV with a header. On the sphere it has columns latitude and longitude in degrees,
    or x, y and z; for so3 qw, qx, qy, qz, or rx, ry, rz, or r11 to r33; on the torus every column
    of numbers is an angle, and in Euclidean space a coordinate. The run folder holds config.json,
    history.jsonl, checkpoints, model.geomndp, metrics.json and figures.

    Args:
        data: The file of points.
        manifold: Where the points live.
        degrees: Whether angles of a torus are in degrees rather than radians.
        out: The run folder, runs/density-MANIFOLD when left out.
        resume: Go on from the last checkpoint in the run folder.
        settings: Settings of the model and its training.
        figures: Draw the pictures.
    """
    folder = RunFolder(Path("runs") / f"density-{manifold}" if out is None else out)
    folder.check_new_or(resume)
    points, space = read_points(data, manifold, degrees=degrees)
    of_experiment = {"experiment": "density", "manifold": manifold, "data": str(data)}
    process = train_under_bar(
        lambda progress: (
            fit_density(
                points, space, folder, settings=settings, resume=resume, progress=progress
            ).process
        ),
        folder,
        {**of_experiment, "n_points": len(points), **dataclasses.asdict(settings), **environment()},
        n_steps=settings.steps,
        max_minutes=settings.max_minutes,
    )
    density = Density(process)
    train, held_out = split_points(points, settings.held_out, seed=settings.seed)
    if len(held_out) > 1:
        report = evaluate_density({"this run": density}, held_out, space, train=train)
        folder.write_json(folder.metrics, report)
        show_point_scores(report)
    if figures:
        for path in draw_density_figures(density, points, folder, seed=settings.seed):
            say(f"drew {path}")
    say(f"done: everything is in {folder.path}")


def read_points(
    path: Path, manifold: ManifoldName, *, degrees: bool = False
) -> tuple[np.ndarray, AbstractManifold]:
    """The points of a file, and the manifold on which they live."""
    if manifold == "sphere":
        return load_positions(path), Sphere(2)
    if manifold == "so3":
        return load_rotations(path), SO3()
    if manifold == "torus":
        points = load_angles(path, degrees=degrees)
        return points, Torus(points.shape[1] // 2)
    points = load_vectors(path)
    return points, Euclidean(points.shape[1])


def read_points_of(density: Density, path: Path, *, degrees: bool = False) -> np.ndarray:
    """The points of a file on the manifold of a density.

    Raises:
        ValueError: If they are of another dimension.
    """
    names: dict[type, ManifoldName] = {Sphere: "sphere", SO3: "so3", Torus: "torus"}
    name = names.get(type(density.manifold), "euclidean")
    points, found = read_points(path, name, degrees=degrees)
    if found != density.manifold:
        raise ValueError(
            f"{path}: expected points of {density.manifold}, where the density lives, got "
            f"{points.shape[1]} columns of numbers"
        )
    return points
