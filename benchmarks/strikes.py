"""How often a cyclone comes where a forecast said with some probability that it would.

Run as `python benchmarks/strikes.py`; writes `benchmarks/results/strikes.json`. From the first half
of a storm of the test seasons an ensemble tells the rest, at most five days and as long as the
storm lived. At places drawn evenly within 2000 km of the last fix, the share of members that come
within 100 km is set beside whether the storm did. Standard errors are over storms, whose places go
together.
"""

import dataclasses
import itertools
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from results_file import circumstances, conclude, quick_is_asked

import geomndp as gn
from geomndp.experiments import TrackCase, forecast_cases
from geomndp.experiments.track_inputs import tell_case
from geomndp.experiments.track_tasks import spread
from geomndp.metrics import mean_and_standard_error, strike_probability

SEED = 6
MODEL = "cyclones-seasonal"
RADIUS_KM = 100.0
REACH_KM = 2000.0
EDGES = (0.0, 1e-9, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0 + 1e-9)
"""Of the bins of told probabilities; the first is of places where no member comes."""
LARGEST_GAP = 0.1
GLOBE = gn.manifolds.Sphere(2)
PERSISTENCE = gn.baselines.Persistence(GLOBE)

Places = Float[Array, "n_places 3"]
PerPlace = Float[np.ndarray, "n_storms n_places"]


@dataclass(frozen=True)
class Sizes:
    """How many storms, members of their ensembles, and places near each."""

    n_storms: int = 160
    n_members: int = 64
    n_places: int = 512


QUICK = Sizes(2, 2, 8)


def places_near(centre: Float[Array, " 3"], n: int, key: Any) -> Places:
    """Places within reach, evenly by area."""
    how_far, which_way = jax.random.split(key)
    share = jax.random.uniform(how_far, (n, 1))
    angle = jnp.arccos(1 - share * (1 - jnp.cos(REACH_KM / gn.manifolds.EARTH_RADIUS_KM)))
    base = jnp.broadcast_to(centre, (n, 3))
    way = GLOBE.project_tangent(base, jax.random.normal(which_way, (n, 3)))
    return GLOBE.exp(base, angle * way / jnp.linalg.norm(way, axis=-1, keepdims=True))


def told_and_true(
    trained: gn.TrainedProcess, case: TrackCase, sizes: Sizes, key: Any
) -> tuple[Float[Array, " n_places"], Float[Array, " n_places"], Float[Array, " n_places"]]:
    """Probabilities by the model, by a storm that goes straight on, and what came true."""
    of_places, of_members = jax.random.split(key)
    last = case.context.y[-1:]
    places = places_near(last[0], sizes.n_places, of_places)

    def probability(paths: Float[Array, "n_members n_hidden 3"]) -> Float[Array, " n_places"]:
        # A storm strikes where it is, too. Of padding, few shapes are compiled.
        start = jnp.broadcast_to(last, (paths.shape[0], 1, 3))
        padded = jnp.pad(paths, [(0, 0), (0, -paths.shape[1] % 8), (0, 0)], mode="edge")
        whole = jnp.concatenate([start, padded], 1)
        return strike_probability(whole, places, radius_km=RADIUS_KM)

    members = tell_case(trained, case, n_members=sizes.n_members, key=of_members).positions
    straight = PERSISTENCE(case.context, case.target.x)
    return (
        probability(jnp.asarray(members)),
        probability(straight[None]),
        probability(case.target.y[None]),
    )


def reliability(told: PerPlace, true: PerPlace) -> list[dict[str, Any]]:
    """How often it came true, by what was told."""
    found = []
    for low, high in itertools.pairwise(EDGES):
        inside = (told >= low) & (told < high)
        n, hits = inside.sum(1), (inside * true).sum(1)
        if n.sum() == 0:
            continue
        rate = hits.sum() / n.sum()
        # Of a ratio of sums over storms, each of which goes together.
        spread_of_sum = np.sqrt(np.sum((hits - rate * n) ** 2))
        found.append(
            {
                "from": low,
                "to": min(high, 1.0),
                "told": float(told[inside].mean()),
                "came_true": float(rate),
                "standard_error": float(spread_of_sum / n.sum()),
                "n_places": int(n.sum()),
                "n_storms": int((n > 0).sum()),
            }
        )
    return found


def measure(sizes: Sizes) -> dict[str, Any]:
    """Reliability, and Brier scores beside a storm that goes straight on."""
    cases = spread(forecast_cases(gn.data.load_cyclones().split().test), sizes.n_storms)
    trained = gn.load(MODEL)
    rows = [
        told_and_true(trained, case, sizes, jax.random.fold_in(jax.random.key(SEED), number))
        for number, case in enumerate(cases)
    ]
    told, straight, true = (np.stack(part).astype(float) for part in zip(*rows, strict=True))
    brier = {
        name: np.mean((said - true) ** 2, 1)
        for name, said in (("model", told), ("persistence", straight), ("never", 0 * true))
    }
    return {
        **circumstances("dm-haiku", "numpy"),
        "seed": SEED,
        "model": MODEL,
        "sizes": dataclasses.asdict(sizes),
        "reliability": reliability(told, true),
        "brier": {name: mean_and_standard_error(score)._asdict() for name, score in brier.items()},
        "brier_less_persistence": mean_and_standard_error(
            brier["model"] - brier["persistence"]
        )._asdict(),
        "brier_less_never": mean_and_standard_error(brier["model"] - brier["never"])._asdict(),
    }


def failures(results: dict[str, Any]) -> list[str]:
    """Where what is told is far from what comes true, or no better than simple rules."""
    found = [
        f"told {part['told']:.2f}, came true {part['came_true']:.2f}"
        for part in results["reliability"]
        if abs(part["told"] - part["came_true"]) > max(LARGEST_GAP, 3 * part["standard_error"])
    ]
    for rule in ("persistence", "never"):
        difference = results[f"brier_less_{rule}"]
        if not difference["mean"] < -2 * difference["standard_error"]:
            found.append(f"Brier score no better than of {rule}")
    return found


def main() -> None:
    """Measure and write the results."""
    quick = quick_is_asked(__doc__)
    conclude("strikes", measure(QUICK if quick else Sizes()), failures, quick=quick)


if __name__ == "__main__":
    main()
