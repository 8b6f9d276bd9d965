"""Neural processes on the tables of functions of one variable: the tasks of `tables.py`.

Run as `python benchmarks/neural_processes.py [LAW ...] --tasks 512 --minutes 4`, with the extra
`benchmarks`. Writes `benchmarks/results/neural-processes-LAW.json` of each law, again after each
model. Every model is trained on fresh draws of the law for so many minutes of one core, and tells
the log-density of the values that are scored given the others, in nats for each.

All of them are normalised densities. Those of NP and ANP are of a mixture of as many Gaussians as
latent values are drawn (`n_latent_scored`), below the model's own in expectation; that of the
autoregressive one is of its chain rule, in one random order. Functions of the sawtooth, and a
quarter of the mixture's, have no noise and so no density. Networks there tell that of the values
with a noise that they learnt, of a variance that is at least 1e-6 in the package; `tables.py` tells
that of the values noised until t_min, by a variance of 1e-7 for the sawtooth and 1.3e-6 for the
mixture. The values scored are noised by neither. So figures there compare how well functions are
known at the resolution of each, and have no truth beside them.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, TypeAlias

import jax
import numpy as np
from jaxtyping import Float
from neural_process_models import QUICK, Sizes, Trained, baselines, batches
from results_file import circumstances, law_parser, parse_laws, write_results
from tables import MODELS, N_TARGETS, SEED, tasks

import geomndp as gn
from geomndp.experiments.conditional_scores import PROTOCOLS, GivenField
from geomndp.experiments.exact_laws import ExactProcess
from geomndp.experiments.oracle_scores import beside_oracle

LogProbs: TypeAlias = Callable[[list[GivenField]], Float[np.ndarray, " n_fields"]]
"""Log-densities of what is scored given what is given, in nats, each for all values."""


def of_process(gp: gn.GaussianProcess) -> LogProbs:
    """Those of a Gaussian process."""
    alone = ExactProcess(gp)

    def log_prob(field: GivenField) -> float:
        model = alone.condition(field.context) if field.context.n_points else alone
        return float(model.log_prob(field.target))

    return lambda fields: np.array([log_prob(field) for field in fields])


def per_value(
    log_probs: LogProbs, kinds: Mapping[str, list[GivenField]]
) -> dict[str, Float[np.ndarray, " n_fields"]]:
    """Figures of every field of every kind of task, in nats for each value scored."""
    return {
        kind: log_probs(fields) / np.array([field.target.n_points for field in fields])
        for kind, fields in kinds.items()
    }


def rows(
    found: Mapping[str, Float[np.ndarray, " n_fields"]],
    exact: Float[np.ndarray, " n_fields"] | None,
    fields: list[GivenField],
) -> dict[str, dict[str, Any]]:
    """Means with their standard errors, named as in `tables.py`, of one kind of task.

    Arguments:
        found: Figures of models by name.
        exact: Those of the truth, if there is one.
        fields: What they are of.
    """
    numbers = np.array([field.context.n_points for field in fields])
    scores: dict[str, dict[str, Any]] = {}
    for least in (0, 1):
        kept = numbers >= least
        scores[f"{least} to {numbers.max()} points given, {PROTOCOLS[0]}"] = beside_oracle(
            {name: figures[kept] for name, figures in found.items()},
            None if exact is None else exact[kept],
        )
    return scores


def measure(
    process: str, n_tasks: int, n_targets: int, minutes: float, sizes: Sizes
) -> Iterator[dict[str, Any]]:
    """The results of one law, after each model those until then."""
    law: Any = gn.data.regression_laws()[process]
    kinds = tasks(law, n_tasks, n_targets)
    gp = gn.experiments.exact_process(law)
    exact = dict.fromkeys(kinds) if gp is None else per_value(of_process(gp), kinds)
    figures: dict[str, dict[str, Float[np.ndarray, " n_fields"]]] = {kind: {} for kind in kinds}
    models: dict[str, dict[str, float]] = {}
    for name, baseline in baselines(sizes, n_targets).items():
        fresh = batches(law, n_targets, baseline.most_given, baseline.batch_size, SEED + 2)
        trained = Trained(baseline, fresh, minutes, sizes, SEED)
        for kind, found in per_value(trained.log_probs, kinds).items():
            figures[kind][name] = found
        models[name] = {
            "n_parameters": trained.n_parameters,
            "n_steps": trained.n_steps,
            "minutes": trained.minutes,
            "batch_size": baseline.batch_size,
            "learning_rate": baseline.learning_rate,
            "most_given": baseline.most_given,
            "n_latent_trained": baseline.objective.n_latent,
            "n_latent_scored": getattr(baseline.score, "n_latent", 1),
        }
        yield {
            **circumstances("numpy", "torch", "neuralprocesses"),
            "seed": SEED,
            "law": process,
            "tasks": {k: rows(figures[k], exact[k], fields) for k, fields in kinds.items()},
            "n_targets": n_targets,
            "models": dict(models),
        }


def failures(results: dict[str, Any]) -> list[str]:
    """Where a figure is above the truth, by more than chance: it would be no density's."""
    return [
        f"{kind}, {row}: {name} is {gap['mean']:.3f} above the truth"
        for kind, table in results["tasks"].items()
        for row, cells in table.items()
        for name, cell in cells.items()
        if (gap := cell.get("difference_from_oracle")) is not None
        and not gap["mean"] <= 4 * gap["standard_error"]
    ]


def main() -> None:
    """Measure, write the results, and fail where a claim does not hold."""
    parser = law_parser(__doc__, list(MODELS), n_tasks=512)
    parser.add_argument("--minutes", type=float, default=4.0, help="of training, of each model")
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    asked = parse_laws(parser, list(MODELS))
    jax.config.update("jax_enable_x64", True)
    import_module("torch").set_num_threads(asked.threads)
    if asked.quick:
        *_, results = measure(asked.laws[0], 3, 5, 0.0, QUICK)
        print(json.dumps(results, indent=2))
        return
    found = []
    for process in asked.laws:
        results: dict[str, Any] = {}
        n_targets = N_TARGETS[process]
        for results in measure(process, asked.tasks, n_targets, asked.minutes, Sizes()):
            write_results(f"neural-processes-{process}", results)
        found += failures(results)
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
