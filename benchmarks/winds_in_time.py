"""Models of winds in space and time, beside processes in time and without, on times not seen.

Run as `python benchmarks/winds_in_time.py`; writes `benchmarks/results/winds_in_time.json`, and
goes on from the runs that it finds in `--runs`. It needs the files of `wind_models.py`. Either
model is invariant under SE(2) and shifts of time and learns what a fitted process leaves of the
score; winds are noised to white noise, or to that process.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from results_file import circumstances, conclude, quick_and_runs
from wind_data import data_folder
from wind_models import BAY, GERMANY, SEED, RunSizes, load, trained_in

import geomndp as gn
from geomndp.experiments import split_winds

LIMITS = ("white", "fitted")
PROCESS = "space-time Helmholtz GP"


@dataclass(frozen=True)
class Sizes(RunSizes):
    """Those of the shipped model of a region."""

    n_steps: int = 1000
    n_points: int = 64
    width: int = 32
    n_layers: int = 3
    n_fields: int = 16
    n_members: int = 16
    n_context: int = 32
    hours: float = 12.0


QUICK = Sizes(2, 2, 6, 8, 1, 2, 3, 8, 3, 3, 12.0)


def compare(regions: dict[str, gn.data.Winds], sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Models trained over the Bay of Bengal, scored on held-out times of it and over Germany."""
    models, training, winds = {}, {}, regions[BAY]
    for limit in LIMITS:
        settings = sizes.settings(
            n_context=sizes.n_context, limit=limit, hours=sizes.hours, seed=SEED
        )
        name = f"{limit} limit"
        models[name], training[name] = trained_in(
            runs / limit, winds, "SE2xT", settings, split_winds(winds)
        )
    report = sizes.scores(models, winds, regions[GERMANY], hours=sizes.hours)
    return {
        **circumstances("dm-haiku", "numpy", "xarray"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "training": training,
        "scores": report["scores"],
        "n_times": report["n_times"],
    }


def failures(results: dict[str, Any]) -> list[str]:
    """What a reader of the documentation is told, and does not hold.

    At held-out times of its region a model is no worse than the process that it began from by more
    than two standard errors of the difference.
    """
    found = []
    for name in results["training"]:
        for part in ("held-out times", "held-out times, forecast"):
            scores = results["scores"][part][f"{name}, amortised"]
            difference = scores[f"difference_from_{PROCESS}"]["energy_score"]
            if not difference["mean"] <= 2 * difference["standard_error"]:
                found.append(f"{name}, {part}: {difference['mean']:.2f} m/s worse")
    return found


def main() -> None:
    """Measure and write the results."""
    quick, runs = quick_and_runs(__doc__, "runs/winds_in_time")
    sizes = QUICK if quick else Sizes()
    regions = load(data_folder())
    conclude("winds_in_time", compare(regions, sizes, runs), failures, quick=quick)


if __name__ == "__main__":
    main()
