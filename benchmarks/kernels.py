"""Time of Gram matrices and of solves with kernels, and time and memory of draws.

Run as `python benchmarks/kernels.py`; writes `benchmarks/results/kernels.json`.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from measuring import Run, peak_mb, seconds_in_turns
from results_file import circumstances, conclude

import geomndp as gn

SEED = 0
LEAST_RATIO = 3
LARGEST_DIFFERENCE = 1e-5
LARGEST_SLOPE = 1.1
LARGEST_PEAK_MB = 2000
DRAWS = ("White", "CurlFree", "DivergenceFree")

Gram = Callable[[jax.Array], jax.Array]


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    n_points: int = 512
    n_rounds: int = 100
    draws: tuple[str, ...] = DRAWS
    n_locations: tuple[int, ...] = (1_000, 10_000, 100_000)
    n_features: int = 512
    n_processes: int = 5
    """Fresh processes for each draw and each number of locations."""
    n_calls: int = 5
    """Timed calls in each process."""


QUICK = Sizes(16, 2, ("DivergenceFree",), (8, 16), 4, n_processes=1, n_calls=2)


def in_turns(runs: Mapping[str, Run], n_rounds: int) -> dict[str, Any]:
    """Milliseconds of calls that take turns."""
    times = {
        name: [1000 * seconds for seconds in each]
        for name, each in seconds_in_turns(runs, n_rounds).items()
    }
    return {
        "median_ms": {name: round(statistics.median(each), 3) for name, each in times.items()},
        "fastest_ms": {name: round(min(each), 3) for name, each in times.items()},
    }


def times_faster(measured: Mapping[str, Any], fast: str, *slow: str) -> dict[str, float]:
    """How many times faster one is than the best of others."""
    return {
        key: round(min(measured[kind][name] for name in slow) / measured[kind][fast], 2)
        for key, kind in (("by_median", "median_ms"), ("by_fastest", "fastest_ms"))
    }


def locations(n_points: int) -> jax.Array:
    """Random points of a square whose side is ten lengthscales."""
    return jax.random.uniform(jax.random.key(SEED), (n_points, 2), maxval=10.0)


def squared_exponential() -> gn.kernels.SquaredExponential:
    """The scalar kernel from which all others are made."""
    return gn.kernels.SquaredExponential(lengthscale=1.0, variance=2.0)


def grams_by_differentiation(scalar: gn.kernels.AbstractRadialKernel) -> dict[str, Gram]:
    """Gram matrices of a divergence-free field in the plane, from Hessians that JAX works out."""

    def potential(r: jax.Array) -> jax.Array:
        return scalar.radial(jnp.sum(r**2))

    def covariance(hessian: jax.Array) -> jax.Array:
        return scale * (hessian - jnp.trace(hessian) * jnp.eye(2))

    scale = potential(jnp.zeros(2)) / -jax.hessian(potential)(jnp.zeros(2))[0, 0]
    hessian, forward = jax.hessian(potential), jax.jacfwd(jax.jacfwd(potential))
    mixed = jax.jacfwd(jax.jacrev(lambda x1, x2: potential(x1 - x2), 0), 1)
    pairs = {
        "hessian": lambda x1, x2: covariance(hessian(x1 - x2)),
        "jacfwd of jacfwd": lambda x1, x2: covariance(forward(x1 - x2)),
        "jacfwd of jacrev, of two locations": lambda x1, x2: -covariance(mixed(x1, x2)),
    }

    def compiled(pair: Callable[[jax.Array, jax.Array], jax.Array]) -> Gram:
        rows = jax.vmap(jax.vmap(pair, (None, 0)), (0, None))
        return jax.jit(lambda x: rows(x, x))

    return {name: compiled(pair) for name, pair in pairs.items()}


def measure_gram(sizes: Sizes) -> dict[str, Any]:
    """A Gram matrix in closed form, beside automatic differentiation and its Cholesky factor."""
    x = locations(sizes.n_points)
    kernel = gn.kernels.DivergenceFree(squared_exponential())
    closed = jax.jit(kernel.gram)
    derived = grams_by_differentiation(kernel.kernel)
    difference = max(float(jnp.abs(closed(x) - gram(x)).max()) for gram in derived.values())
    noisy = (kernel + gn.kernels.White(0.1, dim_y=2)).operator(x)
    factorised = jax.jit(lambda operator: operator.factorised())
    runs: dict[str, Run] = {
        "closed form": lambda: closed(x),
        **{name: lambda gram=gram: gram(x) for name, gram in derived.items()},
        "Cholesky factor": lambda: factorised(noisy),
    }
    measured = in_turns(runs, sizes.n_rounds)
    return {
        "kernel": "DivergenceFree(SquaredExponential)",
        "n_points": sizes.n_points,
        "dim_x": 2,
        **measured,
        "largest_difference": difference,
        "largest_difference_limit": LARGEST_DIFFERENCE,
        "times_faster": times_faster(measured, "closed form", *derived),
        "times_faster_limit": LEAST_RATIO,
    }


def measure_solve(
    kernel: gn.kernels.AbstractKernel, sizes: Sizes, least_ratio: float | None = None
) -> dict[str, Any]:
    """Factor, solve and log determinant by the operator of a kernel with noise, and a dense one."""
    x = locations(sizes.n_points)
    y = jax.random.normal(jax.random.key(SEED + 1), (sizes.n_points, kernel.dim_y))
    noisy = kernel + gn.kernels.White(0.1, dim_y=kernel.dim_y)

    @jax.jit
    def solved(operator: gn.linalg.AbstractOperator) -> tuple[jax.Array, jax.Array]:
        factorised = operator.factorised()
        return factorised.solve(y), factorised.log_det()

    structured, dense = noisy.operator(x), gn.linalg.Dense(noisy.gram(x))
    both = [solved(structured), solved(dense)]
    np.testing.assert_allclose(both[0][0], both[1][0], atol=1e-2)
    np.testing.assert_allclose(both[0][1], both[1][1], rtol=1e-4)
    measured = in_turns(
        {"structured": lambda: solved(structured), "dense": lambda: solved(dense)}, sizes.n_rounds
    )
    return {
        "operator": type(structured).__name__,
        "n_points": sizes.n_points,
        "dim_y": kernel.dim_y,
        **measured,
        "times_faster": times_faster(measured, "structured", "dense"),
        "times_faster_limit": least_ratio,
    }


def draw(name: str, n_features: int, n_calls: int, x: jax.Array) -> dict[str, Any]:
    """Milliseconds of draws at some locations, and the peak memory of this process."""
    if name == "White":
        noise = gn.kernels.White(0.1, dim_y=2)
        sample = jax.jit(lambda x, key: noise.operator(x).sample(key=key))
    else:
        kernel = getattr(gn.kernels, name)(squared_exponential())

        @jax.jit
        def sample(x: jax.Array, key: jax.Array) -> jax.Array:
            of_features, of_weights = jax.random.split(key)
            features = kernel.random_features(n_features, 2, key=of_features)
            return features.sample(key=of_weights)(x)

    times = []
    for i in range(n_calls + 1):
        key = jax.random.key(SEED + i)
        begin = perf_counter()
        jax.block_until_ready(sample(x, key))
        times.append(1000 * (perf_counter() - begin))
    return {"ms": times[1:], "peak_mb": peak_mb()}


def draw_in_fresh_process(name: str, n_locations: int, sizes: Sizes) -> dict[str, Any]:
    """What `draw` measures in a process of its own."""
    numbers = map(str, (n_locations, sizes.n_features, sizes.n_calls))
    command = [sys.executable, __file__, "--draw", name, *numbers]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout)


def measure_draws(sizes: Sizes) -> dict[str, Any]:
    """Draws at more and more locations, beside one at a single location: the baseline."""
    runs = {name: {n: [] for n in (1, *sizes.n_locations)} for name in sizes.draws}
    for _ in range(sizes.n_processes):
        for name, by_n in runs.items():
            for n, each in by_n.items():
                each.append(draw_in_fresh_process(name, n, sizes))
    return {
        "n_features": sizes.n_features,
        "dim_y": 2,
        "n_processes": sizes.n_processes,
        "n_calls": sizes.n_calls,
        "slope_limit": LARGEST_SLOPE,
        "peak_mb_limit": LARGEST_PEAK_MB,
        **{name: growth_of(by_n) for name, by_n in runs.items()},
    }


def growth_of(runs: Mapping[int, list[dict[str, Any]]]) -> dict[str, Any]:
    """Medians of time and the largest peaks, by the number of locations, and how they grow."""
    peaks = {n: max(run["peak_mb"] for run in each) for n, each in runs.items()}
    baseline = peaks.pop(1)
    times = {n: [ms for run in runs[n] for ms in run["ms"]] for n in peaks}
    medians = {n: statistics.median(each) for n, each in times.items()}
    return {
        "median_ms": {str(n): round(ms, 3) for n, ms in medians.items()},
        "fastest_ms": {str(n): round(min(each), 3) for n, each in times.items()},
        "slope_of_time": slope(medians),
        "baseline_peak_mb": round(baseline, 1),
        "peak_mb": {str(n): round(mb, 1) for n, mb in peaks.items()},
        # The peaks of equal processes differ by megabytes.
        "slope_of_memory": slope({n: max(mb - baseline, 1) for n, mb in peaks.items()}),
    }


def slope(values: Mapping[int, float]) -> float:
    """The power of n with which values grow: a line fitted to logarithms."""
    fit = np.polyfit(np.log(list(values)), np.log(list(values.values())), 1)
    return round(float(fit[0]), 3)


def failures(results: Mapping[str, Any]) -> list[str]:
    """The claims that do not hold."""
    found = []
    for part in ("gram", "solve, Isotropic"):
        # What else runs only adds to times, to short ones more in proportion.
        ratio = results[part]["times_faster"]["by_fastest"]
        if ratio < LEAST_RATIO:
            found.append(f"{part}: expected at least {LEAST_RATIO} times faster, got {ratio}")
    difference = results["gram"]["largest_difference"]
    if not difference <= LARGEST_DIFFERENCE:
        found.append(f"gram: expected a difference up to {LARGEST_DIFFERENCE}, got {difference}")
    for name in DRAWS:
        growth = results["draws"][name]
        power, peak = growth["slope_of_time"], max(growth["peak_mb"].values())
        if power > LARGEST_SLOPE:
            found.append(f"{name}: expected time with a slope up to {LARGEST_SLOPE}, got {power}")
        if peak >= LARGEST_PEAK_MB:
            found.append(f"{name}: expected less than {LARGEST_PEAK_MB} MB, got {peak}")
    return found


def main() -> None:
    """Measure, write the results, and fail where a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny; writes and claims nothing")
    parser.add_argument("--draw", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.draw:
        name, *numbers = arguments.draw
        n_locations, n_features, n_calls = map(int, numbers)
        print(json.dumps(draw(name, n_features, n_calls, locations(n_locations))))
        return
    sizes = QUICK if arguments.quick else Sizes()
    # First, while this process is small: on Linux the peak of a new process starts at the memory
    # of the one that starts it.
    draws = measure_draws(sizes)
    scalar = squared_exponential()
    mixing = jnp.array([[1.0, 0.0], [0.8, 0.6]])
    results = {
        **circumstances("equinox", "numpy"),
        "backend": jax.default_backend(),
        "seed": SEED,
        "n_rounds": sizes.n_rounds,
        "gram": measure_gram(sizes),
        "solve, Isotropic": measure_solve(gn.kernels.Isotropic(scalar, 2), sizes, LEAST_RATIO),
        "solve, Coregionalised": measure_solve(gn.kernels.Coregionalised(scalar, mixing), sizes),
        "draws": draws,
    }
    conclude("kernels", results, failures, quick=arguments.quick)


if __name__ == "__main__":
    main()
