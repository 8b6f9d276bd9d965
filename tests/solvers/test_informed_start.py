"""Where samples begin, against the exact law at the end of the noising."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from laws_of_solvers import Fields, Law, law_of_map, wasserstein

import geomndp as gn
from geomndp.solvers import AbstractSolver, DPMSolver, InformedStart

DATA = gn.GaussianProcess(
    gn.kernels.SquaredExponential(0.7, 1.5), mean=gn.gp.ConstantMean(jnp.array([0.8]))
)
X = jnp.linspace(-1.0, 1.0, 6)[:, None]


class Still(AbstractSolver):
    """Takes no step at all."""

    def reverse(self, process: Any, score: Any, y: Any, *, key: Any, progress: Any = None) -> Any:
        return y


class Noising(NamedTuple):
    at_points: Any
    score: Any


def noising(beta_max: float, limit: Any) -> Noising:
    process = gn.sde.OrnsteinUhlenbeck(
        gn.GaussianProcess(limit), gn.sde.LinearSchedule(beta_max=beta_max)
    )
    return Noising(process.at(X), gn.sde.ExactGaussianScore(process, DATA).bind(process.at(X)))


def law_of_start(solver: AbstractSolver, task: Noising) -> Law:
    process, score = task
    return law_of_map(lambda y: solver.reverse(process, score, y, key=jax.random.key(0)), process)


def law_at_the_end(task: Noising) -> Law:
    process = task.at_points
    return Fields.of(process, DATA).law(process.noising, process.noising.t_max)


@pytest.mark.parametrize(
    "limit", [gn.kernels.White(1.0), gn.kernels.Matern52(0.3, 0.9) + gn.kernels.White(0.1)]
)
def test_the_law_at_the_end_is_met_to_second_order(limit: Any):
    """The covariance differs from the limit's by the square of the signal; the fourth is left."""
    errors, of_mean = [], []
    for beta_max in (8.0, 12.0):
        task = noising(beta_max, limit)
        exact = law_at_the_end(task)
        start = law_of_start(InformedStart(Still()), task)
        errors.append(np.abs(start.covariance - exact.covariance).max())
        assert wasserstein(start, exact) < 0.1 * wasserstein(law_of_start(Still(), task), exact)
        of_mean.append(np.abs(start.mean - exact.mean).max())
    ends = [float(noising(b, limit).at_points.noising.signal(1.0)) for b in (8.0, 12.0)]
    assert errors[1] / errors[0] < 1.5 * (ends[1] / ends[0]) ** 4
    assert of_mean[1] / of_mean[0] < 1.5 * (ends[1] / ends[0]) ** 3


def test_any_solver_goes_on_from_there():
    process, score = noising(6.0, gn.kernels.White(1.0))
    y, key = jnp.ones((6, 1)), jax.random.key(1)
    solver = DPMSolver(n_steps=4)
    begun = InformedStart(Still()).reverse(process, score, y, key=key)
    np.testing.assert_array_equal(
        InformedStart(solver).reverse(process, score, y, key=key),
        solver.reverse(process, score, begun, key=key),
    )


def test_motions_on_manifolds_are_refused():
    process = gn.sde.BrownianMotion(gn.manifolds.Sphere(2)).at(X)
    with pytest.raises(TypeError, match="Gaussian noising process for InformedStart"):
        InformedStart(Still()).reverse(
            process, lambda _, y: y, jnp.ones((6, 3)), key=jax.random.key(0)
        )
