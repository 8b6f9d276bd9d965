"""Times of low discrepancy: in range, uniform in the logarithm of the clock, without gaps."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import SCHEDULES
from standard_errors import assert_law, assert_mean

from geomndp.losses import low_discrepancy_times

N_SAMPLES = 16


def fractions(name: str, times: Any) -> np.ndarray:
    """How far the times are from the first to the last, in the logarithm of the clock."""
    schedule = SCHEDULES[name]
    ends = jnp.array([schedule.t_min, schedule.t_max])
    first, last = np.log(schedule.integral(ends))
    return (np.log(schedule.integral(jnp.asarray(times))) - first) / (last - first)


@functools.cache
def draws(name: str) -> np.ndarray:
    keys = jax.random.split(jax.random.key(0), 2000)
    draw = functools.partial(low_discrepancy_times, SCHEDULES[name], N_SAMPLES)
    return np.asarray(jax.jit(jax.vmap(lambda key: draw(key=key)))(keys))


@pytest.mark.parametrize("name", SCHEDULES)
def test_times_are_in_range(name: str):
    times, schedule = draws(name), SCHEDULES[name]
    assert times.min() >= schedule.t_min * (1 - 1e-12)
    assert times.max() <= schedule.t_max * (1 + 1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_each_time_is_uniform_in_the_logarithm_of_the_clock(name: str):
    found = fractions(name, draws(name))
    for which in (0, 5, N_SAMPLES - 1):
        assert_law(found[:, which], lambda f: f)
        with pytest.raises(AssertionError):
            assert_law(found[:, which] ** 1.2, lambda f: f)


@pytest.mark.parametrize("name", SCHEDULES)
def test_together_they_leave_no_gap(name: str):
    found = np.sort(fractions(name, draws(name)), -1)
    around = np.concatenate([found, found[:, :1] + 1], -1)
    assert np.abs(np.diff(around) - 1 / N_SAMPLES).max() < 1e-9


def test_they_lower_the_variance_of_a_mean():
    even = (fractions("linear", draws("linear")) ** 2).mean(-1)
    independent = (np.random.default_rng(0).uniform(size=(*even.shape, N_SAMPLES)) ** 2).mean(-1)
    assert_mean(even, 1 / 3)
    assert even.var() < 0.1 * independent.var()
