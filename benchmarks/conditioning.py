"""Methods of conditioning against the exact posterior of Gaussian data, with the exact score.

Run as `python benchmarks/conditioning.py`; writes `benchmarks/results/conditioning.json`. In double
precision. Laws of guidance are found without sampling, those of the others from draws.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from conditioning_laws import (
    Task,
    divergence,
    law_of_draws,
    law_of_guidance,
    posterior,
)
from laws_of_solvers import Law, wasserstein
from measuring import seconds_in_turns
from results_file import circumstances, conclude, quick_is_asked

import geomndp as gn
from geomndp import kernels as K
from geomndp import sampling, solvers

SEED = 0
LARGEST_DIVERGENCE = 0.02
LARGEST_SHARE_OF_TIME = {"1D": 0.1, "2D": 0.5}
TEN, TWENTY = "Tweedie guidance, 10 steps", "Tweedie guidance, 20 steps"
PUBLISHED = "Langevin corrected, published settings"
FIGURES = "divergence", "squared_wasserstein"
N_CHANCE = 8
"""Sets of exact draws, by which what draws err by chance is known."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    n_context: tuple[int, ...] = (8, 25)
    n_targets: int = 50
    n_draws: int = 4000
    n_samples: int = 16
    n_rounds: int = 2
    tasks: tuple[str, ...] = (
        "1D squared exponential",
        "1D weakly periodic",
        "2D curl-free",
        "2D divergence-free",
        "2D curl-free, correlated limit",
    )


QUICK = Sizes((2,), 3, 8, 2, 1, ("1D squared exponential",))


def laws() -> dict[str, tuple[gn.GaussianProcess, gn.GaussianProcess]]:
    """Data and limit, by the name of the task."""
    functions: Any = gn.data.regression_laws()
    fields = gn.data.vector_field_laws()
    process = gn.GaussianProcess
    mixed = process(K.Isotropic(K.SquaredExponential(1.0, 0.95), 2) + K.White(0.05, 2))
    return {
        "1D squared exponential": (functions["squared-exponential"].gp, process(K.White(1.0))),
        "1D weakly periodic": (functions["weakly-periodic"].gp, process(K.White(1.0))),
        "2D curl-free": (fields["curl-free"], process(K.White(1.0, 2))),
        "2D divergence-free": (fields["divergence-free"], process(K.White(1.0, 2))),
        "2D curl-free, correlated limit": (fields["curl-free"], mixed),
    }


def task_of(name: str, data: gn.GaussianProcess, n_context: int, n_targets: int) -> Task:
    """Observations and targets at uniform points of [-2, 2], or of a square of side 10."""
    dim_x, half = (1, 2.0) if name.startswith("1D") else (2, 5.0)
    keys = jax.random.split(jax.random.key(SEED), 3)
    x, asked = (
        jax.random.uniform(key, (n, dim_x), minval=-half, maxval=half)
        for key, n in zip(keys, (n_context, n_targets), strict=False)
    )
    return Task(data, gn.FieldSample(x, data.sample(x, key=keys[2])), asked)


Evaluations = int
"""Of the score, a Jacobian-vector product counted as one; of particles for each."""

MOST_VALUES_OF_PARTICLES = 16
"""A step of particles takes as many products as there are numbers; of more it would take hours."""


def methods(
    task: str, n_values: int
) -> dict[str, tuple[sampling.AbstractConditionalMethod, Evaluations]]:
    """Methods with their evaluations for one sample."""
    found: dict[str, tuple[sampling.AbstractConditionalMethod, Evaluations]] = {}

    def flow(n: int) -> solvers.InformedStart:
        """Of two evaluations more, for its start."""
        return solvers.InformedStart(solvers.DPMSolver(n))

    for n in (5, 10, 20):
        method = sampling.TweedieGuidance(flow(n), ridge=1e-3)
        found[f"Tweedie guidance, {n} steps"] = method, (n + 2) * (1 + n_values)
    method = sampling.TweedieGuidance(flow(10))
    row = f"Tweedie guidance, 10 steps, ridge {method.ridge:g} as for networks"
    found[row] = method, 12 * (1 + n_values)
    for n_iterations in (2, 4):
        method = sampling.KrylovGuidance(flow(10), n_iterations, ridge=1e-3)
        row = f"Krylov guidance, 10 steps of {n_iterations} iterations"
        found[row] = method, 12 * (1 + n_iterations)
    for n in (10, 50):
        for name, kind in (
            ("pseudoinverse", sampling.PseudoinverseGuidance),
            ("reconstruction", sampling.ReconstructionGuidance),
        ):
            found[f"{name} guidance, {n} steps"] = kind(flow(n)), 2 * (n + 2)
    walk = solvers.EulerMaruyama(100)
    found["replacement, 100 steps"] = sampling.Replacement(walk), 100
    found["RePaint, 100 steps of 10 passes"] = sampling.RePaint(walk, n_passes=10), 1000
    if task.startswith("1D"):
        method, evaluations = sampling.LangevinCorrected(walk, n_corrections=10), 1100
    else:
        walk = solvers.EulerMaruyama(50)
        method = sampling.LangevinCorrected(walk, n_corrections=50, start=0.5)
        evaluations = 50 + 50 * 25
    found[PUBLISHED] = method, evaluations
    if n_values <= MOST_VALUES_OF_PARTICLES:
        twist = sampling.TweedieGuidance(ridge=1e-3)
        for kind in (sampling.TwistedSMC, sampling.BootstrapSMC):
            row = f"{kind.__name__}, 50 steps"
            found[row] = kind(twist, n_steps=50, at_once=256), 50 * (1 + n_values)
    return found


def draw_with(
    task: Task, noising: gn.sde.OrnsteinUhlenbeck, method: Any, n_samples: int
) -> Callable[[], jax.Array]:
    """A function that draws from the posterior by a method."""
    score = gn.sde.ExactGaussianScore(noising, task.data)
    return lambda: sampling.sample_conditional(
        noising,
        score,
        task.context,
        task.x,
        n_samples=n_samples,
        method=method,
        key=jax.random.key(SEED),
    )


def measure(name: str, n_context: int, sizes: Sizes) -> dict[str, Any]:
    """Every method on one task."""
    data, limit = laws()[name]
    task = task_of(name, data, n_context, sizes.n_targets)
    schedule = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=10.0)
    noising = gn.sde.OrnsteinUhlenbeck(limit, schedule)
    truth, chosen = posterior(task), methods(name, task.context.y.size)
    timed = {k: draw_with(task, noising, m, sizes.n_samples) for k, (m, _) in chosen.items()}
    fastest = {k: min(each) for k, each in seconds_in_turns(timed, sizes.n_rounds).items()}
    rows = {}
    for key, (method, evaluations) in chosen.items():
        affine = isinstance(method, sampling.AbstractGuidance)
        if affine:
            law: Law = law_of_guidance(task, noising, method)
        else:
            law = law_of_draws(draw_with(task, noising, method, sizes.n_draws)())
        rows[key] = {
            **errors(law, truth, sizes.n_targets),
            "evaluations": evaluations,
            "seconds": fastest[key],
            "from_draws": not affine,
        }
    chance = errors_of_exact_draws(truth, sizes)
    return {"n_context": n_context, "methods": rows, "errors_of_exact_draws": chance}


def errors(law: Law, truth: Law, n_targets: int) -> dict[str, float]:
    """Per point asked for."""
    squared = wasserstein(law, truth) ** 2 / n_targets
    return {"divergence": divergence(law, truth, n_targets), "squared_wasserstein": squared}


def errors_of_exact_draws(truth: Law, sizes: Sizes) -> dict[str, float]:
    """What as many exact draws seem to err by: of the divergence (n + 3)/4N for each value."""
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(N_CHANCE):
        y = random.multivariate_normal(truth.mean, truth.covariance, sizes.n_draws)
        found.append(errors(law_of_draws(y), truth, sizes.n_targets))
    return {figure: float(np.mean([each[figure] for each in found])) for figure in FIGURES}


def failures(results: dict[str, Any]) -> list[str]:
    """The claims that do not hold."""
    found = []
    for name, cells in results["tasks"].items():
        for cell in cells:
            ten, twenty, theirs = (cell["methods"][row] for row in (TEN, TWENTY, PUBLISHED))
            where = f"{name}, {cell['n_context']} observations"
            if not ten["divergence"] <= LARGEST_DIVERGENCE:
                found.append(f"{where}: divergence {ten['divergence']:.3g}")
            chance = cell["errors_of_exact_draws"]
            found += [
                f"{where}: {figure} no less than of {PUBLISHED}"
                for figure in FIGURES
                if not twenty[figure] < theirs[figure] - chance[figure]
            ]
            share = twenty["seconds"] / theirs["seconds"]
            if not share <= LARGEST_SHARE_OF_TIME[name[:2]]:
                found.append(f"{where}: {share:.2f} of the time of {PUBLISHED}")
    return found


def main() -> None:
    """Measure, write the results, and fail where a claim does not hold."""
    quick = quick_is_asked(__doc__)
    jax.config.update("jax_enable_x64", True)
    sizes = QUICK if quick else Sizes()
    results = {
        **circumstances("numpy"),
        "seed": SEED,
        "sizes": dataclasses.asdict(sizes),
        "tasks": {name: [measure(name, n, sizes) for n in sizes.n_context] for name in sizes.tasks},
    }
    conclude("conditioning", results, failures, quick=quick)


if __name__ == "__main__":
    main()
