"""Control variates: the same log-density on average, with less left to chance."""

from typing import Any

import jax
import jax.numpy as jnp
import pytest
from standard_errors import assert_mean

import geomndp as gn
from geomndp.likelihood import ControlVariate, Hutchinson, HutchPlusPlus, estimate_log_prob

K = gn.kernels
NOISING = gn.sde.OrnsteinUhlenbeck(
    gn.GaussianProcess(K.White(1.0)), gn.sde.LinearSchedule(beta_max=10.0)
)
X = jnp.linspace(-1.0, 1.0, 12)[:, None]
DATA = gn.GaussianProcess(K.SquaredExponential(0.4, 1.0) + K.White(0.05))
SAMPLE = gn.FieldSample(X, DATA.sample(X, key=jax.random.key(0)))
EXACT = gn.sde.ExactGaussianScore(NOISING, DATA)
INTEGRATOR = gn.likelihood.FixedGrid(n_nodes=12, n_substeps=1)
N_KEYS = 200


def learnt(t: Any, x: Any, y: Any, mask: Any = None) -> Any:
    """Not quite the exact score, nor linear in the values."""
    return EXACT(t, x, y, mask) + 0.05 * jnp.sin(3 * y + jnp.roll(y, 1, 0))


def estimates(score: Any, divergence: gn.likelihood.AbstractDivergence, n_keys: int) -> Any:
    """Values and standard errors, with one key each."""

    def of(key: Any) -> Any:
        return estimate_log_prob(
            NOISING, score, SAMPLE, divergence=divergence, integrator=INTEGRATOR, key=key
        )

    return jax.lax.map(of, jax.random.split(jax.random.key(1), n_keys))


def exact(score: Any) -> float:
    return float(estimates(score, gn.likelihood.Exact(), 1).value[0])


@pytest.mark.parametrize("estimator", [Hutchinson(4), HutchPlusPlus(2, 2)], ids=["plain", "++"])
def test_of_the_reference_itself_nothing_is_left_to_chance(
    estimator: gn.likelihood.AbstractDivergence,
):
    controlled = estimates(EXACT, ControlVariate(estimator, EXACT), 3)
    assert float(jnp.abs(controlled.value - exact(EXACT)).max()) < 1e-9
    assert float(controlled.standard_error.max()) < 1e-9
    assert float(estimates(EXACT, estimator, 3).standard_error.min()) > 1e-2


@pytest.mark.parametrize(
    "reference",
    [EXACT, gn.sde.ExactGaussianScore(NOISING, gn.GaussianProcess(K.Matern12(2.0, 3.0)))],
    ids=["near", "far"],
)
def test_whatever_the_reference_the_mean_is_the_exact_log_density(reference: Any):
    found = estimates(learnt, ControlVariate(Hutchinson(2), reference), N_KEYS).value
    assert_mean(found, exact(learnt))
    with pytest.raises(AssertionError):
        assert_mean(found, exact(EXACT))


def test_a_near_reference_makes_the_error_small_and_the_standard_error_knows():
    plain = estimates(learnt, Hutchinson(4), N_KEYS)
    controlled = estimates(learnt, ControlVariate(Hutchinson(4), EXACT), N_KEYS)
    assert float(controlled.value.std()) < 0.2 * float(plain.value.std())
    told = float(jnp.sqrt(jnp.mean(controlled.standard_error**2)))
    assert told == pytest.approx(float(controlled.value.std()), rel=0.2)


def test_the_reference_may_be_what_a_process_is_given_observations():
    posterior = DATA.condition(X[:3], SAMPLE.y[:3])
    rest = gn.FieldSample(X[3:], SAMPLE.y[3:])
    score = gn.sde.ExactGaussianScore(NOISING, posterior)
    estimate = estimate_log_prob(
        NOISING,
        score,
        rest,
        divergence=ControlVariate(Hutchinson(2), score),
        key=jax.random.key(0),
    )
    expected = DATA.log_prob(X, SAMPLE.y) - DATA.log_prob(X[:3], SAMPLE.y[:3])
    # At `t_min` values have a little noise, and at `t_max` they are not quite the limit's.
    assert float(estimate.value - expected) == pytest.approx(0, abs=0.1)
    assert abs(float(DATA.log_prob(rest.x, rest.y) - expected)) > 0.2
