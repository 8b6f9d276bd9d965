"""Time and memory of the cyclone model: a training step, and an ensemble of forecasts.

Run as `python benchmarks/cyclones.py`; writes `benchmarks/results/cyclones.json`.
"""

import argparse
import resource
import statistics
from collections.abc import Callable
from time import perf_counter
from typing import Any

import jax
import jax.numpy as jnp
from results_file import circumstances, write_results

import geomndp as gn

BATCH, N_CONTEXT, N_TARGETS, N_MEMBERS = 32, 16, 24, 32


def timed(run: Callable[[], Any], n_runs: int) -> dict[str, float]:
    """Seconds of the first call, compilation included, and the median of those after it."""
    seconds = []
    for _ in range(n_runs + 1):
        begin = perf_counter()
        jax.block_until_ready(run())
        seconds.append(perf_counter() - begin)
    return {
        "first_call_seconds": round(seconds[0], 3),
        "median_seconds": round(statistics.median(seconds[1:]), 4),
        "fastest_seconds": round(min(seconds[1:]), 4),
    }


def gradient_step(model: gn.NeuralDiffusionProcess) -> Callable[[], Any]:
    """Loss and gradient of one batch of random tracks, half of each given."""
    y = model.noising.manifold.random_uniform((BATCH, N_TARGETS), key=jax.random.key(0))
    x = jnp.broadcast_to(jnp.arange(N_TARGETS)[:, None] * 0.25, (BATCH, N_TARGETS, 1))
    target = gn.FieldSample(x, y)
    context = gn.FieldSample(x[:, :N_CONTEXT] - 4.0, y[:, :N_CONTEXT])
    one = jax.tree.map(lambda part: part[0], target)
    params = model.init(one, key=jax.random.key(1))
    times = gn.losses.low_discrepancy_times(model.noising, BATCH, key=jax.random.key(2))

    @jax.jit
    def step(params: gn.networks.Params, key: jax.Array) -> Any:
        def loss(params: gn.networks.Params) -> jax.Array:
            keys = jax.random.split(key, BATCH)
            each = jax.vmap(lambda c, s, t, k: model.loss(params, s, t, context=c, key=k))
            return each(context, target, times, keys).mean()

        return jax.value_and_grad(loss)(params)

    return lambda: step(params, jax.random.key(3))


def ensemble(trained: gn.TrainedProcess, n_steps: int) -> Callable[[], Any]:
    """Five days ahead of one storm, from its first 16 fixes."""
    storm = gn.data.load_cyclones()["2019236N10314"].field()
    context = gn.FieldSample(storm.x[:N_CONTEXT], storm.y[:N_CONTEXT])
    method = gn.sampling.Amortised(gn.solvers.GeodesicRandomWalk(n_steps))
    posterior, x = trained.condition(context), storm.x[N_CONTEXT : N_CONTEXT + 20]
    return lambda: posterior.sample(x, n_samples=N_MEMBERS, method=method, key=jax.random.key(0))


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="timed calls of each kind")
    n_runs = parser.parse_args().runs
    trained = gn.load("cyclones")
    write_results(
        "cyclones",
        {
            **circumstances("dm-haiku", "numpy"),
            "n_params": sum(p.size for p in jax.tree.leaves(trained.params)),
            "seed": 0,
            f"gradient, {BATCH} tracks of {N_CONTEXT} + {N_TARGETS} points": timed(
                gradient_step(trained.model), n_runs
            ),
            f"forecast, {N_MEMBERS} members of 20 points, 50 steps": timed(
                ensemble(trained, 50), n_runs
            ),
            "peak_memory_gb": round(
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, 2
            ),
        },
    )


if __name__ == "__main__":
    main()
