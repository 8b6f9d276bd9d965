"""Densities of functions with noise, against integrals and draws of very many functions."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest
import scipy

import geomndp as gn
from geomndp.data.sawtooth_density import _Cells, _Fit

LAWS = gn.data.regression_laws()
SAWTOOTH = gn.data.Sawtooth()
X = jnp.array([[-1.7], [-0.3], [-0.2], [0.4], [1.9]])


def drawn(law: gn.data.AbstractFunctionLaw, x: jax.Array, n: int, seed: int = 0) -> np.ndarray:
    keys = jax.random.split(jax.random.key(seed), n)
    return np.asarray(jax.jit(jax.vmap(lambda key: law.sample(x, key=key)))(keys))


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("n_points", [1, 2, 5])
def test_it_is_the_mean_density_of_noise_around_functions(name: str, n_points: int):
    """Of 200 000 functions of the law, each of which the values are with noise."""
    law, x, noise = LAWS[name], X[:n_points], np.array([0.25, 0.3, 0.35, 0.4, 0.45])[:n_points]
    functions = drawn(law, x, 200_000)[..., 0]
    for seed in range(3):
        off = noise * np.sin(7 * seed + np.arange(n_points))
        y = drawn(law, x, 1, seed + 1)[0] + off[:, None]
        densities = np.prod(scipy.stats.norm.pdf(y[:, 0], functions, noise), -1)
        error = densities.std() / len(densities) ** 0.5 / densities.mean()
        found = law.log_prob(x, jnp.asarray(y), noise)
        assert abs(found - np.log(densities.mean())) < 4 * error + 1e-4
        assert error < 0.1


@pytest.mark.parametrize("name", ["sawtooth", "step", "mixture"])
def test_densities_of_a_value_sum_to_one(name: str):
    law, noise = LAWS[name], 0.1
    values = np.linspace(-5, 5, 101)
    densities = [math.exp(law.log_prob(X[:1], jnp.full((1, 1), y), noise)) for y in values]
    assert np.sum(densities) * (values[1] - values[0]) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_many_values_tell_the_wave_to_the_noise(seed: int):
    """Against an even grid around the wave that they are of, in the plane of its phase."""
    noise, n_points, n_terms = 4e-4, 60, 13
    generator = np.random.default_rng(seed)
    frequency, shift = generator.uniform(3, 5), generator.uniform(-5, 5)
    x = generator.uniform(-2, 2, n_points)

    def wave(frequency: Any, phase: Any) -> np.ndarray:
        k = np.arange(1, n_terms + 1)
        angle = 2 * np.pi * (frequency * x + phase)[..., None] * k
        return -np.sum((-1.0) ** k / k * np.sin(angle), -1) / np.pi

    y = wave(frequency, -frequency * shift) + noise * generator.standard_normal(n_points)
    steps = np.arange(-60, 61)
    side_f, side_p = 8e-6, 1e-5
    sums = []
    for step in steps:  # of frequency
        phases = -frequency * shift + side_p * steps[:, None]
        off = y - wave(frequency + side_f * step, phases)
        sums.append(-np.sum((off / noise) ** 2, -1) / 2)
    peak = np.array(sums)
    assert max(peak[[0, -1]].max(), peak[:, [0, -1]].max()) < peak.max() - 12
    of_noise = n_points * np.log(noise * np.sqrt(2 * np.pi))
    # Phases are uniform, frequencies over 2, and numbers of terms are one of 11.
    expected = scipy.special.logsumexp(peak) + np.log(side_f * side_p / 2 / 11) - of_noise
    found = SAWTOOTH.log_prob(jnp.asarray(x)[:, None], jnp.asarray(y)[:, None], noise)
    # But for how many shifts lead to a phase, one more or less of 30 to 50.
    assert abs(found - expected) < 1 / 30
    assert abs(found + n_points + of_noise) > 1


def test_the_integral_is_found_to_its_last_digits(monkeypatch: pytest.MonkeyPatch):
    """Finer cells, of more waves, change nothing."""
    for n_points in (1, 3, 20):
        x = jnp.linspace(-2.0, 1.8, n_points)[:, None] ** 3
        y = jnp.asarray(drawn(SAWTOOTH, x, 1, n_points)[0])
        found = SAWTOOTH.log_prob(x, y, 1e-3)
        with monkeypatch.context() as patch:
            patch.setattr("geomndp.data.sawtooth_density._LARGEST_CHANGE", 0.3)
            patch.setattr("geomndp.data.sawtooth_density._LEAST", 80.0)
            finer = SAWTOOTH.log_prob(x, y, 1e-3)
        assert abs(found - finer) < 1e-4
        with monkeypatch.context() as patch:
            patch.setattr("geomndp.data.sawtooth_density._LARGEST_CHANGE", 8.0)
            assert abs(SAWTOOTH.log_prob(x, y, 1e-3) - finer) > 1e-4


SHIFTED = [(1, 0.3, 0.0), (1, 0.1, 5.3), (2, 0.5, 4.2)]


@pytest.mark.parametrize(("n_points", "noise", "shift"), SHIFTED)
def test_shifts_are_uniform(n_points: int, noise: float, shift: float):
    """Against an even grid of frequencies and shifts: phases are nearly as likely, not quite."""
    x = X[:n_points, 0] + shift
    y = np.array([0.2, -0.1])[:n_points]
    frequencies, shifts = (
        low + (high - low) * (np.arange(n) + 0.5) / n
        for low, high, n in ((3.0, 5.0, 300), (-5.0, 5.0, 3000))
    )
    k, total = np.arange(1, 21), 0.0
    for frequency in frequencies:
        angle = 2 * np.pi * frequency * (np.asarray(x)[:, None] - shifts)
        sines = np.sin(angle[..., None] * k) * -((-1.0) ** k) / k / np.pi
        waves = np.cumsum(sines, -1)[..., 9:]
        total += np.prod(scipy.stats.norm.pdf(y[:, None, None], waves, noise), 0).mean()
    found = SAWTOOTH.log_prob(x[:, None], jnp.asarray(y)[:, None], noise)
    assert abs(found - np.log(total / len(frequencies))) < 1e-3


def test_no_wave_of_a_cell_is_likelier_than_its_bound():
    """Random waves of random cells, of which many hold the jump."""
    generator = np.random.default_rng(0)
    n, n_points = 2000, 6
    cells = _Cells(
        generator.integers(10, 21, n),
        generator.uniform(3, 5, n),
        generator.uniform(0, 1, n),
        10 ** generator.uniform(-6, 0, n),
        10 ** generator.uniform(-6, -0.3, n),
    )
    x, y = generator.uniform(-2, 2, n_points), generator.uniform(-0.6, 0.6, n_points)
    noise = 10 ** generator.uniform(-3, 0, n_points)
    most = _Fit.of(cells, x, y, noise).most
    slack = np.inf
    for _ in range(40):
        of_frequency, of_phase = generator.uniform(-1, 1, (2, n))
        inside = cells._replace(
            frequency=cells.frequency + of_frequency * cells.half_frequency,
            phase=cells.phase + of_phase * cells.half_phase,
        )
        found = _Fit.of(inside, x, y, noise).log_density
        assert (found <= most + 1e-9 * np.abs(most)).all()
        slack = min(slack, np.min((most - found) / np.abs(found)))
    assert slack < 1e-3  # some come close


def test_units_of_values_and_shifts():
    y = jnp.asarray(drawn(SAWTOOTH, X, 1)[0])
    found = SAWTOOTH.log_prob(X, y, 0.01)
    of_twice = gn.data.Sawtooth(scale=2.0).log_prob(X, 2 * y, 0.02)
    assert of_twice == pytest.approx(found - 5 * math.log(2), abs=1e-9)
    # Uniform shifts of 30 periods and more leave the phase uniform but for an edge.
    assert SAWTOOTH.log_prob(X + 4.0, y, 0.01) == pytest.approx(found, abs=1 / 30)
    assert SAWTOOTH.log_prob(X[:0], y[:0], 0.01) == pytest.approx(0, abs=1e-3)
    turned = gn.data.Sawtooth(scale=-1.0).log_prob(X, -y, 0.01)
    assert turned == pytest.approx(found, abs=1e-9)


def test_what_is_negligible_may_be_told_as_impossible():
    far, y = jnp.full_like(X, 0.9), jnp.asarray(drawn(SAWTOOTH, X, 1)[0])
    exactly = SAWTOOTH.log_prob(X, far, 0.01)
    assert -math.inf < exactly < -1000
    assert SAWTOOTH.log_prob(X, far, 0.01, negligible=-100.0) == -math.inf
    # What is above it is told as without it, however little.
    found = SAWTOOTH.log_prob(X, y, 0.3)
    assert SAWTOOTH.log_prob(X, y, 0.3, negligible=found - 0.03) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_mixture_is_the_mean_of_its_laws(is_first: bool):
    laws = (SAWTOOTH, LAWS["matern52"])
    laws = laws if is_first else laws[::-1]
    mixture = gn.data.FunctionMixture(laws)
    for y in (drawn(SAWTOOTH, X, 1)[0], drawn(LAWS["matern52"], X, 1)[0], np.full((5, 1), 0.35)):
        alone = [law.log_prob(X, jnp.asarray(y), 0.2) for law in laws]
        found = mixture.log_prob(X, jnp.asarray(y), 0.2)
        assert found == pytest.approx(np.logaddexp.reduce(alone) - math.log(2), abs=1e-9)


def test_a_rise_lies_between_the_last_low_and_the_first_high():
    """With next to no noise: as likely as that gap is wide, in any order of points."""
    law = LAWS["step"]
    order = jnp.array([2, 0, 4, 1, 3])
    y = jnp.where(X >= 0.0, 0.5, -0.5)
    found = law.log_prob(X[order], y[order], 1e-3)
    of_noise = -5 * math.log(1e-3 * math.sqrt(2 * math.pi))
    assert found == pytest.approx(of_noise + math.log(0.6 / 2), abs=1e-9)


@pytest.mark.parametrize("name", ["sawtooth", "step", "mixture"])
@pytest.mark.parametrize("noise", [0.0, np.array([0.1, 0.0, 0.1, 0.1, 0.1])])
def test_functions_without_noise_have_no_density(name: str, noise: Any):
    with pytest.raises(ValueError, match="in every value, .* got 0; give the standard"):
        LAWS[name].log_prob(X, jnp.zeros((5, 1)), noise)


Y = jnp.zeros((5, 1))


@pytest.mark.parametrize("law", [SAWTOOTH, LAWS["step"], LAWS["mixture"], LAWS["matern52"]])
@pytest.mark.parametrize(
    ("x", "y", "noise", "message"),
    [
        (X, Y, -1.0, "finite standard deviation, got -1"),
        (X, Y, np.nan, "finite standard deviation"),
        (X, Y.at[2].set(jnp.nan), 0.1, "expected finite locations and values"),
        (X.at[0].set(jnp.inf), Y, 0.1, "expected finite locations and values"),
    ],
)
def test_what_has_no_density(law: Any, x: jax.Array, y: jax.Array, noise: Any, message: str):
    with pytest.raises(ValueError, match=message):
        law.log_prob(x, y, noise)


@pytest.mark.parametrize("law", [SAWTOOTH, LAWS["step"], LAWS["mixture"], LAWS["matern52"]])
def test_shapes_that_do_not_fit(law: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # as it is for users
    with pytest.raises(ValueError, match=r"expected y of shape \(5, 1\), got \(1, 1\)"):
        law.log_prob(X, Y[:1], 0.1)
    with pytest.raises(ValueError, match=r"or of each of 5, got numbers of shape \(4,\)"):
        law.log_prob(X, Y, np.ones(4))
    with pytest.raises(ValueError, match=r"expected x of shape \(n_points, dim_x\), got \(5,\)"):
        law.log_prob(X[:, 0], Y, 0.1)
    if law != LAWS["matern52"]:  # a process whose kernel may take two
        with pytest.raises(ValueError, match=r"expected x of shape|locations of dimension 1"):
            law.log_prob(jnp.tile(X, 2), Y, 0.1)


def test_gaussian_laws_have_noise_of_their_own():
    law: Any = LAWS["matern52"]
    y = law.sample(X, key=jax.random.key(0))
    np.testing.assert_allclose(law.log_prob(X, y, 0.0), law.gp.log_prob(X, y), rtol=1e-9)
    smooth = gn.data.GaussianFunctions(gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0)))
    x = jnp.linspace(-1.0, 1.0, 50)[:, None]
    with pytest.raises(ValueError, match="covariance positive definite, got 0 added"):
        smooth.log_prob(x, jnp.zeros((50, 1)), 0.0)
    assert law.log_prob(X[:0], Y[:0], 0.0) == 0
