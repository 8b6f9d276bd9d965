"""Laws of functions: their moments against closed forms, and how many points are drawn."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_law, assert_mean, second_moments

import geomndp as gn

LAWS = gn.data.regression_laws()
STATIONARY = [name for name in LAWS if name != "step"]
X = jnp.array([[-2.0], [-0.3], [-0.1], [0.4], [1.9]])
N_SAMPLES = 20_000


@functools.cache
def samples(name: str) -> np.ndarray:
    keys = jax.random.split(jax.random.key(0), N_SAMPLES)
    return np.asarray(jax.jit(jax.vmap(lambda key: LAWS[name].sample(X, key=key)))(keys))[..., 0]


@pytest.mark.parametrize("name", STATIONARY)
def test_values_are_centred_with_the_variance_that_is_said(name: str):
    drawn, variance = samples(name), LAWS[name].variance
    assert_mean(drawn, 0)
    assert_mean(drawn**2, variance)
    with pytest.raises(AssertionError):
        assert_mean(drawn**2, 1.1 * variance)


def covariance(name: str) -> np.ndarray:
    """By formulas of its own."""
    r = np.asarray(X) - np.asarray(X).T
    kernels = {
        "squared-exponential": np.exp(-0.5 * (r / 0.25) ** 2),
        "matern52": (1 + np.sqrt(5) * abs(r) / 0.25 + 5 * r**2 / (3 * 0.25**2))
        * np.exp(-np.sqrt(5) * abs(r) / 0.25),
        "weakly-periodic": np.exp(-0.5 * (r / 0.5) ** 2)
        * np.exp(-0.5 * (np.sin(np.pi * r) / 0.25) ** 2),
    }
    return kernels[name] + 0.05**2 * np.eye(len(X))


@pytest.mark.parametrize("name", ["squared-exponential", "matern52", "weakly-periodic"])
def test_gaussian_laws_have_the_published_covariances(name: str):
    assert_mean(second_moments(samples(name)), covariance(name))
    assert LAWS[name].variance == pytest.approx(1.0025)


def test_the_law_of_the_sawtooth_does_not_depend_on_the_place():
    """Its shift covers 30 periods and more, so that the phase is uniform but for an edge."""
    drawn, shares = samples("sawtooth"), [0.1, 0.5, 0.9]
    phase, k = np.arange(2000)[:, None] / 2000, np.arange(1, 21)
    terms = (-1.0) ** (k + 1) * np.sin(2 * np.pi * k * phase) / (np.pi * k)
    expected = np.quantile(np.cumsum(terms, 1)[:, 9:], shares)  # of 10 to 20 terms
    for column in (0, 3):
        np.testing.assert_allclose(np.quantile(drawn[:, column], shares), expected, atol=0.01)
    assert expected[2] < 0.39  # of the wave itself it is 0.4


def test_a_sawtooth_rises_by_one_over_a_period():
    """The series cut off after 10 to 20 terms, against the wave itself, far from its jumps."""
    x = jnp.linspace(-2, 2, 4001)[:, None]
    draw = jax.jit(lambda key: gn.data.Sawtooth().sample(x, key=key))
    for seed in range(3):
        y = np.asarray(draw(jax.random.key(seed)))[:, 0]
        slope = np.diff(y) / 0.001
        assert y.max() - y.min() == pytest.approx(1.15, abs=0.06)  # with Gibbs' overshoot
        falls = np.flatnonzero((y[:-1] > 0) & (y[1:] <= 0) & (slope < -20))
        periods = np.diff(falls) * 0.001
        frequency = 1 / periods.mean()
        assert np.abs(periods - periods.mean()).max() < 0.002
        assert 3 <= frequency <= 5
        rising = np.setdiff1d(np.arange(4000), (falls[:, None] + np.arange(-70, 70)).ravel())
        assert slope[rising].mean() == pytest.approx(frequency, rel=0.05)


def test_a_mixture_takes_each_law_as_often():
    ones, twos = (gn.data.Sawtooth(scale=scale) for scale in (1.0, 1e-9))
    mixture = gn.data.FunctionMixture((ones, twos))
    keys = jax.random.split(jax.random.key(1), 4000)
    y = np.asarray(jax.jit(jax.vmap(lambda key: mixture.sample(X, key=key)))(keys))
    assert_mean(np.abs(y).max((1, 2)) > 1e-6, 0.5)
    assert mixture.variance == pytest.approx(ones.variance / 2)


def test_steps_rise_once_at_a_uniform_place():
    x = jnp.linspace(-1.5, 1.5, 61)[:, None]
    keys = jax.random.split(jax.random.key(2), 4000)
    y = np.asarray(jax.jit(jax.vmap(lambda key: LAWS["step"].sample(x, key=key)))(keys))[..., 0]
    assert set(np.unique(y)) == {-0.5, 0.5}
    assert (np.diff(y) >= 0).all()
    assert_mean(y > 0, np.clip((1 + np.asarray(x)[:, 0]) / 2, 0, 1))
    assert np.mean(y**2) == LAWS["step"].variance
    assert not LAWS["step"].is_stationary
    assert not gn.data.FunctionMixture((LAWS["step"], LAWS["sawtooth"])).is_stationary
    with pytest.raises(ValueError, match="low < high"):
        gn.data.StepFunctions(low=1.0, high=-1.0)


def test_a_mixture_of_nothing_is_refused():
    with pytest.raises(ValueError, match="expected at least one law"):
        gn.data.FunctionMixture(())


@functools.cache
def drawn(least: int) -> gn.FieldSample:
    generator = gn.data.RandomFunctions(gn.data.Sawtooth(), n_points=6, least=least)
    return gn.fields.draw(generator, 6000, key=jax.random.key(2))


def test_every_number_of_points_is_as_likely():
    counts = np.asarray(drawn(1).mask).sum(-1)
    assert_mean(counts[:, None] == np.arange(1, 7), 1 / 6)
    assert set(np.asarray(drawn(4).mask).sum(-1)) == {4, 5, 6}


def test_few_points_come_as_often_as_said():
    generator = gn.data.RandomFunctions(gn.data.Sawtooth(), n_points=6, few=0.5)
    counts = np.asarray(gn.fields.draw(generator, 6000, key=jax.random.key(3)).mask).sum(-1)
    n = np.arange(1, 7)
    assert_mean(counts[:, None] == n, 0.5 * np.log1p(1 / n) / np.log(7) + 0.5 / 6)


def test_points_are_uniform_and_padding_repeats_the_first():
    fields = drawn(1)
    assert_law(fields.x[:, 0, 0], lambda x: (x + 2) / 4)
    padded = ~np.asarray(fields.mask)
    for part in (np.asarray(fields.x), np.asarray(fields.y)):
        first = np.broadcast_to(part[:, :1], part.shape)
        np.testing.assert_array_equal(part[padded], first[padded])


def test_padding_does_not_change_the_law_of_the_others():
    """The covariance is masked: repeated points would make it singular."""
    generator = gn.data.RandomFunctions(LAWS["squared-exponential"], n_points=5, low=0.0, high=0.01)
    fields = gn.fields.draw(generator, 6000, key=jax.random.key(3))
    assert np.isfinite(np.asarray(fields.y)).all()
    two = np.asarray(fields.mask).sum(-1) == 2
    products = np.asarray(fields.y)[two, 0, 0] * np.asarray(fields.y)[two, 1, 0]
    assert_mean(products, 1.0, slack=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"least": 0}, "1 <= least <= n_points, got 0 and 60"),
        ({"n_points": 3, "least": 4}, "got 4 and 3"),
        ({"low": 1.0, "high": 1.0}, "low < high"),
        ({"few": 1.5}, "a share from 0 to 1, got 1.5"),
    ],
)
def test_intervals_and_numbers_that_make_no_sense(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        gn.data.RandomFunctions(gn.data.Sawtooth(), **arguments)
