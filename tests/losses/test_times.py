"""Training times: even in the scale of the noise, or as often as they count, without gaps."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import WITH_OWN
from inventory import NOISINGS, WEIGHTINGS
from standard_errors import assert_law, assert_mean

import geomndp as gn
from geomndp.losses import importance_times, low_discrepancy_times

N_SAMPLES = 16
EACH = pytest.mark.parametrize("name", NOISINGS)


def fractions(noising: gn.sde.AbstractNoising, times: Any) -> np.ndarray:
    """How far the times are from the first to the last, in what noises have an even share of.

    That is half the logarithm of the ratio of signal to noise, or where there is no signal of the
    noise alone.
    """

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
    found = fractions(NOISINGS[name], draws(name))
    for which in (0, 5, N_SAMPLES - 1):
        assert_law(found[:, which], lambda f: f)
        with pytest.raises(AssertionError):
            assert_law(np.abs(found[:, which]) ** 1.2, lambda f: f)


@EACH
def test_together_they_leave_no_gap(name: str):
    found = np.sort(fractions(NOISINGS[name], draws(name)), -1)
    around = np.concatenate([found, found[:, :1] + 1], -1)
    assert np.abs(np.diff(around) - 1 / N_SAMPLES).max() < 1e-9


def test_they_lower_the_variance_of_a_mean():
    even = (fractions(NOISINGS["ou-white"], draws("ou-white")) ** 2).mean(-1)
    independent = (np.random.default_rng(0).uniform(size=(*even.shape, N_SAMPLES)) ** 2).mean(-1)
    assert_mean(even, 1 / 3)
    assert even.var() < 0.1 * independent.var()


@functools.cache
def weighted(name: str, weighting: str) -> tuple[np.ndarray, np.ndarray]:
    """Times and importances."""
    keys = jax.random.split(jax.random.key(0), 2000)
    noising, weights = WITH_OWN[name], WEIGHTINGS[weighting]
    draw = functools.partial(importance_times, noising, weights, N_SAMPLES)
    times = jax.jit(jax.vmap(lambda key: draw(key=key)))(keys)
    return np.asarray(times.t), np.asarray(times.importance)


WEIGHTED = pytest.mark.parametrize(
    ("name", "weighting"),
    [
        *(("ou-white", weighting) for weighting in WEIGHTINGS),
        ("interpolant-divergence-free", "time"),
        ("own", "log-normal"),
    ],
)


@WEIGHTED
def test_importances_make_means_as_if_times_were_even(name: str, weighting: str):
    times, importances = weighted(name, weighting)
    found = fractions(WITH_OWN[name], times)
    for power in (0, 1, 3):
        means = (importances * found**power).mean(-1)
        assert_mean(means, 1 / (power + 1), slack=1e-9)
    if weighting != "likelihood":
        with pytest.raises(AssertionError):
            assert_mean(found.mean(-1), 1 / 2)


@WEIGHTED
def test_losses_have_nearly_the_same_factor_at_all_times(name: str, weighting: str):
    """A time of weight w is of importance in proportion to 1/w."""
    times, importances = (part.ravel()[:400] for part in weighted(name, weighting))
    noising = WITH_OWN[name]
    weights = jax.vmap(lambda t: WEIGHTINGS[weighting](noising, t))(jnp.asarray(times))
    factors = importances * np.asarray(weights)
    assert factors.max() < 1.1 * factors.min()
    if weighting != "likelihood":
        assert importances.max() > 2 * importances.min()


@WEIGHTED
def test_weighted_times_are_in_range_and_leave_no_gap(name: str, weighting: str):
    times, importances = weighted(name, weighting)
    noising = WITH_OWN[name]
    assert times.min() >= noising.t_min * (1 - 1e-9)
    assert times.max() <= noising.t_max * (1 + 1e-9)
    found, density = fractions(noising, times), 1 / importances
    # Of an interval that holds so much of the density each set has as many times, give or take one.
    grid = np.linspace(0, 1, 2001)
    order = np.argsort(found.ravel())
    middle = np.interp(0.5, *_cumulative(found.ravel()[order], density.ravel()[order], grid))
    below = (found < middle).sum(-1)
    assert set(below) <= {N_SAMPLES // 2 - 1, N_SAMPLES // 2, N_SAMPLES // 2 + 1}


def _cumulative(at: np.ndarray, density: np.ndarray, grid: np.ndarray) -> tuple[Any, Any]:
    """Shares of a density below the points of a grid, and the grid."""
    values = np.interp(grid, at, density)
    shares = np.concatenate([[0.0], np.cumsum(0.5 * (values[1:] + values[:-1]))])
    return shares / shares[-1], grid
