"""Networks that know translations, of functions that repeat and of others, trained as long.

Run as `python benchmarks/repeating.py`; writes `benchmarks/results/repeating.json`, and goes on
from the runs that it finds in `--runs`. In double precision but for the networks. All train on
new functions at every step, on one core: in so many steps as take about as long. Of the same new
functions the joint log-likelihood is scored, in nats for each value, and how much those that see
differences of inputs as phases, without and with a harmonic series, have above the one that has
features of every pair.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
from results_file import circumstances, measure_in_runs
from small_runs import trained_in
from tables import FITTED, N_TARGETS, baselines, estimated

import geomndp as gn
from geomndp.experiments import RunFolder, regression1d_model, regression_law
from geomndp.experiments.oracle_scores import log_likelihoods
from geomndp.metrics import mean_and_standard_error

SEED = 6
PAIRS, ROTARY = "TranslationInvariantTransformer", "RotaryTransformer"
HARMONIC = f"{ROTARY} with periods"
NETWORKS: dict[str, dict[str, Any]] = {
    PAIRS: {},
    ROTARY: {"rotary": True},
    HARMONIC: {"rotary": True, "periods": (0.125, 1.0)},
}
REPEATING = "sawtooth"


@dataclass(frozen=True)
class Sizes:
    """How much is trained and scored."""

    laws: tuple[str, ...] = (REPEATING, "squared-exponential")
    n_steps: tuple[tuple[str, int], ...] = ((PAIRS, 600), (ROTARY, 1500), (HARMONIC, 1050))
    batch_size: int = 32
    n_points: int = 110
    width: int = 64
    n_layers: int = 4
    log_noise: tuple[float, float] = -3.0, 1.5
    learning_rate: float = 3e-3
    n_tasks: int = 64


QUICK = Sizes((REPEATING,), ((PAIRS, 2), (ROTARY, 2), (HARMONIC, 2)), 2, 4, 16, 1, n_tasks=2)


def trained_on(law: str, network: str, n_steps: int, sizes: Sizes, runs: Path) -> Any:
    """The model of a law with a network, and how it was trained."""
    functions = regression_law(law)
    with jax.enable_x64(False):
        return trained_in(
            RunFolder(runs / f"{law}-{network}".replace(" ", "-")),
            regression1d_model(
                functions, width=sizes.width, n_layers=sizes.n_layers, **NETWORKS[network]
            ),
            gn.data.RandomFunctions(functions, sizes.n_points),
            n_context=0,
            n_steps=n_steps,
            batch_size=sizes.batch_size,
            seed=SEED,
            learning_rate=sizes.learning_rate,
            weighting=gn.losses.LogNormalWeighting(*sizes.log_noise),
        )


def functions_to_score(law: str, sizes: Sizes) -> gn.FieldSample:
    """Functions that no model has seen, without padding."""
    n_points = min(sizes.n_points, N_TARGETS[law])
    draws = gn.data.RandomFunctions(regression_law(law), n_points, n_points)
    return gn.fields.draw(draws, sizes.n_tasks, key=jax.random.key(SEED + 1))


def reference_of(law: str) -> gn.GaussianProcess:
    """The law, or a process fitted to it, beside which divergences are estimated."""
    functions = regression_law(law)
    return gn.experiments.exact_process(functions) or baselines(functions, 64)[FITTED].gp


def measure(sizes: Sizes, runs: Path) -> dict[str, Any]:
    """Every cell."""
    cells: dict[str, dict[str, Any]] = {}
    for law in sizes.laws:
        found, cells[law] = {}, {}
        drawn, reference = functions_to_score(law, sizes), reference_of(law)
        for network, n_steps in sizes.n_steps:
            trained, training = trained_on(law, network, n_steps, sizes, runs)
            found[network] = log_likelihoods(estimated(trained, reference), drawn)
            score = mean_and_standard_error(found[network])._asdict()
            cells[law][network] = {"score": score, "training": training}
        for network in (ROTARY, HARMONIC):
            gain = mean_and_standard_error(found[network] - found[PAIRS])
            cells[law][network]["above_pairs"] = gain._asdict()
    return {
        **circumstances("dm-haiku", "numpy"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "laws": cells,
    }


def failures(results: dict[str, Any]) -> list[str]:
    """Whether functions that repeat are not learned better by phases, and by a harmonic series."""
    cells = results["laws"][REPEATING]
    found = []
    for network in (ROTARY, HARMONIC):
        gain = cells[network]["above_pairs"]
        if gain["mean"] <= 3 * gain["standard_error"]:
            found.append(f"{REPEATING}: {network} above {PAIRS} by {gain['mean']:.3f}")
    if cells[HARMONIC]["score"]["mean"] <= cells[ROTARY]["score"]["mean"]:
        found.append(f"{REPEATING}: {HARMONIC} is no better than {ROTARY}")
    return found


def main() -> None:
    """Measure, write the results, and fail where the claim does not hold."""
    jax.config.update("jax_enable_x64", True)
    measure_in_runs("repeating", __doc__, measure, failures, full=Sizes(), tiny=QUICK)


if __name__ == "__main__":
    main()
