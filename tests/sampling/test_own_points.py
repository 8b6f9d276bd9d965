"""Fields at the points on which the observations themselves depend."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from conditioning_tasks import KEY, SERIES_SMALL, noising_to

import geomndp as gn
from geomndp.sampling import Amortised, LinearObservations, TweedieGuidance, TwistedSMC

NOISING = noising_to(SERIES_SMALL.data, "white")
PRIOR = gn.sde.ExactGaussianScore(NOISING, SERIES_SMALL.data)
CONTEXT: Any = SERIES_SMALL.context
SOLVER = gn.solvers.DPMSolver(n_steps=10)
METHODS = {
    "tweedie": TweedieGuidance(SOLVER, ridge=1e-3),
    "twisted-smc": TwistedSMC(TweedieGuidance(ridge=1e-3), n_particles=4, n_steps=10),
}


def draw(method: Any, context: Any = CONTEXT, *where: Any) -> np.ndarray:
    y = gn.sampling.sample_conditional(
        NOISING, PRIOR, context, *where, n_samples=2, method=method, key=KEY
    )
    return np.asarray(y)


@pytest.mark.parametrize("name", METHODS)
def test_values_that_were_observed_are_those_of_the_draws(name: str):
    y = draw(METHODS[name])
    assert y.shape == (2, 3, 1)
    expected = np.broadcast_to(CONTEXT.y, y.shape)
    np.testing.assert_allclose(y, expected, atol=0.02)


def test_a_sum_that_was_observed_is_that_of_the_draws():
    weights = jnp.array([[[1.0], [1.0], [0.0]]])
    y = draw(METHODS["tweedie"], LinearObservations(CONTEXT.x, weights, jnp.array([2.0])))
    np.testing.assert_allclose(y[:, 0, 0] + y[:, 1, 0], 2.0, atol=0.02)
    assert np.abs(y[0] - y[1]).max() > 0.1


def test_refusals():
    with pytest.raises(ValueError, match="expected locations x with a mask"):
        draw(METHODS["tweedie"], CONTEXT, None, jnp.ones(3, bool))

    class Given(gn.sde.ExactGaussianScore):
        def given(self, context: Any) -> Any:
            return self

    score = Given(NOISING, SERIES_SMALL.data)
    with pytest.raises(ValueError, match="expected locations x for Amortised"):
        Amortised().sample(NOISING, score, CONTEXT, None, None, n_samples=2, key=KEY)
