"""Time, memory and loss of every network, and how the cost of one on a graph grows.

Run as `python benchmarks/networks.py`; writes `benchmarks/results/networks.json`. In float32.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

import jax
import jax.numpy as jnp
from measuring import seconds_in_turns
from results_file import circumstances, conclude

import geomndp as gn
from geomndp import networks
from geomndp.groups import SE, E, T, Trivial
from geomndp.networks import AbstractNetwork
from geomndp.representations import Vector

SEED = 0
UNIT = math.sqrt(5)
PUBLISHED_STEP_SECONDS = 4.4
PUBLISHED_STEP_GB = 2.8
LARGEST_STEERABLE_SECONDS = 1.5
LARGEST_GROWTH = 1.3
LARGEST_LOSS_RATIO = 1.25
LARGEST_GB = 8.0


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    batches: tuple[tuple[int, int], ...] = ((8, 32), (8, 128), (1, 512), (1, 2048))
    """Fields of a step and points of each."""
    n_points: int = 64
    """Points of the fields that are learned."""
    batch_size: int = 8
    n_steps: int = 1000
    n_validation: int = 256
    n_rounds: int = 5
    graph_sizes: tuple[int, ...] = (1000, 5000, 20000)
    n_neighbours: int = 16


QUICK = Sizes(((2, 4),), 4, 2, 2, 4, 1, (20, 40), 3)


def _of(group: Any) -> gn.FieldType:
    return gn.FieldType(group, Vector(2))


NETWORKS: dict[str, Callable[[], AbstractNetwork]] = {
    "EquivariantTransformer, E(2)": lambda: networks.EquivariantTransformer(
        _of(E(2)), unit_x=UNIT, width=36
    ),
    "EquivariantTransformer, SE(2)": lambda: networks.EquivariantTransformer(
        _of(SE(2)), unit_x=UNIT
    ),
    "EquivariantTransformer, E(2), 16 neighbours": lambda: networks.EquivariantTransformer(
        _of(E(2)), unit_x=UNIT, width=36, graph=networks.NearestNeighbourGraph(16)
    ),
    "MultiscaleConvolution, E(2)": lambda: networks.MultiscaleConvolution(_of(E(2)), unit_x=UNIT),
    "SteerableNetwork, E(2)": lambda: networks.SteerableNetwork(_of(E(2)), unit_x=UNIT),
    "TranslationInvariantTransformer, T(2)": lambda: networks.TranslationInvariantTransformer(
        _of(T(2)), unit_x=UNIT, width=48, pair_width=16
    ),
    "RotaryTransformer, T(2)": lambda: networks.RotaryTransformer(_of(T(2)), unit_x=UNIT),
    "Transformer": lambda: networks.Transformer(_of(Trivial(2)), unit_x=UNIT),
    "BiDimensionalAttention": lambda: networks.BiDimensionalAttention(_of(Trivial(2)), unit_x=UNIT),
}
"""Made when they are asked for: some find equivariant maps first, which takes seconds."""

COMPARED = "EquivariantTransformer, E(2)", "SteerableNetwork, E(2)"


def process_and_law() -> tuple[Any, gn.GaussianProcess]:
    """The noising and the data law of the experiment gp-fields, curl-free."""
    gp = gn.data.vector_field_laws()["curl-free"]
    return gn.experiments.gp_fields_model(gp, "none").noising, gp


def model_of(name: str) -> gn.NeuralDiffusionProcess:
    """A model of curl-free fields with a network."""
    noising, gp = process_and_law()
    variance = gn.data.value_variance(gp, dim_x=2)
    return gn.NeuralDiffusionProcess(noising, NETWORKS[name](), gn.parametrisations.EDM(variance))


def n_params(params: Any) -> int:
    """How many numbers are learned."""
    return sum(leaf.size for leaf in jax.tree.leaves(params))


def gradient_step(name: str, n_fields: int, n_points: int):
    """The loss and gradient of a batch, its parameters, and the batch."""
    model = model_of(name)
    generator = gn.data.RandomFields(process_and_law()[1], n_points, n_points)
    fields = gn.fields.draw(generator, n_fields, key=jax.random.key(SEED))
    first = jax.tree.map(lambda part: part[0], fields)
    params = model.init(first, key=jax.random.key(SEED))
    keys = jax.random.split(jax.random.key(SEED + 1), n_fields)

    def loss(params: Any, fields: gn.FieldSample) -> jax.Array:
        def of_field(field, key):
            return model.loss(params, field, jnp.asarray(0.3), key=key)

        return jnp.mean(jax.vmap(of_field)(fields, keys))

    return jax.jit(jax.value_and_grad(loss)), params, fields


def measure_step(name: str, n_fields: int, n_points: int, n_rounds: int) -> dict[str, Any]:
    """One cell of the table, in this process; what would not fit in memory is not run."""
    step, params, fields = gradient_step(name, n_fields, n_points)
    begin = perf_counter()
    compiled = step.lower(params, fields).compile()
    compile_s = perf_counter() - begin
    memory: Any = compiled.memory_analysis()
    gigabytes = memory.temp_size_in_bytes / 1e9
    cell = {"n_params": n_params(params), "compile_s": compile_s, "memory_gb": gigabytes}
    if gigabytes > LARGEST_GB:
        return cell
    times = seconds_in_turns({"step": lambda: compiled(params, fields)}, n_rounds)["step"]
    return cell | {"fastest_s": min(times), "median_s": statistics.median(times)}


def measure_table(sizes: Sizes) -> list[dict[str, Any]]:
    """Every network at every size, each in a process of its own."""
    rows = []
    for n_fields, n_points in sizes.batches:
        for name in NETWORKS:
            n_rounds = sizes.n_rounds if n_points < 512 else 1
            cell = [name, str(n_fields), str(n_points), str(n_rounds)]
            command = [sys.executable, __file__, "--cell", *cell]
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            row = {"network": name, "n_fields": n_fields, "n_points": n_points}
            rows.append(row | json.loads(run.stdout.splitlines()[-1]))
    return rows


def compare_steps(sizes: Sizes) -> dict[str, Any]:
    """The steps of the two equivariant networks, in turns, at the size of the published run."""
    runs, counts = {}, {}
    for name in COMPARED:
        step, params, fields = gradient_step(name, sizes.batch_size, sizes.n_points)
        runs[name], counts[name] = partial(step, params, fields), n_params(params)
    times = seconds_in_turns(runs, 2 * sizes.n_rounds)
    fastest = {name: min(each) for name, each in times.items()}
    return {
        "n_fields": sizes.batch_size,
        "n_points": sizes.n_points,
        "n_params": counts,
        "fastest_s": fastest,
        "median_s": {name: statistics.median(each) for name, each in times.items()},
        "times_faster": fastest[COMPARED[1]] / fastest[COMPARED[0]],
        "published_s": PUBLISHED_STEP_SECONDS,
        "published_gb": PUBLISHED_STEP_GB,
    }


def validation_loss(score_of: Callable[[gn.FieldSample], Any], loss: Any, sizes: Sizes) -> float:
    """The loss of a score on fields, times and noise that are the same for all."""
    noising, gp = process_and_law()
    n, key = sizes.n_validation, jax.random.key(SEED + 2)
    fields = gn.fields.draw(gn.data.RandomFields(gp, sizes.n_points), n, key=key)
    times = gn.losses.importance_times(noising, loss.weighting, n, key=key)

    def of_field(inputs: Any) -> jax.Array:
        field, t, key = inputs
        process = noising.at(field.x, field.mask)
        score = gn.sde.bind(score_of(field), process)
        return loss(process, score, field.y, t, key=key)

    @jax.jit
    def mean() -> jax.Array:
        t = times.t.astype(fields.y.dtype)
        each = jax.lax.map(of_field, (fields, t, jax.random.split(key, n)), batch_size=8)
        return jnp.mean(times.importance.astype(each.dtype) * each)

    return float(mean())


def measure_learning(sizes: Sizes) -> dict[str, Any]:
    """By how much each network's loss exceeds that of the exact score, after as many steps."""
    noising, gp = process_and_law()
    loss = gn.losses.DenoisingScoreMatching(gn.losses.LogNormalWeighting(mean=-2.0, std=1.6))
    exact = gn.sde.ExactGaussianScore(noising, gp)
    least = validation_loss(lambda _: exact, loss, sizes)
    found = {}
    for name in NETWORKS:
        model = model_of(name)
        config = gn.training.TrainingConfig(
            n_steps=sizes.n_steps, batch_size=sizes.batch_size, learning_rate=3e-3
        )
        result = gn.training.fit(
            model,
            gn.data.RandomFields(gp, sizes.n_points),
            config=config,
            loss=loss,
            key=jax.random.key(SEED),
        )
        score = model.score(result.params)
        value = validation_loss(lambda _, score=score: score, loss, sizes)
        found[name] = {"excess_loss": value - least, "n_params": n_params(result.params)}
    return {"n_steps": sizes.n_steps, "loss_of_exact_score": least, "networks": found}


def measure_growth(sizes: Sizes) -> list[dict[str, Any]]:
    """Time of an evaluation on a graph of nearest neighbours, the search for them apart."""
    graph = networks.NearestNeighbourGraph(sizes.n_neighbours)
    network = networks.EquivariantTransformer(_of(E(2)), graph=graph)
    rows = []
    for n in sizes.graph_sizes:
        x_key, y_key = jax.random.split(jax.random.key(SEED))
        # As dense whatever their number.
        x = jax.random.uniform(x_key, (n, 2), maxval=math.sqrt(n))
        y, mask = jax.random.normal(y_key, (n, 2)), jnp.ones(n, bool)
        params = jax.jit(network.init)(y_key, gn.FieldSample(x[:4], y[:4]))
        search = jax.jit(lambda x, mask: network.geometry(x, mask))
        geometry = search(x, mask)
        apply = jax.jit(network.apply)
        evaluate = partial(apply, params, jnp.asarray(0.3), x, y, mask, None, None, geometry)
        times = seconds_in_turns(
            {"search": partial(search, x, mask), "evaluation": evaluate}, sizes.n_rounds
        )
        fastest = {name: min(each) for name, each in times.items()}
        rows.append({"n_points": n, "seconds": fastest, "per_point_s": fastest["evaluation"] / n})
    return rows


def failures(results: Mapping[str, Any]) -> list[str]:
    """The claims that do not hold."""
    growth = [row["per_point_s"] for row in results["growth"]]
    steerable = results["comparison"]["fastest_s"][COMPARED[1]]
    losses = [results["learning"]["networks"][name]["excess_loss"] for name in COMPARED]
    checks = {
        "time per point, growth": (growth[-1] / growth[0], LARGEST_GROWTH),
        "step of SteerableNetwork, seconds": (steerable, LARGEST_STEERABLE_SECONDS),
        "loss of EquivariantTransformer": (losses[0], LARGEST_LOSS_RATIO * losses[1]),
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
    parser.add_argument("--cell", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.cell:
        name, *numbers = arguments.cell
        print(json.dumps(measure_step(name, *map(int, numbers))))
        return
    sizes = QUICK if arguments.quick else Sizes()
    results = {
        **circumstances("dm-haiku", "e3nn-jax"),
        "seed": SEED,
        "comparison": compare_steps(sizes),
        "growth": measure_growth(sizes),
        "learning": measure_learning(sizes),
        "table": measure_table(sizes),
    }
    conclude("networks", results, failures, quick=arguments.quick)


if __name__ == "__main__":
    main()
