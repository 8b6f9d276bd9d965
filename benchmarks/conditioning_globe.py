"""Random walks on the globe given two of their places, against importance sampling.

Run as `python benchmarks/conditioning_globe.py`; writes
`benchmarks/results/conditioning_globe.json`. Steps of a walk are Brownian, and so are errors of its
places; so densities are heat kernels. The score is that of walks that are kept, a mixture, and
exact for it. The truth is importance sampling: of fresh walks, and of those that are kept, of which
it is the exact posterior.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from results_file import circumstances, conclude, quick_is_asked

import geomndp as gn
from geomndp import sampling, solvers

SEED = 0
GLOBE = gn.manifolds.Sphere(2)
SCHEDULE = gn.sde.LinearSchedule(beta_min=0.01, beta_max=28.0, t_min=0.01)
"""So long that at its end the law is uniform to 1e-6."""
MOTION = gn.sde.BrownianMotion(GLOBE, SCHEDULE)
START, STEP, ERROR = 0.05, 0.02, 0.03
"""Clocks of the first place about a pole, of each step, and of the errors of places."""
SEEN, ASKED = (0, 2), (1, 3)
"""Places, in the order of the walk: between those seen, and after them."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    n_kept: int = 400
    n_draws: int = 10**6
    n_samples: int = 256
    at_once: int = 16
    """Samples; memory grows with it."""


QUICK = Sizes(8, 1000, 4, 2)


def walks(n: int, key: Any) -> jax.Array:
    """Walks of four places, without their errors."""
    kernel = GLOBE.heat_kernel
    place = jnp.broadcast_to(jnp.array([0.0, 0.0, 1.0]), (n, 3))
    places = []
    for clock, each in zip((START, STEP, STEP, STEP), jax.random.split(key, 4), strict=True):
        place = kernel.sample(place, jnp.full(n, clock), key=each)
        places.append(place)
    return jnp.stack(places, 1)


def observations(key: Any) -> jax.Array:
    """Places of one walk, with their errors, where it was seen."""
    of_walk, of_errors = jax.random.split(key)
    places = walks(1, of_walk)[0, jnp.array(SEEN)]
    return GLOBE.heat_kernel.sample(places, jnp.full(len(SEEN), ERROR), key=of_errors)


def weights(places: jax.Array, seen: jax.Array) -> jax.Array:
    """Of walks, which sum to one: the density of what was seen of them."""
    kernel, clock = GLOBE.heat_kernel, jnp.full(len(places), ERROR)
    logs = [
        kernel.log_density(places[:, n], jnp.broadcast_to(y, (len(places), 3)), clock)
        for n, y in zip(SEEN, seen, strict=True)
    ]
    return jax.nn.softmax(sum(logs[1:], logs[0]))


def moments(y: Any, shares: Any) -> dict[str, list[Any]]:
    """Mean directions at the places asked for, and root mean squares of distances from them."""
    y, shares = np.asarray(y, np.float64), np.asarray(shares, np.float64)
    mean = np.einsum("n,nia->ia", shares, y)
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    apart = np.arccos(np.clip(np.einsum("nia,ia->ni", y, mean), -1, 1))
    return {"mean": mean.tolist(), "spread": np.sqrt(shares @ apart**2).tolist()}


def truth(places: jax.Array, seen: jax.Array, key: Any) -> dict[str, Any]:
    """Moments of the posterior by importance sampling, and its effective sample size."""
    shares, asked = weights(places, seen), places[:, jnp.array(ASKED)]
    clock = jnp.full(asked.shape[:2], ERROR)
    y = GLOBE.heat_kernel.sample(asked, clock, key=key)
    return {**moments(y, shares), "effective_sample_size": float(1 / jnp.sum(shares**2))}


def methods() -> dict[str, sampling.AbstractConditionalMethod]:
    """By name."""
    solver = solvers.GeodesicMultistep(n_steps=20)
    return {
        "tangent guidance": sampling.TangentGuidance(solver, ridge=1e-3),
        "replacement": sampling.Replacement(solvers.EulerMaruyama(n_steps=50)),
    }


def measure(sizes: Sizes) -> dict[str, Any]:
    """Moments of each method, and how far they are from those of the posteriors."""
    keys = jax.random.split(jax.random.key(SEED), 6)
    seen, kept = observations(keys[0]), walks(sizes.n_kept, keys[1])
    order = jnp.array(SEEN + ASKED)
    score = gn.sde.HeatMixture(
        MOTION, kept[:, order], jnp.full(sizes.n_kept, 1 / sizes.n_kept), clock=ERROR
    )
    x = order.astype(seen.dtype)[:, None]
    context = gn.FieldSample(x[: len(SEEN)], seen)
    # Many draws about each walk that is kept: its errors are then no part of the difference.
    many = jnp.tile(kept, (sizes.n_draws // sizes.n_kept, 1, 1))
    truths = {
        "kept walks": truth(many, seen, keys[2]),
        "fresh walks": truth(walks(sizes.n_draws, keys[3]), seen, keys[4]),
    }
    found = {}
    for name, method in methods().items():
        chunks = jax.random.split(keys[5], sizes.n_samples // sizes.at_once)
        y = jnp.concatenate(
            [
                sampling.sample_conditional(
                    MOTION,
                    score,
                    context,
                    x[len(SEEN) :],
                    n_samples=sizes.at_once,
                    method=method,
                    key=key,
                )
                for key in chunks
            ]
        )
        even = np.full(len(y), 1 / len(y))
        found[name] = {**moments(y, even), "against": errors(truths, moments(y, even))}
    truths["kept walks"]["effective_sample_size"] = float(1 / jnp.sum(weights(kept, seen) ** 2))
    return {"truths": truths, "methods": found}


def errors(truths: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Distances of the means, in radians, and ratios of the spreads, from each truth."""
    return {
        name: {
            "distances_of_means": [
                float(np.arccos(np.clip(np.dot(a, b), -1, 1)))
                for a, b in zip(each["mean"], found["mean"], strict=True)
            ],
            "ratios_of_spreads": np.divide(found["spread"], each["spread"]).tolist(),
        }
        for name, each in truths.items()
    }


def failures(results: dict[str, Any]) -> list[str]:
    """The claims that do not hold: that tangent guidance is everywhere nearer than replacement."""
    ours, theirs = (results["methods"][name] for name in ("tangent guidance", "replacement"))
    found = []
    for truth in results["truths"]:
        of_means, of_spreads = (
            [np.array(each["against"][truth][error]) for each in (ours, theirs)]
            for error in ("distances_of_means", "ratios_of_spreads")
        )
        if not np.all(of_means[0] < of_means[1]):
            found.append(f"means, {truth}: {of_means}")
        if not np.all(np.abs(np.log(of_spreads[0])) < np.abs(np.log(of_spreads[1]))):
            found.append(f"spreads, {truth}: {of_spreads}")
    return found


def main() -> None:
    """Measure, write the results, and fail where a claim does not hold."""
    quick = quick_is_asked(__doc__)
    sizes = QUICK if quick else Sizes()
    results = {
        **circumstances("numpy"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "places": {"seen": SEEN, "asked": ASKED},
        "clocks": {"start": START, "step": STEP, "error": ERROR},
        **measure(sizes),
    }
    conclude("conditioning_globe", results, failures, quick=quick)


if __name__ == "__main__":
    main()
