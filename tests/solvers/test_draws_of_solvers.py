"""Draws of every solver of Gaussian noising have its law, and padding leaves them alone."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import SOLVERS
from laws_of_solvers import Fields, Law, laws_of_solutions
from standard_errors import assert_mean, second_moments

import geomndp as gn

DRAWS_PER_STEP = {
    "euler-maruyama": 1,
    "ddim": 0,
    "ddim-half": 1,
    "ancestral": 1,
    "dpm-solver": 0,
    "dpm-solver-sde": 1,
    "heun": 0,
    "predictor-corrector": 2,
    "annealed-langevin": 5,
}
NAMES = [*DRAWS_PER_STEP, "adaptive"]
LIMIT = gn.GaussianProcess(
    gn.kernels.SquaredExponential(0.5, 0.8) + gn.kernels.White(0.2),
    gn.gp.ConstantMean(jnp.array([0.7])),
)
DATA = gn.GaussianProcess(
    gn.kernels.Matern52(0.4, 1.0) + gn.kernels.White(0.05**2),
    gn.gp.ConstantMean(jnp.array([-0.5])),
)
NOISING = gn.sde.OrnsteinUhlenbeck(LIMIT, gn.sde.LinearSchedule())
SCORE = gn.sde.ExactGaussianScore(NOISING, DATA)
X = jnp.array([[-0.6], [0.0], [0.3], [1.0]])
N_POINTS = len(X)
MASK = jnp.arange(N_POINTS + 2) < N_POINTS
FIELDS = Fields.of(NOISING.at(X), DATA)
N_SAMPLES = 3000


def draw(name: str, padding: float, mask: jax.Array = MASK) -> np.ndarray:
    """Samples at the real points, padded by points at one place."""
    x = jnp.concatenate([X, jnp.full((2, 1), padding)])
    y = gn.sampling.sample(
        NOISING,
        SCORE,
        x,
        mask,
        n_samples=N_SAMPLES,
        solver=SOLVERS[name],
        key=jax.random.key(0),
    )
    return np.asarray(y)[:, :N_POINTS, 0]


def law(name: str) -> Law:
    """What the solver makes of the limit, by propagation of coefficients."""
    solver: Any = SOLVERS[name]
    if name == "adaptive":
        return flow_of(FIELDS.limit_mean)
    n_draws = DRAWS_PER_STEP[name] * solver.n_steps
    return laws_of_solutions(solver, NOISING, [FIELDS], n_draws=n_draws, start=[FIELDS.limit])[0]


def flow_of(mean: np.ndarray) -> Law:
    """What the probability flow makes of the limit: it scales each direction of the basis."""
    ends = [FIELDS.law(NOISING, t) for t in (NOISING.t_min, NOISING.t_max)]
    variances = [
        np.diag(FIELDS.inverse_basis @ e.covariance @ FIELDS.inverse_basis.T) for e in ends
    ]
    ratio = variances[0] / variances[1]
    shift = FIELDS.inverse_basis @ (mean - ends[1].mean)
    return Law(
        ends[0].mean + FIELDS.basis @ (np.sqrt(ratio) * shift),
        (FIELDS.basis * ratio) @ FIELDS.basis.T,
    )


@pytest.mark.parametrize("name", NAMES)
def test_draws_have_the_law_of_the_solver_and_padding_changes_none(name: str):
    """One test for both, as each solver is compiled once."""
    samples, expected = draw(name, padding=0.2), law(name)
    slack = 1e-3 if name == "adaptive" else 1e-10
    assert_mean(samples, expected.mean, slack=slack)
    assert_mean(second_moments(samples - expected.mean), expected.covariance, slack=slack)
    with pytest.raises(AssertionError):
        assert_mean(second_moments(samples - expected.mean), 1.3 * expected.covariance)
    np.testing.assert_allclose(draw(name, padding=5.0), samples, atol=1e-9)
    unmasked = draw(name, padding=0.2, mask=jnp.ones_like(MASK))
    assert np.abs(unmasked - samples).max() > 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_one_point_is_enough(name: str):
    y = jax.eval_shape(
        lambda x, key: gn.sampling.sample(
            NOISING, SCORE, x, n_samples=2, solver=SOLVERS[name], key=key
        ),
        X[:1],
        jax.random.key(0),
    )
    assert y.shape == (2, 1, 1)
    assert y.dtype == X.dtype


@pytest.mark.parametrize("name", ["dpm-solver", "ancestral", "adaptive"])
def test_a_score_that_is_not_finite_is_reported(name: str):
    def score(t: Any, x: Any, y: Any, mask: Any) -> Any:  # noqa: ARG001
        return jnp.where(t < 0.5, jnp.nan, -y)

    with pytest.raises(ValueError, match="expected finite samples, got NaN or infinity in 2 of 2"):
        gn.sampling.sample(
            NOISING, score, X, n_samples=2, solver=SOLVERS[name], key=jax.random.key(0)
        )
