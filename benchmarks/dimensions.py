"""Functions of one, two and three variables, beside the Gaussian processes that they are of.

Run as `python benchmarks/dimensions.py`; writes `benchmarks/results/dimensions.json`, and goes on
from the runs that it finds in `--runs`. In double precision but for the networks. Inputs are
uniform in [-2, 2] to the power of D, lengthscales the root of D over 4 and noise 0.05, as in
*Neural Diffusion Processes* (arXiv:2206.03992); 1 to 10 D values are given, 50 others scored.
Of one variable the models are those that are shipped.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from results_file import circumstances, measure_in_runs
from small_runs import towards_white, trained_in
from tables import OURS, TRIVIAL, estimated, score_normalised

import geomndp as gn
from geomndp.experiments import RunFolder
from geomndp.experiments.conditional_scores import given_fields
from geomndp.experiments.exact_laws import ExactProcess

SEED = 3
NOISE_VARIANCE = 0.05**2
DIMENSIONS = (1, 2, 3)
KERNELS = {"squared exponential": gn.kernels.SquaredExponential, "Matérn 5/2": gn.kernels.Matern52}
SHIPPED = {"squared exponential": "regression1d-se", "Matérn 5/2": "regression1d-matern52"}

PUBLISHED = {
    "squared exponential": {1: (-0.38, 0.29, 1.41), 2: (1.01, 1.05, 1.44), 3: (1.20, 1.25, 1.45)},
    "Matérn 5/2": {1: (0.13, 0.60, 1.41), 2: (1.15, 1.14, 1.44), 3: (1.19, 1.29, 1.45)},
}
"""Negative log-likelihoods of the NDP, the attentive neural process, and of independent values,
the last between 1.41 and 1.45: of normal laws fitted to 128 samples each, arXiv:2206.03992."""

LARGEST_SHARE = 0.75
"""Of what independent values fall short of the truth by, that a model may."""


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    n_steps: int = 1000
    batch_size: int = 16
    n_points: int = 60
    width: int = 48
    n_layers: int = 3
    n_tasks: int = 64
    n_targets: int = 50
    dimensions: tuple[int, ...] = DIMENSIONS


QUICK = Sizes(2, 2, 4, 16, 1, 2, 4, (2,))


def law(kernel: str, dim: int) -> gn.data.GaussianFunctions:
    """The law of the functions of so many variables."""
    smooth = KERNELS[kernel](dim**0.5 / 4, 1.0)
    return gn.data.GaussianFunctions(gn.GaussianProcess(smooth + gn.kernels.White(NOISE_VARIANCE)))


def model(functions: gn.data.GaussianFunctions, dim: int, sizes: Sizes) -> Any:
    """A model whose law no translation changes; with white noise as its limit."""
    network = gn.networks.TranslationInvariantTransformer(
        gn.FieldType(gn.groups.T(dim), gn.representations.Trivial(1)),
        unit_x=dim**0.5 / 4,
        width=sizes.width,
        n_layers=sizes.n_layers,
        n_heads=4,
        pair_width=16,
    )
    return towards_white(network, functions.variance)


def trained_on(kernel: str, dim: int, sizes: Sizes, runs: Path) -> tuple[Any, dict[str, Any]]:
    """The model, trained on functions drawn anew for each step with up to 10 D values given."""
    if dim == 1:
        return gn.load(SHIPPED[kernel]), {"model": SHIPPED[kernel]}
    functions = law(kernel, dim)
    with jax.enable_x64(False):
        return trained_in(
            RunFolder(runs / f"{kernel}-{dim}".replace(" ", "-").replace("/", "-")),
            model(functions, dim, sizes),
            gn.data.RandomFunctions(functions, sizes.n_points, dim=dim),
            n_context=10 * dim,
            n_steps=sizes.n_steps,
            batch_size=sizes.batch_size,
            seed=SEED,
        )


def score(trained: Any, kernel: str, dim: int, sizes: Sizes) -> dict[str, Any]:
    """Of tasks in the cube, by the density of the conditional flow."""
    functions, n_given = law(kernel, dim), tuple(range(1, 10 * dim + 1))
    n_points = sizes.n_targets + n_given[-1]
    draws = gn.data.RandomFunctions(functions, n_points, n_points, dim=dim)
    drawn = gn.fields.draw(draws, sizes.n_tasks, key=jax.random.key(SEED))
    # In another order, so that few tasks hold few and many values.
    order = tuple(int(n) for n in np.random.default_rng(SEED).permutation(n_given))
    white = ExactProcess(gn.GaussianProcess(gn.kernels.White(1 + NOISE_VARIANCE)))
    models = {OURS: estimated(trained, functions.gp), TRIVIAL: white}
    oracle = ExactProcess(functions.gp)
    return score_normalised(models, oracle, given_fields(drawn, order, sizes.n_targets))


def measure(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Every cell."""
    cells = []
    for kernel in KERNELS:
        for dim in sizes.dimensions:
            trained, training = trained_on(kernel, dim, sizes, runs)
            cells.append(
                {
                    "kernel": kernel,
                    "dim": dim,
                    "scores": score(trained, kernel, dim, sizes),
                    "training": training,
                    "published": PUBLISHED[kernel][dim],
                }
            )
    return {
        **circumstances("dm-haiku", "numpy"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "cells": cells,
    }


def failures(results: dict[str, Any]) -> list[str]:
    """Cells in which a model has learned little of what values tell of one another."""
    found = []
    for cell in results["cells"]:
        ours, alone = (
            cell["scores"][name]["difference_from_oracle"]["mean"] for name in (OURS, TRIVIAL)
        )
        if not abs(ours / alone) <= LARGEST_SHARE:
            found.append(f"{cell['kernel']}, D = {cell['dim']}: {ours:.3f} of {alone:.3f}")
    return found


def main() -> None:
    """Measure and write the results."""
    jax.config.update("jax_enable_x64", True)
    measure_in_runs("dimensions", __doc__, measure, failures, full=Sizes(), tiny=QUICK)


if __name__ == "__main__":
    main()
