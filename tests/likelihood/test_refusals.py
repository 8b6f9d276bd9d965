"""What has no log-density is refused, or reported where it shows."""

from typing import Any

import jax
import jax.numpy as jnp
import pytest
from inventory import INTEGRATORS

import geomndp as gn
from geomndp.likelihood import log_prob

K = gn.kernels
X = jax.random.uniform(jax.random.key(0), (5, 2))
DATA = gn.GaussianProcess(K.CurlFree(K.SquaredExponential(0.7, 1.0)) + K.White(0.02, 2))
NOISING = gn.sde.OrnsteinUhlenbeck(
    gn.GaussianProcess(K.White(1.0, 2)), gn.sde.LinearSchedule(beta_max=10.0)
)
SCORE = gn.sde.ExactGaussianScore(NOISING, DATA)
SAMPLE = gn.FieldSample(X, DATA.sample(X, key=jax.random.key(2)))
COARSE = gn.likelihood.FixedGrid(n_nodes=6, n_substeps=1)


def bad_score(t: Any, _x: Any, y: Any, _mask: Any) -> Any:
    return jnp.where(t > 0.5, jnp.nan, -y)


@pytest.mark.parametrize("integrator", INTEGRATORS.values(), ids=INTEGRATORS)
def test_a_score_that_is_not_finite_is_reported(integrator: gn.likelihood.AbstractIntegrator):
    with pytest.raises(ValueError, match="expected a finite log-density, got nan"):
        log_prob(NOISING, bad_score, SAMPLE, integrator=integrator)


def test_too_few_steps_are_reported():
    integrator = gn.likelihood.Adaptive(max_steps=3)
    with pytest.raises(ValueError, match="takes too many steps"):
        log_prob(NOISING, SCORE, SAMPLE, integrator=integrator)


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        (gn.FieldSample(X, SAMPLE.y[:, :1]), r"expected values of shape \(5, 2\)"),
        (gn.FieldSample(X[:0], SAMPLE.y[:0]), "n_points > 0"),
        (gn.FieldSample(X, jnp.full((5, 2), jnp.nan)), "expected a finite log-density"),
    ],
    ids=["dimension", "no-points", "nan"],
)
def test_unfit_samples_are_refused(sample: gn.FieldSample, message: str):
    with pytest.raises(ValueError, match=message):
        log_prob(NOISING, SCORE, sample, integrator=COARSE)


@pytest.mark.parametrize(
    "settings", [{"rtol": 0.0}, {"atol": -1.0}, {"max_steps": 0}], ids=lambda s: next(iter(s))
)
def test_unfit_tolerances_are_refused(settings: dict[str, Any]):
    with pytest.raises(ValueError, match="expected positive rtol, atol and max_steps"):
        gn.likelihood.Adaptive(**settings)
