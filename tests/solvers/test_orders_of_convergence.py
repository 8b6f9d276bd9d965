"""How fast the law of a solver comes to that of the data, from the exact law at `t_max`.

Distances are 2-Wasserstein, not squared, at `t_min`; of three fields: towards a white limit,
towards a smooth one with a mean, and of curl-free vectors in the plane.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import SOLVERS
from laws_of_solvers import Fields, laws_of_solutions, wasserstein

import geomndp as gn

ORDERS = {
    "euler-maruyama": 1,
    "ddim": 1,
    "ddim-half": 1,
    "ancestral": 1,
    "dpm-solver": 2,
    "dpm-solver-sde": 2,  # weak order, as of the Adams-Bashforth-Maruyama method
    "heun": 2,
}
DRAWS_NO_NOISE = {"ddim", "dpm-solver", "heun"}
WITHOUT_ORDER = {"geodesic-random-walk", "predictor-corrector", "annealed-langevin", "adaptive"}
WITHOUT_ORDER |= {"geodesic-multistep"}  # see test_orders_on_manifolds
WITHOUT_ORDER |= {"informed-start"}  # that of the solver in it; see test_informed_start
STEPS = (20, 60, 160)
SCHEDULE = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=10.0)
WHITE = gn.GaussianProcess(gn.kernels.White(1.0))
NOISING = gn.sde.OrnsteinUhlenbeck(WHITE, SCHEDULE)
LINE = jnp.linspace(-1.0, 1.0, 12)[:, None]
PLANE = jnp.asarray(np.random.default_rng(0).uniform(-1, 1, (6, 2)))


def with_white(kernel: Any, white: float, mean: float | None = None) -> gn.GaussianProcess:
    mean_function = None if mean is None else gn.gp.ConstantMean(jnp.array([mean]))
    return gn.GaussianProcess(kernel + gn.kernels.White(white, kernel.dim_y), mean_function)


SMOOTH = gn.kernels.SquaredExponential(0.25, 1.0)
CASES = {
    "white": (LINE, WHITE, with_white(SMOOTH, 0.05**2)),
    "smooth": (
        LINE,
        with_white(gn.kernels.SquaredExponential(0.5, 0.95), 0.05, mean=0.7),
        with_white(gn.kernels.Matern32(0.3, 1.5), 0.05**2, mean=-0.5),
    ),
    "curl-free": (
        PLANE,
        with_white(gn.kernels.CurlFree(gn.kernels.SquaredExponential(1.0, 0.9)), 0.1),
        with_white(gn.kernels.CurlFree(gn.kernels.SquaredExponential(0.7, 1.0)), 0.05**2),
    ),
}


def fields_of(x: jax.Array, limit: gn.GaussianProcess, data: gn.GaussianProcess) -> Fields:
    return Fields.of(gn.sde.OrnsteinUhlenbeck(limit, SCHEDULE).at(x), data)


@functools.cache
def right_and_wrong() -> list[Fields]:
    """The three fields, and again with scores that believe in variances 1.2 times as large."""
    right = [fields_of(*case) for case in CASES.values()]
    return right + [each._replace(believed=1.2 * each.variances) for each in right]


@functools.cache
def distances(name: str) -> np.ndarray:
    """Of shape (numbers of steps, fields)."""
    fields = right_and_wrong()
    exact = [each.law(NOISING, NOISING.t_min) for each in fields]
    found = []
    for n_steps in STEPS:
        solver: Any = SOLVERS[name]
        solver = dataclasses.replace(solver, n_steps=n_steps)
        n_draws = 0 if name in DRAWS_NO_NOISE else n_steps
        laws = laws_of_solutions(solver, NOISING, fields, n_draws=n_draws)
        found.append([wasserstein(*pair) for pair in zip(laws, exact, strict=True)])
    return np.array(found)


def assert_order(errors: np.ndarray, order: int) -> None:
    slope = -np.polyfit(np.log(STEPS), np.log(errors), 1)[0]
    assert abs(slope - order) < 0.4, f"expected order {order}, got {slope} from {errors}"


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("case", range(3), ids=list(CASES))
def test_the_law_converges_in_the_order_of_the_solver(name: str, case: int):
    assert_order(distances(name)[:, case], ORDERS[name])


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("case", range(3), ids=list(CASES))
def test_a_wrong_score_is_found(name: str, case: int):
    with pytest.raises(AssertionError):
        assert_order(distances(name)[:, 3 + case], ORDERS[name])


def test_every_solver_has_an_order_or_none():
    assert {*ORDERS, *WITHOUT_ORDER} == set(SOLVERS)


def test_dpm_solver_is_near_the_law_of_a_smooth_field_with_20_evaluations():
    x = jnp.linspace(-2.0, 2.0, 60)[:, None]
    fields = fields_of(x, WHITE, with_white(SMOOTH, 0.05**2))
    exact, limit = fields.law(NOISING, NOISING.t_min), fields.limit
    solver = gn.solvers.DPMSolver(n_steps=20)
    wrong = fields._replace(believed=1.2 * fields.variances)
    squared = [
        wasserstein(laws_of_solutions(solver, NOISING, [each], n_draws=0, start=start)[0], exact)
        ** 2
        for each, start in ((fields, None), (fields, [limit]), (wrong, None))
    ]
    assert squared[0] < 2e-2
    assert squared[1] < 2e-2
    assert squared[2] > 2e-2
