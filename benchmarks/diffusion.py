"""Time and memory of sampling, of log-densities and of training, with a network.

Run as `python benchmarks/diffusion.py`; writes `benchmarks/results/diffusion.json`. In float32.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from time import perf_counter
from typing import Any

import jax
from measuring import Run, peak_mb, seconds_in_turns
from results_file import circumstances, conclude

import geomndp as gn

SEED = 0
LARGEST_SHARE = 0.05
LARGEST_PEAK_MB = 1000
LARGEST_SECONDS = 20
PUBLISHED_SECONDS = 229


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    n_points: int = 128
    n_steps: int = 100
    n_memory: int = 256
    """Points of two values each, for the memory of a log-density."""
    n_functions: int = 4
    n_of_function: int = 60
    batch_size: int = 32
    n_rounds: int = 10
    width: int = 64
    n_layers: int = 4


QUICK = Sizes(
    n_points=4,
    n_steps=3,
    n_memory=3,
    n_functions=2,
    n_of_function=4,
    n_rounds=1,
    width=16,
    n_layers=1,
)


def vectors(
    n_points: int, width: int, n_layers: int
) -> tuple[gn.NeuralDiffusionProcess, gn.FieldSample, Any]:
    """A model of vector fields with a limit that is not white, a field, and parameters."""
    limit = gn.GaussianProcess(
        gn.kernels.DivergenceFree(gn.kernels.SquaredExponential(1.0, 0.95))
        + gn.kernels.White(0.05, 2)
    )
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
    kind = gn.FieldType(gn.groups.T(2), gn.representations.Vector(2))
    network = gn.networks.TranslationInvariantTransformer(kind, width=width, n_layers=n_layers)
    model = gn.NeuralDiffusionProcess(noising, network)
    x = jax.random.uniform(jax.random.key(SEED), (n_points, 2), maxval=10.0)
    sample = gn.FieldSample(x, limit.sample(x, key=jax.random.key(SEED + 1)))
    return model, sample, model.init(sample, key=jax.random.key(SEED + 2))


def sampled(
    noising: gn.sde.AbstractNoising, score: Any, x: jax.Array, solver: Any, key: Any
) -> jax.Array:
    """A sample as the library draws it."""
    return gn.sampling.sample(noising, score, x, n_samples=1, solver=solver, key=key)[0]


def sampled_naively(
    noising: gn.sde.AbstractNoising, score: Any, x: jax.Array, solver: Any, key: Any
) -> jax.Array:
    """A sample for which the limit is factorised at every step, as in the published code."""
    start, walk = jax.random.split(key)
    times = solver.grid.times(noising, solver.n_steps, x.dtype)
    steps = gn.solvers.Step(times[:-1], times[1:], jax.random.split(walk, solver.n_steps))

    def advance(y: jax.Array, step: gn.solvers.Step) -> tuple[jax.Array, None]:
        # Nothing but a value of the step keeps the compiler from taking it out of the loop.
        process = noising.at(x + 0 * y[:1])
        return solver.step(process, gn.sde.bind(score, process), y, None, step)[0], None

    y = noising.at(x).sample_limit(key=start)
    return jax.lax.scan(advance, y, steps)[0]


def measure_factor(sizes: Sizes) -> dict[str, Any]:
    """The factor of the limit, within a sample of a network and of a score that costs nothing."""
    model, sample, params = vectors(sizes.n_points, sizes.width, sizes.n_layers)
    noising: Any = model.noising
    x = sample.x
    solver = gn.solvers.EulerMaruyama(sizes.n_steps)
    scores: dict[str, Any] = {
        "network": model.score(params),
        "free score": lambda _t, _x, y, _mask: -y,
    }
    factor = jax.jit(lambda x: noising.at(x).covariance)
    runs: dict[str, Run] = {"factor": lambda: factor(x)}
    for name, score in scores.items():
        key = jax.random.key(SEED)
        once = jax.jit(partial(sampled, noising, score, x, solver))
        naive = jax.jit(partial(sampled_naively, noising, score, x, solver))
        runs[f"{name}, factor once"] = partial(once, key)
        runs[f"{name}, factor at every step"] = partial(naive, key)
    times = {
        name: {"median_s": statistics.median(each), "fastest_s": min(each)}
        for name, each in seconds_in_turns(runs, sizes.n_rounds).items()
    }
    fastest = {name: each["fastest_s"] for name, each in times.items()}
    return {
        "n_points": sizes.n_points,
        "dim_y": 2,
        "n_steps": sizes.n_steps,
        "times": times,
        "share_of_factor": fastest["factor"] / fastest["network, factor once"],
        "share_of_factor_limit": LARGEST_SHARE,
        "share_of_factor_with_free_score": fastest["factor"] / fastest["free score, factor once"],
        "times_slower_with_factor_at_every_step": {
            name: fastest[f"{name}, factor at every step"] / fastest[f"{name}, factor once"]
            for name in scores
        },
    }


def log_prob_in_this_process(n_points: int, width: int, n_layers: int) -> dict[str, float]:
    """Peak memory before and after the log-density of one field, by the exact divergence."""
    model, sample, params = vectors(n_points, width, n_layers)
    before = peak_mb()
    integrator = gn.likelihood.FixedGrid(n_nodes=2, n_substeps=1)
    begin = perf_counter()
    value = gn.likelihood.log_prob(
        model.noising, model.score(params), sample, integrator=integrator
    )
    jax.block_until_ready(value)
    return {"before_mb": before, "peak_mb": peak_mb(), "seconds": perf_counter() - begin}


def measure_memory(sizes: Sizes) -> dict[str, Any]:
    """Peak memory of the exact divergence, in a process of its own."""
    numbers = sizes.n_memory, sizes.width, sizes.n_layers
    command = [sys.executable, __file__, "--memory", *map(str, numbers)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {
        "n_values": 2 * sizes.n_memory,
        "chunk_size": gn.likelihood.Exact().chunk_size,
        **json.loads(run.stdout),
        "peak_mb_limit": LARGEST_PEAK_MB,
    }


def functions_model(width: int, n_layers: int) -> tuple[gn.NeuralDiffusionProcess, Any]:
    """The model of functions of the experiment, and the law of its data."""
    law = gn.experiments.regression_law("squared-exponential")
    return gn.experiments.regression1d_model(law, width=width, n_layers=n_layers), law


def measure_likelihood(sizes: Sizes) -> dict[str, Any]:
    """Exact log-densities of a few functions, one after another, first with compilation."""
    model, law = functions_model(sizes.width, sizes.n_layers)
    n = sizes.n_of_function
    fields = gn.fields.draw(
        gn.data.RandomFunctions(law, n, n), sizes.n_functions, key=jax.random.key(SEED)
    )
    first = jax.tree.map(lambda part: part[0], fields)
    trained = gn.TrainedProcess(model, model.init(first, key=jax.random.key(SEED)))

    def all_of_them() -> None:
        for number in range(sizes.n_functions):
            field = jax.tree.map(lambda part, number=number: part[number], fields)
            jax.block_until_ready(trained.log_prob(field))

    seconds = []
    for _ in range(3):
        begin = perf_counter()
        all_of_them()
        seconds.append(perf_counter() - begin)
    return {
        "n_functions": sizes.n_functions,
        "n_points": n,
        "n_divergences": gn.likelihood.FixedGrid().n_nodes,
        "seconds_with_compilation": seconds[0],
        "seconds": min(seconds[1:]),
        "seconds_limit": LARGEST_SECONDS,
        "published_seconds": PUBLISHED_SECONDS,
    }


def measure_training(sizes: Sizes) -> dict[str, Any]:
    """Seconds of a step of training, functions drawn anew included."""
    model, law = functions_model(sizes.width, sizes.n_layers)
    functions = gn.data.RandomFunctions(law, sizes.n_of_function)
    times: list[float] = []
    gn.training.fit(
        model,
        functions,
        key=jax.random.key(SEED),
        config=gn.training.TrainingConfig(
            n_steps=2 * sizes.n_rounds + 2, batch_size=sizes.batch_size
        ),
        progress=lambda _: times.append(perf_counter()),
    )
    steps = [after - before for before, after in pairwise(times[1:])]
    return {
        "batch_size": sizes.batch_size,
        "n_points": sizes.n_of_function,
        "median_s": statistics.median(steps),
        "fastest_s": min(steps),
    }


def failures(results: Mapping[str, Any]) -> list[str]:
    """The claims that do not hold."""
    checks = {
        "factor, share of a sample": (results["factor"]["share_of_factor"], LARGEST_SHARE),
        "memory, MB above the process": (
            results["memory"]["peak_mb"] - results["memory"]["before_mb"],
            LARGEST_PEAK_MB,
        ),
        "log-density, seconds": (
            results["log_density"]["seconds_with_compilation"],
            LARGEST_SECONDS,
        ),
    }
    return [
        f"{name}: expected at most {most}, got {got}"
        for name, (got, most) in checks.items()
        if not got <= most
    ]


def main() -> None:
    """Measure, write the results, and fail where a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny; writes and claims nothing")
    parser.add_argument("--memory", nargs=3, type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.memory:
        print(json.dumps(log_prob_in_this_process(*arguments.memory)))
        return
    sizes = QUICK if arguments.quick else Sizes()
    # First, while this process is small: on Linux the peak of a new process starts at the memory
    # of the one that starts it.
    memory = measure_memory(sizes)
    results = {
        **circumstances("equinox", "dm-haiku"),
        "seed": SEED,
        "n_rounds": sizes.n_rounds,
        "factor": measure_factor(sizes),
        "memory": memory,
        "log_density": measure_likelihood(sizes),
        "training": measure_training(sizes),
    }
    conclude("diffusion", results, failures, quick=arguments.quick)


if __name__ == "__main__":
    main()
