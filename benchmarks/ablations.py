"""What the limit, the parametrisation and the symmetry are worth, on functions of one variable.

Run as `python benchmarks/ablations.py`; writes `benchmarks/results/ablations.json`, and goes on
from the runs that it finds in `--runs`. Small models of the squared-exponential law, all of the
same size and trained for as many steps of the same functions: every limit with every
parametrisation, and a network without symmetry. 0 to 10 values are given by turns and others
scored, by the density of the conditional flow; where symmetry is asked of, also with inputs shifted
by 4. In double precision but for the networks.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
from results_file import circumstances, measure_in_runs
from small_runs import towards, trained_in
from tables import INTERPOLATION, OURS, SHIFTED, estimated, score_normalised, tasks

import geomndp as gn
from geomndp.experiments import RunFolder
from geomndp.experiments.exact_laws import ExactProcess

SEED = 5
LAW = "squared-exponential"
SHARE_WHITE = 0.05
"""Of the variance of a limit that is not white, so that single precision can factorise it."""
SMOOTH_LIMITS = {
    "squared exponential of length 0.1": gn.kernels.SquaredExponential(0.1, 1.0),
    "squared exponential of length 1": gn.kernels.SquaredExponential(1.0, 1.0),
    "Matérn 5/2 of length 0.25": gn.kernels.Matern52(0.25, 1.0),
}
WHITE, EDM = "white", "EDM"
PARAMETRISATIONS = {
    EDM: gn.parametrisations.EDM,
    "y0": gn.parametrisations.DataPrediction,
    "K ∇log p": gn.parametrisations.PreconditionedScore,
    "whitened": gn.parametrisations.WhitenedScore,
    "plain": gn.parametrisations.PlainScore,
}
TRANSLATIONS, NONE = "T(1)", "none"


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    n_steps: int = 2000
    batch_size: int = 16
    n_points: int = 40
    width: int = 32
    n_layers: int = 3
    n_tasks: int = 64
    n_targets: int = 20
    limits: tuple[str, ...] = (WHITE, *SMOOTH_LIMITS)
    parametrisations: tuple[str, ...] = tuple(PARAMETRISATIONS)


QUICK = Sizes(2, 2, 4, 16, 1, 2, 4, (WHITE,), ("plain", EDM))


def limit(name: str, variance: float) -> gn.GaussianProcess:
    """A process to which functions of some variance are noised, of the same variance."""
    if name == WHITE:
        return gn.GaussianProcess(gn.kernels.White(variance))
    smooth = (1 - SHARE_WHITE) * variance * SMOOTH_LIMITS[name]
    return gn.GaussianProcess(smooth + gn.kernels.White(SHARE_WHITE * variance))


def network(symmetry: str, sizes: Sizes) -> gn.networks.AbstractNetwork:
    """A network whose law no translation changes, or one that tells places apart."""
    shape = {"unit_x": 0.25, "width": sizes.width, "n_layers": sizes.n_layers, "n_heads": 2}
    values = gn.representations.Trivial(1)
    if symmetry == TRANSLATIONS:
        kind = gn.FieldType(gn.groups.T(1), values)
        return gn.networks.TranslationInvariantTransformer(kind, pair_width=16, **shape)
    return gn.networks.Transformer(gn.FieldType(gn.groups.Trivial(1), values), **shape)


def cells(sizes: Sizes) -> list[dict[str, str]]:
    """What is trained: all limits and parametrisations, and one of each without symmetry."""
    grid = [
        {"limit": of, "parametrisation": by, "symmetry": TRANSLATIONS}
        for of in sizes.limits
        for by in sizes.parametrisations
    ]
    return [*grid, {"limit": WHITE, "parametrisation": EDM, "symmetry": NONE}]


def measure_cell(cell: dict[str, str], sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Train the model of a cell, or take up its run, and score it."""
    law: Any = gn.data.regression_laws()[LAW]
    model = towards(
        limit(cell["limit"], law.variance),
        network(cell["symmetry"], sizes),
        PARAMETRISATIONS[cell["parametrisation"]](data_variance=law.variance),
    )
    with jax.enable_x64(False):
        trained, training = trained_in(
            RunFolder(
                runs / "-".join("".join(filter(str.isalnum, word)) for word in cell.values())
            ),
            model,
            gn.data.RandomFunctions(law, sizes.n_points),
            n_context=10,
            n_steps=sizes.n_steps,
            batch_size=sizes.batch_size,
            seed=SEED,
        )
    both_inputs = cell["limit"] == WHITE and cell["parametrisation"] == EDM
    scores = {
        inputs: score_normalised({OURS: estimated(trained, law.gp)}, ExactProcess(law.gp), fields)
        for inputs, fields in tasks(law, sizes.n_tasks, sizes.n_targets).items()
        if both_inputs or inputs == INTERPOLATION
    }
    return {**cell, "training": training, "scores": scores}


def measure(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Every cell."""
    return {
        **circumstances("dm-haiku", "numpy"),
        "seed": SEED,
        "law": LAW,
        "sizes": dataclasses.asdict(sizes),
        "cells": [measure_cell(cell, sizes, runs) for cell in cells(sizes)],
    }


def failures(results: dict[str, Any]) -> list[str]:
    """Where symmetry does not pay."""
    gaps = {
        cell["symmetry"]: -cell["scores"][SHIFTED][OURS]["difference_from_oracle"]["mean"]
        for cell in results["cells"]
        if SHIFTED in cell["scores"]
    }
    if gaps[TRANSLATIONS] < gaps[NONE]:
        return []
    return [f"shifted inputs: {gaps[TRANSLATIONS]:.3f} with symmetry, {gaps[NONE]:.3f} without"]


def main() -> None:
    """Measure and write the results."""
    jax.config.update("jax_enable_x64", True)
    measure_in_runs("ablations", __doc__, measure, failures, full=Sizes(), tiny=QUICK)


if __name__ == "__main__":
    main()
