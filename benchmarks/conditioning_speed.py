"""Time of conditioning with a shipped model of fields in the plane, and how far its draws are off.

Run as `python benchmarks/conditioning_speed.py`; writes
`benchmarks/results/conditioning_speed.json`. Draws are of `gp-fields-curl-free`, whose law is
known: their means and spreads are compared with those of the exact posterior. The methods are
compared at few points, since guidance takes long. Claims are of the default: of the processor
seconds, all threads together, of its first call, compilation included (where nothing else runs it
takes no longer than that), and that it errs less than guidance.
"""

import dataclasses
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

import jax
import jax.numpy as jnp
from measuring import peak_mb
from results_file import circumstances, conclude, quick_is_asked

import geomndp as gn
from geomndp import sampling, solvers

SEED = 0
MODEL, LAW = "gp-fields-curl-free", "curl-free"
RADIUS = 10.0
"""Of the disc of the points, as in training."""


@dataclass(frozen=True)
class Case:
    """What is asked for, and in how many seconds it has to be there, if that is claimed."""

    n_context: int
    n_targets: int
    method: sampling.AbstractConditionalMethod | None = None
    most_seconds: float | None = None
    n_samples: int = 16


CASES = {
    "default": Case(10, 100, most_seconds=60.0),
    "default, many points": Case(25, 1000, most_seconds=300.0),
}
QUICK = {name: dataclasses.replace(case, n_targets=4, n_samples=2) for name, case in CASES.items()}
METHODS = {
    "Amortised": Case(8, 8, sampling.Amortised(), n_samples=512),
    "TweedieGuidance": Case(8, 8, sampling.TweedieGuidance(solvers.DPMSolver(10)), n_samples=128),
}
QUICK_METHODS = {name: dataclasses.replace(case, n_samples=4) for name, case in METHODS.items()}
N_FIELDS = 4
"""On which the methods are compared."""


def fields(case: Case, seed: int = SEED) -> tuple[gn.FieldSample, jax.Array]:
    """Observations of a field of the law, and points asked for, in the disc."""
    law, keys = gn.data.vector_field_laws()[LAW], jax.random.split(jax.random.key(seed), 2)
    n = case.n_context + case.n_targets
    x = gn.data.RandomFields(law, n_points=n, least=n, radius=RADIUS)(key=keys[0]).x
    seen = x[: case.n_context]
    return gn.FieldSample(seen, law.sample(seen, key=keys[1])), x[case.n_context :]


def measure(case: Case) -> dict[str, Any]:
    """Seconds, and errors of means and spreads in units of the spread of the posterior."""
    seen, asked = fields(case)
    posterior = gn.load(MODEL).condition(seen)

    def call(key: Any) -> tuple[jax.Array, dict[str, float]]:
        begin, begin_cpu = perf_counter(), process_time()
        y = posterior.sample(asked, n_samples=case.n_samples, method=case.method, key=key)
        y.block_until_ready()
        cpu = process_time() - begin_cpu
        return y, {"seconds": perf_counter() - begin, "processor_seconds": cpu}

    keys = jax.random.split(jax.random.key(SEED), 2)
    (_, first), (y, following) = call(keys[0]), call(keys[1])
    return {
        "n_context": case.n_context,
        "n_targets": case.n_targets,
        "n_samples": case.n_samples,
        "first_call": first,
        "next_call": following,
        "most_seconds": case.most_seconds,
        "peak_mb": peak_mb(),
        **errors(seen, asked, y),
    }


def errors(seen: gn.FieldSample, asked: jax.Array, y: jax.Array) -> dict[str, float]:
    """Of the mean, in units of the spread of the posterior, and of the spread, relative to it.

    And the divergence of the normal law of each value from that of the posterior, in nats, with the
    part of it that is due to the number of draws alone.
    """
    law = gn.data.vector_field_laws()[LAW].condition(seen.x, seen.y)
    mean, variance = law.mean_and_variance(asked, latent=False)
    apart, ratio = (y.mean(0) - mean) / jnp.sqrt(variance), y.var(0, ddof=1) / variance
    divergence = 0.5 * (ratio - 1 - jnp.log(ratio) + apart**2)
    return {
        "error_of_mean": float(jnp.sqrt(jnp.mean(apart**2))),
        "chance_error_of_mean": len(y) ** -0.5,
        "spread": float(jnp.sqrt(jnp.mean(ratio))),
        "divergence": float(divergence.mean()),
        "chance_divergence": 1 / len(y),
    }


def compare(case: Case, n_fields: int = N_FIELDS) -> dict[str, Any]:
    """Errors of a method on several fields, and their means."""
    trained, found = gn.load(MODEL), []
    for seed in range(n_fields):
        seen, asked = fields(case, seed)
        y = trained.condition(seen).sample(
            asked, n_samples=case.n_samples, method=case.method, key=jax.random.key(seed)
        )
        found.append(errors(seen, asked, y))
    means = {name: sum(each[name] for each in found) / n_fields for name in found[0]}
    return {"n_samples": case.n_samples, "mean": means, "fields": found}


def failures(results: dict[str, Any]) -> list[str]:
    """The claims that do not hold: of the first call, compilation included, and of errors."""
    late = [
        f"{name}: {case['first_call']['processor_seconds']:.0f} s"
        for name, case in results["cases"].items()
        if not case["first_call"]["processor_seconds"] <= case["most_seconds"]
    ]
    default, guided = (
        results["methods"][name]["mean"]["divergence"]
        - results["methods"][name]["mean"]["chance_divergence"]
        for name in ("Amortised", "TweedieGuidance")
    )
    worse = [] if default < guided else [f"Amortised errs by {default:.3f}, guided {guided:.3f}"]
    return late + worse


def main() -> None:
    """Measure, write the results, and fail where a claim does not hold."""
    quick = quick_is_asked(__doc__)
    cases, methods, n_fields = (QUICK, QUICK_METHODS, 1) if quick else (CASES, METHODS, N_FIELDS)
    results = {
        **circumstances("numpy"),
        "seed": SEED,
        "model": MODEL,
        "cases": {name: measure(case) for name, case in cases.items()},
        "methods": {name: compare(case, n_fields) for name, case in methods.items()},
    }
    conclude("conditioning_speed", results, failures, quick=quick)


if __name__ == "__main__":
    main()
