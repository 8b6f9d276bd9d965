"""Langevin dynamics forget their start, and come to a law that is as near as their step is short.

In a direction of variance v at `t_min`, in units of the limit, steps of size epsilon come to the
variance v / (1 - epsilon / 2v), which is a closed form.
"""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import pytest
from laws_of_solvers import Fields, Law, laws_of_solutions, wasserstein

import geomndp as gn

SCHEDULE = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=10.0, t_min=0.3)
LIMIT = gn.GaussianProcess(
    gn.kernels.SquaredExponential(0.3, 0.5) + gn.kernels.White(0.5),
    gn.gp.ConstantMean(jnp.array([0.7])),
)
DATA = gn.GaussianProcess(
    gn.kernels.SquaredExponential(0.25, 1.0) + gn.kernels.White(0.05**2),
    gn.gp.ConstantMean(jnp.array([-0.5])),
)
NOISING = gn.sde.OrnsteinUhlenbeck(LIMIT, SCHEDULE)
SIZE = 5
FIELDS = Fields.of(NOISING.at(jnp.linspace(-1.0, 1.0, SIZE)[:, None]), DATA)
EXACT = FIELDS.law(NOISING, NOISING.t_min)
N_STEPS = 2

Make = Callable[[float, int], tuple[gn.solvers.AbstractSolver, int]]


def predictor_corrector(step_size: float, n: int) -> tuple[gn.solvers.AbstractSolver, int]:
    """It, with how often it draws noise."""
    predictor = gn.solvers.Ancestral(n_steps=N_STEPS)
    ratio = (step_size / 2) ** 0.5
    return gn.solvers.PredictorCorrector(predictor, n, ratio), N_STEPS * (n + 1)


def annealed_langevin(step_size: float, n: int) -> tuple[gn.solvers.AbstractSolver, int]:
    return gn.solvers.AnnealedLangevin(N_STEPS, n, step_size), N_STEPS * n


EACH = pytest.mark.parametrize("make", [predictor_corrector, annealed_langevin])
SHORT, N_SHORT = 0.08, 400
LONG, N_LONG = 0.32, 100


def law(make: Make, step_size: float, n: int, start: Law | None = None) -> Law:
    solver, n_draws = make(step_size, n)
    given = None if start is None else [start]
    return laws_of_solutions(solver, NOISING, [FIELDS], n_draws=n_draws, start=given)[0]


def stationary(step_size: float) -> Law:
    """What Langevin dynamics come to in the end."""
    signal, noise = float(NOISING.signal(0.3)), float(NOISING.noise_scale(0.3))
    variances = signal**2 * FIELDS.variances + noise**2
    variances = variances / (1 - step_size * noise**2 / (2 * variances))
    return Law(EXACT.mean, (FIELDS.basis * variances) @ FIELDS.basis.T)


@EACH
def test_the_law_is_that_of_langevin_dynamics_and_forgets_the_start(make: Make):
    start = Law(np.full(SIZE, 3.0), 4.0 * np.eye(SIZE))
    for found in (law(make, SHORT, N_SHORT), law(make, SHORT, N_SHORT, start)):
        assert wasserstein(found, stationary(SHORT)) < 1e-3
    assert wasserstein(law(make, SHORT, 1, start), stationary(SHORT)) > 0.1


@EACH
def test_more_and_shorter_corrections_come_nearer_to_the_law_of_the_data(make: Make):
    """Variances err in proportion to the size of steps, at a fixed length of the dynamics."""
    errors = [
        wasserstein(law(make, step_size, n), EXACT)
        for step_size, n in ((LONG, N_LONG), (SHORT, N_SHORT))
    ]
    assert errors[0] / errors[1] == pytest.approx(LONG / SHORT, rel=0.2)
    assert errors[1] < 0.02


def test_values_are_carried_from_level_to_level_in_proportion_to_the_signal():
    """Which is all that is left of the solver when its steps have no length."""
    start = Law(np.full(SIZE, 3.0), 4.0 * np.eye(SIZE))
    found = law(annealed_langevin, 1e-14, 1, start)
    ratio = float(NOISING.signal(NOISING.t_min) / NOISING.signal(NOISING.t_max))
    mean = FIELDS.limit_mean + ratio * (start.mean - FIELDS.limit_mean)
    np.testing.assert_allclose(found.mean, mean, rtol=1e-9)
    np.testing.assert_allclose(found.covariance, ratio**2 * start.covariance, atol=1e-9)


def test_corrections_mend_the_predictor():
    predictor = gn.solvers.Ancestral(n_steps=N_STEPS)
    alone = laws_of_solutions(predictor, NOISING, [FIELDS], n_draws=N_STEPS)[0]
    corrected = [law(predictor_corrector, SHORT, n) for n in (1, 20, N_SHORT)]
    errors = [wasserstein(each, EXACT) for each in (alone, *corrected)]
    assert np.all(np.diff(errors) < 0), f"errors {errors}"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gn.solvers.PredictorCorrector(n_corrections=0), "at least 1 correction, got 0"),
        (lambda: gn.solvers.PredictorCorrector(signal_to_noise=1.0), "between 0 and 1, got 1.0"),
        (lambda: gn.solvers.AnnealedLangevin(n_per_level=0), "at least 1 step per level, got 0"),
        (lambda: gn.solvers.AnnealedLangevin(step_size=2.0), "between 0 and 2, got 2.0"),
        (lambda: gn.solvers.AnnealedLangevin(n_levels=0), "at least 1 step, got n_steps=0"),
    ],
)
def test_unfit_settings_are_refused(make: Callable[[], object], message: str):
    with pytest.raises(ValueError, match=message):
        make()
