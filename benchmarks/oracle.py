"""Solvers and likelihoods with the exact score of Gaussian data: errors against evaluations.

Run as `python benchmarks/oracle.py`; writes `benchmarks/results/oracle.json`. Laws of samples are
propagated in closed form, see `laws_of_solvers`, in float64.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from laws_of_solvers import Fields, laws_of_solutions, wasserstein
from results_file import circumstances, conclude, quick_is_asked

import geomndp as gn
from geomndp import kernels, solvers

SEED = 0
DPM_EVALUATIONS = 20
LARGEST_SQUARED_DISTANCE = 2e-2
LARGEST_DIVERGENCES = 80
LARGEST_ERROR = 2e-3
WHITE_SHARE = 0.05


class Case(NamedTuple):
    """A limit and data at points."""

    x: jax.Array
    noising: gn.sde.AbstractGaussianNoising
    data: gn.GaussianProcess


class Method(NamedTuple):
    """A solver, with what one step of it takes."""

    make: Any
    evaluations: int = 1
    draws: int = 0


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    n_points: int = 60
    evaluations: tuple[int, ...] = (10, 20, 50, 100)
    tolerances: tuple[float, ...] = (1e-1, 1e-2, 1e-3, 1e-4)
    n_nodes: tuple[int, ...] = (6, 12, 24, 48)
    n_draws: int = 20
    """Fields of which the log-density is computed."""
    n_cases: int = 6


QUICK = Sizes(
    n_points=6, evaluations=(10, 20), tolerances=(1e-2,), n_nodes=(6, 24), n_draws=2, n_cases=1
)

LEVELS = 10
"""Langevin steps at each level of the annealed ones."""

METHODS: dict[str, Method] = {
    "DPMSolver": Method(lambda n: solvers.DPMSolver(n)),
    "Heun": Method(lambda n: solvers.Heun(n), evaluations=2),
    "DDIM": Method(lambda n: solvers.DDIM(n)),
    "DPMSolverSDE": Method(lambda n: solvers.DPMSolverSDE(n), draws=1),
    "Ancestral": Method(lambda n: solvers.Ancestral(n), draws=1),
    "EulerMaruyama": Method(lambda n: solvers.EulerMaruyama(n), draws=1),
    "PredictorCorrector": Method(
        lambda n: solvers.PredictorCorrector(solvers.Ancestral(n)), evaluations=2, draws=2
    ),
    "AnnealedLangevin": Method(
        lambda n: solvers.AnnealedLangevin(n, LEVELS), evaluations=LEVELS, draws=LEVELS
    ),
}


def with_white(kernel: kernels.AbstractKernel) -> gn.GaussianProcess:
    """The process of variance 1 that has a little of it in white noise."""
    noise = kernels.White(WHITE_SHARE, kernel.dim_y)
    return gn.GaussianProcess((1 - WHITE_SHARE) * kernel + noise)


def cases(n_points: int) -> dict[str, Case]:
    """Functions on a line of 16 lengthscales, and vector fields in a disc of radius 10."""
    line = jnp.linspace(-2.0, 2.0, n_points)[:, None]
    of_radius, of_angle = jax.random.split(jax.random.key(SEED))
    radius = 10 * jnp.sqrt(jax.random.uniform(of_radius, (n_points,)))
    angle = jax.random.uniform(of_angle, (n_points,), maxval=2 * jnp.pi)
    disc = jnp.stack([radius * jnp.cos(angle), radius * jnp.sin(angle)], 1)

    scalar = kernels.SquaredExponential(0.25, 1.0)
    functions = gn.GaussianProcess(scalar + kernels.White(0.05**2))
    eddy, wide = (kernels.SquaredExponential(length, 1.0) for length in (5**0.5, 3.0))

    def vectors(kernel: kernels.AbstractKernel) -> gn.GaussianProcess:
        return gn.GaussianProcess(kernel + kernels.White(0.02, 2))

    schedule = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=10.0)
    towards = gn.sde.OrnsteinUhlenbeck
    return {
        "1D, white": Case(
            line, towards(gn.GaussianProcess(kernels.White(1.0)), schedule), functions
        ),
        "1D, squared exponential": Case(
            line, towards(with_white(kernels.SquaredExponential(1.0, 1.0)), schedule), functions
        ),
        "2D, white": Case(
            disc,
            towards(gn.GaussianProcess(kernels.White(1.0, 2)), schedule),
            vectors(kernels.Isotropic(eddy, 2)),
        ),
        "2D, squared exponential": Case(
            disc,
            towards(with_white(kernels.Isotropic(wide, 2)), schedule),
            vectors(kernels.Isotropic(eddy, 2)),
        ),
        "2D, curl-free": Case(
            disc,
            towards(with_white(kernels.CurlFree(wide)), schedule),
            vectors(kernels.CurlFree(eddy)),
        ),
        "2D, divergence-free": Case(
            disc,
            towards(with_white(kernels.DivergenceFree(wide)), schedule),
            vectors(kernels.DivergenceFree(eddy)),
        ),
    }


def squared_distances(
    case: Case, fields: Fields, solver: solvers.AbstractSolver, *, n_draws: int
) -> dict[str, float]:
    """Of the law of samples from that of the data at `t_min`, begun at `t_max` or at the limit."""
    exact = fields.law(case.noising, case.noising.t_min)
    start = [fields.law(case.noising, case.noising.t_max), fields.limit]
    laws = laws_of_solutions(solver, case.noising, [fields] * 2, n_draws=n_draws, start=start)
    found = [wasserstein(law, exact) ** 2 for law in laws]
    return {"squared_distance": found[0], "squared_distance_from_limit": found[1]}


def measure_solvers(case: Case, fields: Fields, sizes: Sizes) -> Iterator[dict[str, Any]]:
    """Squared 2-Wasserstein distances of every solver, total over all values."""
    for name, method in METHODS.items():
        for evaluations in sizes.evaluations:
            n_steps = evaluations // method.evaluations
            solver, n_draws = method.make(n_steps), method.draws * n_steps
            found = squared_distances(case, fields, solver, n_draws=n_draws)
            yield {"solver": name, "evaluations": n_steps * method.evaluations, **found}
    for tolerance in sizes.tolerances:
        solver = solvers.AdaptiveProbabilityFlow(rtol=tolerance, atol=tolerance)
        yield {
            "solver": "AdaptiveProbabilityFlow",
            "tolerance": tolerance,
            "evaluations": evaluations_of_adaptive(case, solver),
            **squared_distances(case, fields, solver, n_draws=0),
        }


class Counted:
    """A function, and how often it has been called in compiled programs."""

    def __init__(self, function: Any):
        self.function = function
        self.calls = 0

    def __call__(self, t: Any, y: Any) -> Any:
        """What the function gives."""
        jax.debug.callback(self._count)
        return self.function(t, y)

    def _count(self) -> None:
        self.calls += 1


def evaluations_of_adaptive(case: Case, solver: solvers.AbstractSolver) -> int:
    """How many evaluations of the score a draw takes, which all draws nearly agree in."""
    process = case.noising.at(case.x)
    score = Counted(gn.sde.NoisedGaussian.of(process, case.data))
    y = process.sample_limit(key=jax.random.key(SEED))
    jax.block_until_ready(
        jax.jit(lambda y: solver.reverse(process, score, y, key=jax.random.key(SEED)))(y)
    )
    jax.effects_barrier()
    return score.calls


def measure_likelihood(case: Case, sizes: Sizes) -> Iterator[dict[str, Any]]:
    """Errors in nats per point, mean of their sizes over draws of the data."""
    process, score = case.noising.at(case.x), gn.sde.ExactGaussianScore(case.noising, case.data)
    law = gn.sde.NoisedGaussian.of(process, case.data)
    ys = case.data.sample(case.x, n_samples=sizes.n_draws, key=jax.random.key(SEED + 1))
    of_data = jax.vmap(lambda y: case.data.log_prob(case.x, y))(ys)
    at_t_min = jax.vmap(lambda y: law.log_prob(case.noising.t_min, y))(ys)

    def terminal(y: jax.Array) -> jax.Array:
        return law.log_prob(case.noising.t_max, y)

    def per_point(errors: jax.Array) -> float:
        return float(jnp.abs(errors).mean()) / len(case.x)

    for n_nodes in sizes.n_nodes:
        integrator = gn.likelihood.FixedGrid(n_nodes)

        def log_prob(y: jax.Array, terminal: Any, integrator: Any = integrator) -> jax.Array:
            sample = gn.FieldSample(case.x, y)
            return gn.likelihood.log_prob(
                case.noising, score, sample, integrator=integrator, terminal=terminal
            )

        exact_end = jax.lax.map(lambda y: log_prob(y, terminal), ys)
        from_limit = jax.lax.map(lambda y: log_prob(y, None), ys)
        yield {
            "divergences": n_nodes,
            "velocities": n_nodes * 4 * integrator.n_substeps,
            "error": per_point(exact_end - at_t_min),
            "error_with_noise_at_t_min": per_point(exact_end - of_data),
            "error_with_limit": per_point(from_limit - of_data),
        }


def measure(case: Case, sizes: Sizes) -> dict[str, Any]:
    """Everything of one case."""
    noising = case.noising
    fields = Fields.of(noising.at(case.x), case.data)
    last = fields.law(noising, noising.t_max)
    return {
        "n_values": len(fields.data_mean),
        "mismatch_nats_per_point": float(gn.sde.limit_mismatch(noising, case.data, case.x)),
        "mismatch_squared_distance": wasserstein(last, fields.limit) ** 2,
        "solvers": list(measure_solvers(case, fields, sizes)),
        "likelihood": list(measure_likelihood(case, sizes)),
    }


def failures(results: Mapping[str, Any]) -> list[str]:
    """The claims that do not hold."""
    found = []
    for name, case in results["cases"].items():
        [squared] = [
            row["squared_distance"]
            for row in case["solvers"]
            if (row["solver"], row["evaluations"]) == ("DPMSolver", DPM_EVALUATIONS)
        ]
        if not squared <= LARGEST_SQUARED_DISTANCE:
            found.append(
                f"{name}: expected DPMSolver within {LARGEST_SQUARED_DISTANCE}, got {squared}"
            )
        default = gn.likelihood.FixedGrid().n_nodes
        [error] = [
            row["error_with_noise_at_t_min"]
            for row in case["likelihood"]
            if row["divergences"] == default
        ]
        if not (error <= LARGEST_ERROR and default <= LARGEST_DIVERGENCES):
            found.append(f"{name}: expected log-densities within {LARGEST_ERROR}, got {error}")
    return found


def main() -> None:
    """Measure, write the results, and fail where a claim does not hold."""
    quick = quick_is_asked(__doc__)
    jax.config.update("jax_enable_x64", True)
    sizes = QUICK if quick else Sizes()
    results = {
        **circumstances("equinox", "diffrax", "numpy"),
        "seed": SEED,
        "n_points": sizes.n_points,
        "n_draws": sizes.n_draws,
        "limits": {
            "squared_distance": LARGEST_SQUARED_DISTANCE,
            "error": LARGEST_ERROR,
            "divergences": LARGEST_DIVERGENCES,
        },
        "cases": {
            name: measure(case, sizes)
            for name, case in islice(cases(sizes.n_points).items(), sizes.n_cases)
        },
    }
    conclude("oracle", results, failures, quick=quick)


if __name__ == "__main__":
    main()
