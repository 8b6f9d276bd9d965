"""What the shipped model of global winds costs, and how far its default is from guidance.

Run as `python benchmarks/winds_globe.py`; writes `benchmarks/results/winds_globe.json`. It needs
`winds_gfs_global_1deg.nc` in the folder `GEOMNDP_DATA`. Members are told jointly at random places
of the globe from observations of its one held-out time; the methods are compared on the same tasks
with fewer places, since guidance takes long.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import jax
import numpy as np
from measuring import peak_mb
from results_file import circumstances, conclude, quick_is_asked
from wind_data import data_folder, load_files

import geomndp as gn
from geomndp.experiments import evaluate_winds, split_winds, tell_winds

SEED = 0
MODEL, FILE = "winds-global", "winds_gfs_global_1deg.nc"
SCATTERED, GRID = "random places", "whole grid"
MOST_SECONDS = 180.0
"""That the first call at random places may take, compilation included."""


@dataclass(frozen=True)
class Sizes:
    """How much is told and scored."""

    n_places: int = 2000
    every: int = 1
    """Every so many latitudes and longitudes of the grid."""
    n_observations: int = 200
    n_members: int = 16
    n_fields: int = 4
    n_told: int = 48
    n_given: int = 24
    n_scored: int = 8
    """Members of the ensembles that are scored."""


QUICK = Sizes(10, 60, 5, 2, 2, 8, 4, 2)


def load(folder: Path) -> gn.data.Winds:
    """The winds of the globe."""
    (winds,) = load_files(folder, FILE)
    return winds


def costs(winds: gn.data.Winds, model: gn.TrainedProcess, sizes: Sizes) -> dict[str, Any]:
    """What the first call takes, at random places and at all of the grid."""
    rng, held_out = np.random.default_rng(SEED), split_winds(winds).test
    latitude, longitude = held_out.places
    wind = held_out.wind()[0]
    # Evenly over the globe, where the file has winds, which it lacks at a pole.
    weights = np.where(np.isfinite(wind).all(-1), np.cos(np.radians(latitude)), 0.0)
    chances = weights / weights.sum()
    sites = rng.choice(len(wind), sizes.n_observations, replace=False, p=chances)
    seen = gn.data.WindObservations(latitude[sites], longitude[sites], wind[sites])
    up = rng.uniform(-1.0, 1.0, sizes.n_places)
    places = np.degrees(np.arcsin(up)), rng.uniform(-180.0, 180.0, sizes.n_places)
    calm = np.zeros((1, 1, sizes.n_places, 2))
    scattered = gn.data.wind_ensemble(calm, held_out.times[:1], *places)
    grids = {SCATTERED: scattered, GRID: held_out.every(sizes.every)}
    return {name: cost_of(model, seen, grid, sizes) for name, grid in grids.items()}


def cost_of(
    model: gn.TrainedProcess, seen: gn.data.WindObservations, grid: gn.data.Winds, sizes: Sizes
) -> dict[str, Any]:
    """Seconds, and memory until then, of telling winds at the places of a grid."""
    begin, processor = perf_counter(), process_time()
    told = tell_winds(model, seen, grid, n_members=sizes.n_members, key=jax.random.key(SEED))
    seconds, processor_seconds = perf_counter() - begin, process_time() - processor
    if not np.isfinite(told.wind()).all():
        raise ValueError("expected finite winds")
    return {
        "n_places": len(grid.places[0]),
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "peak_memory_gb": peak_mb() / 1e3,
    }


def measure(winds: gn.data.Winds, sizes: Sizes) -> dict[str, Any]:
    """Time and memory of telling winds, then the methods beside one another."""
    model = gn.load(MODEL)
    cost = costs(winds, model, sizes)
    report = evaluate_winds(
        {MODEL: model},
        winds,
        n_fields=sizes.n_fields,
        n_points=sizes.n_told,
        n_given=sizes.n_given,
        n_members=sizes.n_scored,
        seed=SEED,
    )
    return {
        **circumstances("dm-haiku", "numpy", "xarray"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "cost": cost,
        "scores": report["scores"],
    }


def failures(results: dict[str, Any]) -> list[str]:
    """What a reader of the documentation is told, and does not hold.

    The call ends in the time that is claimed, and the default tells winds no worse than guidance by
    more than the larger of their standard errors.
    """
    found = []
    seconds = results["cost"][SCATTERED]["seconds"]
    if not seconds < MOST_SECONDS:
        found.append(f"{seconds:.0f} s, more than {MOST_SECONDS:.0f}")
    (scores,) = results["scores"].values()
    default, guided = (scores[f"{MODEL}, {way}"]["energy_score"] for way in ("amortised", "guided"))
    error = max(default["standard_error"], guided["standard_error"])
    if not default["mean"] <= guided["mean"] + error:
        found.append(f"energy score {default['mean']:.2f}, guided {guided['mean']:.2f}")
    return found


def main() -> None:
    """Measure and write the results."""
    quick = quick_is_asked(__doc__)
    winds = load(data_folder())
    conclude("winds_globe", measure(winds, QUICK if quick else Sizes()), failures, quick=quick)


if __name__ == "__main__":
    main()
