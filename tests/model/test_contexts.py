"""Observations: where their clock begins does not matter, and what is wrong is refused."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import WALK, tiny_process, track

import geomndp as gn

METHOD = gn.sampling.Amortised(WALK)
AHEAD = np.array([[1.0 + 1 / 24], [1.0 + 2 / 24]])


def members(shift: float) -> np.ndarray:
    """With hourly times, which are no sums of powers of 2, in double precision."""
    seen = track(3)
    context = gn.FieldSample(jnp.asarray(np.array([[0.0], [0.5], [1.0]]) + shift), seen.y)
    x = jnp.asarray(AHEAD + shift)
    posterior = tiny_process().condition(context)
    return np.asarray(posterior.sample(x, n_samples=2, method=METHOD, key=jax.random.key(0)))


def test_a_julian_date_is_as_good_as_the_days_since_the_first_fix():
    # The rounding left is that of the date itself in double precision: 5e-10 days.
    np.testing.assert_allclose(members(2458724.5), members(0.0), atol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y: y.at[1, 0].set(jnp.nan), "expected a context of finite numbers, got NaN"),
        (lambda y: 50.0 * y, "expected a context with values on Sphere.* misses it by 49"),
    ],
    ids=["nan", "kilometres"],
)
def test_wrong_values_are_refused(change, message: str):
    seen = track(3)
    wrong = eqx.tree_at(lambda sample: sample.y, seen, change(seen.y))
    with pytest.raises(ValueError, match=message):
        tiny_process().condition(wrong)


def test_a_location_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="expected finite locations, got NaN"):
        tiny_process().sample(jnp.array([[jnp.nan]]), n_samples=1, key=jax.random.key(0))
