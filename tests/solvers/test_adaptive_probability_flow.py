"""The adaptive solver errs by less than its tolerance, and says when it cannot."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

LIMIT = gn.GaussianProcess(
    gn.kernels.SquaredExponential(0.5, 0.8) + gn.kernels.White(0.2),
    gn.gp.ConstantMean(jnp.array([0.7])),
)
DATA = gn.GaussianProcess(gn.kernels.Matern52(0.3, 1.0) + gn.kernels.White(0.05**2))
NOISING = gn.sde.OrnsteinUhlenbeck(LIMIT, gn.sde.LinearSchedule())
PROCESS = NOISING.at(jnp.linspace(-1.0, 1.0, 8)[:, None])
LAW = gn.sde.NoisedGaussian.of(PROCESS, DATA)


def through_densities(y: jax.Array) -> np.ndarray:
    """The end of the flow: it keeps standard normal coordinates of the law at every time."""
    operator = PROCESS.covariance
    deviation = LAW.basis.T @ operator.sqrt_solve(y - LAW.mean_at(NOISING.t_max)).ravel()
    ratio = LAW.variances_at(NOISING.t_min) / LAW.variances_at(NOISING.t_max)
    moved = (LAW.basis @ (jnp.sqrt(ratio) * deviation)).reshape(y.shape)
    return np.asarray(LAW.mean_at(NOISING.t_min) + operator.sqrt_matvec(moved))


Y = jax.vmap(lambda key: LAW.sample(NOISING.t_max, key=key))(jax.random.split(jax.random.key(0), 8))
EXPECTED = np.stack([through_densities(y) for y in Y])


def error(tolerance: float) -> float:
    solver = gn.solvers.AdaptiveProbabilityFlow(rtol=tolerance, atol=tolerance)
    run = jax.jit(jax.vmap(lambda y: solver.reverse(PROCESS, LAW, y, key=jax.random.key(0))))
    return float(np.sqrt(np.mean((np.asarray(run(Y)) - EXPECTED) ** 2)))


def test_the_error_is_below_the_tolerance():
    coarse, fine = error(1e-3), error(1e-6)
    assert coarse < 1e-3
    assert fine < 1e-6
    assert coarse > 10 * fine


def test_too_few_steps_give_nan():
    solver = gn.solvers.AdaptiveProbabilityFlow(max_steps=3)
    y = jax.jit(lambda y: solver.reverse(PROCESS, LAW, y, key=jax.random.key(0)))(Y[0])
    assert np.isnan(np.asarray(y)).all()


@pytest.mark.parametrize("setting", [{"rtol": 0.0}, {"atol": -1.0}, {"max_steps": 0}])
def test_settings_have_to_be_positive(setting: dict[str, Any]):
    with pytest.raises(ValueError, match="expected positive rtol, atol and max_steps"):
        gn.solvers.AdaptiveProbabilityFlow(**setting)
