"""Training times: even in the scale of the noise, without gaps."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import NOISINGS
from standard_errors import assert_law, assert_mean

import geomndp as gn
from geomndp.losses import low_discrepancy_times

N_SAMPLES = 16
EACH = pytest.mark.parametrize("name", NOISINGS)


def fractions(name: str, times: Any) -> np.ndarray:
    """How far the times are from the first to the last, in what noises have an even share of.

    That is half the logarithm of the ratio of signal to noise, or where there is no signal of the
    noise alone.
    """
    noising = NOISINGS[name]

    @jax.jit
    @jnp.vectorize
    def clock(t: Any) -> Any:
        if isinstance(noising, gn.sde.AbstractGaussianNoising):
            return jnp.log(noising.signal(t) / noising.noise_scale(t))
        return jnp.log(noising.noise_scale(t))

    first, last = np.asarray(clock(jnp.array([noising.t_min, noising.t_max])))
    return (np.asarray(clock(jnp.asarray(times))) - first) / (last - first)


@functools.cache
def draws(name: str) -> np.ndarray:
    keys = jax.random.split(jax.random.key(0), 2000)
    draw = functools.partial(low_discrepancy_times, NOISINGS[name], N_SAMPLES)
    return np.asarray(jax.jit(jax.vmap(lambda key: draw(key=key)))(keys))


@EACH
def test_times_are_in_range(name: str):
    times, noising = draws(name), NOISINGS[name]
    assert times.min() >= noising.t_min * (1 - 1e-12)
    assert times.max() <= noising.t_max * (1 + 1e-12)


@EACH
def test_each_time_is_uniform_in_the_scale_of_the_noise(name: str):
    found = fractions(name, draws(name))
    for which in (0, 5, N_SAMPLES - 1):
        assert_law(found[:, which], lambda f: f)
        with pytest.raises(AssertionError):
            assert_law(np.abs(found[:, which]) ** 1.2, lambda f: f)


@EACH
def test_together_they_leave_no_gap(name: str):
    found = np.sort(fractions(name, draws(name)), -1)
    around = np.concatenate([found, found[:, :1] + 1], -1)
    assert np.abs(np.diff(around) - 1 / N_SAMPLES).max() < 1e-9


def test_they_lower_the_variance_of_a_mean():
    even = (fractions("ou-white", draws("ou-white")) ** 2).mean(-1)
    independent = (np.random.default_rng(0).uniform(size=(*even.shape, N_SAMPLES)) ** 2).mean(-1)
    assert_mean(even, 1 / 3)
    assert even.var() < 0.1 * independent.var()
