"""Adam and Muon: what networks have learned after as many steps, by learning rate.

Run as `python benchmarks/optimisers.py`; writes `benchmarks/results/optimisers.json`, and goes on
from the runs that it finds in `--runs`. In double precision but for the networks. Each network
trains on new functions or fields of a law at every step, the same ones with each optimiser and
learning rate. All are scored on the same new ones by their joint log-likelihood, in nats for each
value, and Muon at its best learning rate beside Adam at its best.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from repeating import reference_of
from results_file import circumstances, measure_in_runs
from small_runs import trained_in
from tables import estimated

import geomndp as gn
from geomndp.experiments import RunFolder, gp_fields_model, regression1d_model, regression_law
from geomndp.experiments.oracle_scores import log_likelihoods
from geomndp.metrics import mean_and_standard_error

SEED = 7
ADAM, MUON = "Adam", "Muon"
OPTIMISERS = {ADAM: False, MUON: True}
WEIGHTING = gn.losses.LogNormalWeighting(-2.0, 1.6)
LAW_OF_FIELDS = "curl-free"
RADIUS = 5.0
"""Of the disc that points of fields are in, whose lengthscale is 2.2."""


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    cases: tuple[str, ...] = ("sawtooth", "squared-exponential", "attention", "convolution")
    rates: tuple[float, ...] = (1.5e-3, 3e-3, 6e-3, 1.2e-2)
    n_steps: int = 600
    n_tasks: int = 64
    n_points: int = 60
    n_points_of_fields: int = 32
    batch_size: int = 16
    width: int = 64
    width_of_fields: int = 32
    n_layers: int = 4


QUICK = Sizes(("sawtooth", "convolution"), (1e-3,), 2, 2, 4, 4, 2, 16, 8, 1)


@dataclass(frozen=True)
class Case:
    """A network and a law to learn."""

    law: str
    model: gn.NeuralDiffusionProcess
    draws: gn.data.RandomFunctions | gn.data.RandomFields
    reference: gn.GaussianProcess
    """The law, or a process fitted to it, beside which divergences are estimated."""


def case(name: str, sizes: Sizes) -> Case:
    """Functions of a law, or fields seen by attention or by convolution."""
    if name in ("attention", "convolution"):
        gp = gn.experiments.vector_field_law(LAW_OF_FIELDS)
        model = gp_fields_model(
            gp,
            "E2",
            width=sizes.width_of_fields,
            n_layers=sizes.n_layers,
            convolution=name == "convolution",
        )
        n = sizes.n_points_of_fields
        return Case(LAW_OF_FIELDS, model, gn.data.RandomFields(gp, n, n, RADIUS), gp)
    law = regression_law(name)
    model = regression1d_model(
        law, width=sizes.width, n_layers=sizes.n_layers, rotary=name == "sawtooth"
    )
    draws = gn.data.RandomFunctions(law, sizes.n_points, sizes.n_points)
    return Case(name, model, draws, reference_of(name))


def measure(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Every cell."""
    return {
        **circumstances("dm-haiku", "numpy", "optax"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "cases": {name: measured(name, sizes, runs / name) for name in sizes.cases},
    }


def measured(name: str, sizes: Sizes, runs: Path) -> dict[str, Any]:
    """What a network learns by each optimiser at each learning rate."""
    of = case(name, sizes)
    drawn = gn.fields.draw(of.draws, sizes.n_tasks, key=jax.random.key(SEED + 1))
    cells, scores = [], {optimiser: [] for optimiser in OPTIMISERS}
    for optimiser, muon in OPTIMISERS.items():
        for rate in sizes.rates:
            with jax.enable_x64(False):
                trained, training = trained_in(
                    RunFolder(runs / f"{optimiser}-{rate:g}"),
                    of.model,
                    of.draws,
                    n_context=0,
                    n_steps=sizes.n_steps,
                    batch_size=sizes.batch_size,
                    seed=SEED,
                    learning_rate=rate,
                    weighting=WEIGHTING,
                    muon=muon,
                )
            found = log_likelihoods(estimated(trained, of.reference), drawn)
            scores[optimiser].append(found)
            cells.append(
                {
                    "optimiser": optimiser,
                    "learning_rate": rate,
                    "score": mean_and_standard_error(found)._asdict(),
                    "training": training,
                }
            )
    return {
        "network": type(of.model.network).__name__,
        "law": of.law,
        "cells": cells,
        "muon_above_adam": above(scores),
    }


def above(scores: Mapping[str, list[np.ndarray]]) -> dict[str, Any]:
    """How much the best of Muon's models has above the best of Adam's, in pairs of tasks."""
    best = {name: max(found, key=np.mean) for name, found in scores.items()}
    return mean_and_standard_error(best[MUON] - best[ADAM])._asdict()


def failures(results: dict[str, Any]) -> list[str]:
    """Cases of which Muon learns less than Adam does."""
    return [
        f"{name}: Muon above Adam by {gain['mean']:.3f} +- {gain['standard_error']:.3f}"
        for name, case in results["cases"].items()
        if not (gain := case["muon_above_adam"])["mean"] > 3 * gain["standard_error"]
    ]


def main() -> None:
    """Measure, write the results, and fail where the claim does not hold."""
    jax.config.update("jax_enable_x64", True)
    measure_in_runs("optimisers", __doc__, measure, failures, full=Sizes(), tiny=QUICK)


if __name__ == "__main__":
    main()
