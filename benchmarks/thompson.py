"""Global optimisation by Thompson sampling, with a model's draws and with a Gaussian process's.

Run as `python benchmarks/thompson.py`; writes `benchmarks/results/thompson.json`, and takes the
model of functions of two variables from the runs of `dimensions.py`, or trains it. Two standard
test functions, on [-2, 2]^2 and with values of mean 0 and variance 1, are minimised: after four
random places the next one is where a draw of the function, given all values seen, is least among
random candidates. The Gaussian process is the law that the model was trained on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import dimensions
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from results_file import circumstances, conclude, quick_and_runs
from tables import OURS

import geomndp as gn
from geomndp.metrics import mean_and_standard_error

SEED = 4
KERNEL = "Matérn 5/2"
PROCESS, RANDOM = "Gaussian process", "random places"
SHOWN = (10, 20)
"""After how many evaluations regrets are told."""

Points: TypeAlias = Float[Array, "n_points 2"]
Drawer: TypeAlias = Callable[[gn.FieldSample, Points, Any], Float[Array, " n_points"]]
"""Of what was seen, candidates and a key: what the next place is the least of."""


@dataclass(frozen=True)
class Sizes:
    """How much is optimised; the model was trained with up to 20 values given."""

    n_repeats: int = 40
    n_first: int = 4
    n_evaluations: int = 20
    n_candidates: int = 200


QUICK = Sizes(2, 2, 3, 4)


def branin(x: Points) -> Float[Array, " n_points"]:
    """The Branin function, of its usual domain brought to the square."""
    u, v = 2.5 + 3.75 * x[:, 0], 7.5 + 3.75 * x[:, 1]
    bowl = v - 5.1 / (4 * np.pi**2) * u**2 + 5 / np.pi * u - 6
    return bowl**2 + 10 * (1 - 1 / (8 * np.pi)) * jnp.cos(u) + 10


def six_hump_camel(x: Points) -> Float[Array, " n_points"]:
    """The six-hump camel function, of [-2, 2] x [-1, 1] brought to the square."""
    u, v = x[:, 0], x[:, 1] / 2
    return (4 - 2.1 * u**2 + u**4 / 3) * u**2 + u * v + 4 * (v**2 - 1) * v**2


FUNCTIONS = {"Branin": (branin, 0.397887), "six-hump camel": (six_hump_camel, -1.031628)}
"""With their least values."""


def standardised(name: str) -> tuple[Callable[[Points], Float[Array, " n_points"]], float]:
    """A function of mean 0 and variance 1 over the square, and its least value."""
    function, least = FUNCTIONS[name]
    side = jnp.linspace(-2.0, 2.0, 201)
    values = function(jnp.stack(jnp.meshgrid(side, side), -1).reshape(-1, 2))
    mean, spread = float(values.mean()), float(values.std())
    return lambda x: (function(x) - mean) / spread, (least - mean) / spread


def drawers(
    trained: gn.TrainedProcess, gp: gn.GaussianProcess, most_seen: int
) -> dict[str, Drawer]:
    """What is compared."""

    def of_process(seen: gn.FieldSample, x: Points, key: Any) -> Float[Array, " n_points"]:
        seen = seen.pad(most_seen)  # so that one shape is compiled
        return gp.condition(seen.x, seen.y, seen.mask).sample(x, key=key)[:, 0]

    def of_model(seen: gn.FieldSample, x: Points, key: Any) -> Float[Array, " n_points"]:
        return trained.condition(seen).sample(x, n_samples=1, key=key)[0, :, 0]

    def of_none(_: gn.FieldSample, x: Points, key: Any) -> Float[Array, " n_points"]:
        return jax.random.normal(key, (len(x),))

    return {OURS: of_model, PROCESS: of_process, RANDOM: of_none}


def regrets(
    name: str, draw: Drawer, sizes: Sizes, seed: int
) -> Float[np.ndarray, " n_evaluations"]:
    """How far the least value seen so far is from the least, after each evaluation."""
    function, least = standardised(name)
    first, key = jax.random.split(jax.random.fold_in(jax.random.key(SEED), seed))
    x = jax.random.uniform(first, (sizes.n_first, 2), minval=-2.0, maxval=2.0)
    for number in range(sizes.n_first, sizes.n_evaluations):
        at, of_draw = jax.random.split(jax.random.fold_in(key, number))
        candidates = jax.random.uniform(at, (sizes.n_candidates, 2), minval=-2.0, maxval=2.0)
        drawn = draw(gn.FieldSample(x, function(x)[:, None]), candidates, of_draw)
        x = jnp.concatenate([x, candidates[jnp.argmin(drawn)][None]])
    return np.minimum.accumulate(np.asarray(function(x))) - least


def measure(sizes: Sizes, training: dimensions.Sizes, runs: Path) -> dict[str, Any]:
    """Regrets of every method on every function."""
    trained, told = dimensions.trained_on(KERNEL, 2, training, runs)
    process = dimensions.law(KERNEL, 2).gp
    found: dict[str, Any] = {}
    for name in FUNCTIONS:
        curves = {
            method: np.stack([regrets(name, draw, sizes, seed) for seed in range(sizes.n_repeats)])
            for method, draw in drawers(trained, process, sizes.n_evaluations).items()
        }
        found[name] = {
            method: {
                "curve": curve.mean(0).tolist(),
                "regret": {
                    str(n): mean_and_standard_error(curve[:, n - 1])._asdict()
                    for n in SHOWN
                    if n <= sizes.n_evaluations
                },
                "difference_from_the_process": mean_and_standard_error(
                    curve[:, -1] - curves[PROCESS][:, -1]
                )._asdict(),
            }
            for method, curve in curves.items()
        }
    return {
        **circumstances("dm-haiku", "numpy"),
        "seed": SEED,
        "n_repeats": sizes.n_repeats,
        "n_first": sizes.n_first,
        "training": told,
        "functions": found,
    }


def failures(results: dict[str, Any]) -> list[str]:
    """Where the model does no better than random places, or clearly worse than the process."""
    found = []
    for name, methods in results["functions"].items():
        ours, gap = methods[OURS], methods[OURS]["difference_from_the_process"]
        if not ours["curve"][-1] < methods[RANDOM]["curve"][-1]:
            found.append(f"{name}: no better than random places")
        if not gap["mean"] <= 3 * gap["standard_error"]:
            found.append(f"{name}: {gap['mean']:.3f} worse than the process")
    return found


def main() -> None:
    """Measure and write the results."""
    quick, runs = quick_and_runs(__doc__, "runs/dimensions")
    sizes, training = (QUICK, dimensions.QUICK) if quick else (Sizes(), dimensions.Sizes())
    conclude("thompson", measure(sizes, training, runs), failures, quick=quick)


if __name__ == "__main__":
    main()
