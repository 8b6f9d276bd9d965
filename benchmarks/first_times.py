"""Log-likelihoods of functions without noise, which have densities only with that of a first time.

The sawtooth and the mixture of the published table by its protocol, joint less context, under the
law of functions with the noise of three first times, beside that law itself. Run as
`python benchmarks/first_times.py [LAW ...] --tasks 256`; writes a file
`benchmarks/results/first-times-LAW.json` of each law. All times are of the same functions and of
the same model.
"""

import dataclasses
import itertools
import math
from typing import Any

import equinox as eqx
import numpy as np
from results_file import circumstances, training_of
from tables import (
    FITTED,
    INTERPOLATION,
    MODELS,
    N_PROBES,
    N_TARGETS,
    PUBLISHED,
    SEED,
    baselines,
    estimated,
    measure_laws,
    tasks,
)

import geomndp as gn
from geomndp.experiments import exact_law, first_noise
from geomndp.experiments.conditional_scores import GivenField, joint_log_probs
from geomndp.experiments.oracle_scores import HasLogProb

LAWS = ["sawtooth", "mixture"]
FIRST_TIMES = (5e-4, 2e-3, 8e-3)
"""The first is that of the published figures and of the models, which know nothing before it."""
LARGEST_FALL = {"sawtooth": math.log(4), "mixture": math.log(4) / 4}
"""From the first of them to the second, in nats for each value: what is lost where the noise alone
sets the figure of sawtooth waves, of which a quarter of the mixture is. With an error e of the
model it is half of the difference of log(noise^2 + e^2)."""


def from_time(trained: gn.TrainedProcess, t_min: float) -> gn.TrainedProcess:
    """The model as that of functions with the noise of a first time."""
    noising: Any = trained.model.noising
    schedule = dataclasses.replace(noising.schedule, t_min=t_min)
    model = eqx.tree_at(lambda model: model.noising.schedule, trained.model, schedule)
    return gn.TrainedProcess(model, trained.params)


def score(model: HasLogProb, fields: list[GivenField]) -> np.ndarray:
    """Joint less context, in nats for each value scored."""
    return np.array([joint_log_probs(model.log_prob, field)[0] for field in fields])


def means(found: dict[float, np.ndarray]) -> dict[str, dict[str, float]]:
    """With standard errors, by first time."""
    return {
        str(t): gn.metrics.mean_and_standard_error(values)._asdict() for t, values in found.items()
    }


def measure(process: str, n_tasks: int, n_fitted: int = 64) -> dict[str, Any]:
    """One law from every first time on."""
    law = gn.data.regression_laws()[process]
    n_targets, trained = N_TARGETS[process], gn.load(MODELS[process])
    reference = baselines(law, n_fitted)[FITTED].gp
    drawn = tasks(law, n_tasks, n_targets)[INTERPOLATION]
    fields = [field for field in drawn if field.context.n_points]
    noise = {t: first_noise(from_time(trained, t)) for t in FIRST_TIMES}
    exact = {t: score(exact_law(law, noise[t]), fields) for t in FIRST_TIMES}
    found = {t: score(estimated(from_time(trained, t), reference), fields) for t in FIRST_TIMES}
    return {
        **circumstances("numpy"),
        "seed": SEED,
        "law": process,
        "model": MODELS[process],
        "training": training_of(MODELS[process]),
        "n_targets": n_targets,
        "n_probes": N_PROBES,
        "noise": {str(t): value for t, value in noise.items()},
        "log_likelihood": means(found),
        "oracle": means(exact),
        "published": {str(FIRST_TIMES[0]): PUBLISHED[process]["GeomNDP"]},
    }


def failures(results: dict[str, Any]) -> list[str]:
    """The claims that do not hold.

    Densities of functions without noise do not grow with noise; and from the first time to the
    second they fall by no more than the noise grows.
    """
    law, figures = results["law"], list(results["log_likelihood"].values())
    fall = figures[0]["mean"] - figures[1]["mean"]
    falls = [] if fall < LARGEST_FALL[law] else [f"{law}: a fall by {fall:.3f} at first"]
    return falls + [
        f"{law}: {early['mean']:.3f} and then {late['mean']:.3f}, with more noise"
        for early, late in itertools.pairwise(figures)
        if late["mean"] > early["mean"] + 2 * early["standard_error"]
    ]


def main() -> None:
    """Measure, write the results, and fail where the claim does not hold."""
    measure_laws("first-times", __doc__, LAWS, measure, failures)


if __name__ == "__main__":
    main()
