"""The network of neural diffusion processes on the tables of functions of one variable.

Run as `python benchmarks/ndp.py`; writes `benchmarks/results/ndp.json`, and goes on from the runs
that it finds in `--runs`. In double precision but for the networks. A model of each law with the
network of *Neural Diffusion Processes* (arXiv:2206.03992), which tells places apart, is trained for
as many steps of new functions and scored on the first tasks of `tables.py`, by both protocols.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
from results_file import circumstances, measure_in_runs
from small_runs import towards_white, trained_in
from tables import FITTED, MODELS, N_TARGETS, PUBLISHED, TRIVIAL, baselines, estimated, tasks

import geomndp as gn
from geomndp.experiments import RunFolder, exact_process, n_points_of, regression_law
from geomndp.experiments.conditional_scores import score_given_beside_oracle
from geomndp.experiments.exact_laws import ExactProcess
from geomndp.experiments.regression1d_scores import N_GIVEN

SEED = 8
NDP = "NDP"
WEIGHTING = gn.losses.LogNormalWeighting(-2.0, 1.6)
UNIT_X = 0.25


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored; the network is as large as the published one."""

    laws: tuple[str, ...] = tuple(MODELS)
    n_steps: int = 1000
    batch_size: int = 32
    width: int = 64
    n_layers: int = 5
    n_heads: int = 8
    n_tasks: int = 128
    n_fitted: int = 64


QUICK = Sizes(("sawtooth",), 2, 2, 8, 1, 2, 3, 4)


def model(law: gn.data.AbstractFunctionLaw, sizes: Sizes) -> gn.NeuralDiffusionProcess:
    """A model without symmetry but in the order of points; with white noise as its limit."""
    network = gn.networks.BiDimensionalAttention(
        gn.FieldType(gn.groups.Trivial(1), gn.representations.Trivial(1)),
        unit_x=UNIT_X,
        width=sizes.width,
        n_layers=sizes.n_layers,
        n_heads=sizes.n_heads,
    )
    return towards_white(network, law.variance)


def measured(process: str, sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Every cell of one law."""
    law = regression_law(process)
    gp, others = exact_process(law), baselines(law, sizes.n_fitted)
    with jax.enable_x64(False):
        trained, training = trained_in(
            RunFolder(runs / process),
            model(law, sizes),
            gn.data.RandomFunctions(law, n_points_of(process)),
            n_context=N_GIVEN[-1],
            n_steps=sizes.n_steps,
            batch_size=sizes.batch_size,
            seed=SEED,
            learning_rate=3e-3,
            weighting=WEIGHTING,
            muon=True,
        )
    oracle, reference = (None, others[FITTED].gp) if gp is None else (ExactProcess(gp), gp)
    models = {NDP: estimated(trained, reference), TRIVIAL: others[TRIVIAL]}
    kinds = tasks(law, sizes.n_tasks, N_TARGETS[process])
    return {
        "tasks": {
            kind: score_given_beside_oracle(models, oracle, fields, None)
            for kind, fields in kinds.items()
        },
        "training": training,
        "published": PUBLISHED[process][NDP],
    }


def measure(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Every law."""
    return {
        **circumstances("dm-haiku", "numpy", "optax"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "laws": {process: measured(process, sizes, runs) for process in sizes.laws},
    }


def failures(results: dict[str, Any]) -> list[str]:
    """Densities that are above the truth, by more than chance; joint less context is none."""
    return [
        f"{law}, {inputs}, {row}: {gap['mean']:.3f} above the truth"
        for law, cells in results["laws"].items()
        for inputs, rows in cells["tasks"].items()
        for row, models in rows.items()
        if (gap := models[NDP].get("difference_from_oracle")) is not None
        and "minus" not in row
        and not gap["mean"] <= 4 * gap["standard_error"]
    ]


def main() -> None:
    """Measure, write the results, and fail where a claim does not hold."""
    jax.config.update("jax_enable_x64", True)
    measure_in_runs("ndp", __doc__, measure, failures, full=Sizes(), tiny=QUICK)


if __name__ == "__main__":
    main()
