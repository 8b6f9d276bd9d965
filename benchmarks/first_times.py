"""The log-likelihood of values without noise, by the time of noising that they have a density of.

Run as `python benchmarks/first_times.py [LAW ...] --tasks 32`; writes
`benchmarks/results/first_times.json`. The sawtooth and the mixture have functions whose values have
no density, so figures are of the first time of noising, and larger the earlier it is. The shipped
models were trained from 5e-4 on; here they are scored from other times on too, by the tasks and
protocols of `tables.py`.
"""

import dataclasses
from typing import Any

import equinox as eqx
import jax
from results_file import circumstances, conclude, quick_and_laws
from tables import FITTED, INTERPOLATION, MODELS, N_PROBES, N_TARGETS, SEED, Estimated
from tables import baselines as baselines_of
from tables import tasks as tasks_of

import geomndp as gn
from geomndp.experiments.conditional_scores import score_given_beside_oracle

LAWS = list(N_TARGETS)
FIRST_TIMES = (5e-4, 1e-3, 2e-3)
N_FITTED = 64


def starting_at(trained: gn.TrainedProcess, t_min: float) -> gn.TrainedProcess:
    """The same process, of which values have a density at another first time."""
    noising: Any = trained.model.noising
    schedule = dataclasses.replace(noising.schedule, t_min=t_min)
    later = dataclasses.replace(noising, schedule=schedule)
    return eqx.tree_at(lambda process: process.model.noising, trained, later)


def noise_variance(trained: gn.TrainedProcess) -> float:
    """Of the noise that values have at the first time, where their law has none."""
    noising: Any = trained.model.noising
    limit = noising.limit.kernel.gram(jax.numpy.zeros((1, 1)))[0, 0, 0, 0]
    return float(limit * noising.noise_scale(jax.numpy.asarray(noising.t_min)) ** 2)


def measure(laws: list[str], n_tasks: int, n_fitted: int = N_FITTED) -> dict[str, Any]:
    """Scores from every first time, on the same tasks."""
    found = {}
    for name in laws:
        law, trained = gn.data.regression_laws()[name], gn.load(MODELS[name])
        # Draws of probes err nearly as they do for a process of like moments.
        reference = baselines_of(law, n_fitted)[FITTED].gp
        processes = {f"{t:g}": starting_at(trained, t) for t in FIRST_TIMES}
        models = {t: Estimated(process, reference) for t, process in processes.items()}
        fields = tasks_of(law, n_tasks, N_TARGETS[name])[INTERPOLATION]
        found[name] = {
            "model": MODELS[name],
            "noise_variance": {t: noise_variance(process) for t, process in processes.items()},
            "scores": score_given_beside_oracle(models, None, fields, None),
        }
    return {**circumstances("numpy"), "seed": SEED, "n_probes": N_PROBES, "laws": found}


def failures(results: dict[str, Any]) -> list[str]:
    """Where an earlier time does not give more: there is less noise then."""
    found = []
    for law, told in results["laws"].items():
        for row, models in told["scores"].items():
            means = [score["mean"] for score in models.values()]
            if means != sorted(means, reverse=True):
                found.append(f"{law}, {row}: {means}")
    return found


def main() -> None:
    """Measure and write the results."""
    quick, n_tasks, laws = quick_and_laws(__doc__, LAWS)
    jax.config.update("jax_enable_x64", True)
    results = measure(laws[:1], 3, 4) if quick else measure(laws, n_tasks)
    conclude("first_times", results, failures, quick=quick)


if __name__ == "__main__":
    main()
