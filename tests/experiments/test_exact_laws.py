"""Laws as what is scored: their densities alone, and given values."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy

import geomndp as gn
from geomndp.experiments.exact_laws import ExactProcess, NoisedFunctions


def test_a_process_is_scored_by_its_density():
    """Alone, and given values: as by its posterior."""
    gp = gn.GaussianProcess(gn.kernels.Matern32(0.5, 1.0) + gn.kernels.White(0.1))
    x = jnp.linspace(0.0, 2.0, 7)[:, None]
    y = gp.sample(x, key=jax.random.key(0))
    model, target = ExactProcess(gp), gn.FieldSample(x[3:], y[3:])
    np.testing.assert_allclose(model.log_prob(target), gp.log_prob(x[3:], y[3:]), rtol=1e-9)
    found = model.condition(gn.FieldSample(x[:3], y[:3])).log_prob(target)
    exact = gp.condition(x[:3], y[:3]).log_prob(x[3:], y[3:], latent=False)
    np.testing.assert_allclose(found, exact, rtol=1e-9)


def test_given_values_have_no_noise():
    """Waves near the value that is given, of very many, tell the density of two others."""
    law, noise = gn.data.Sawtooth(), 0.05
    x = jnp.array([[-0.31], [0.0], [0.4]])
    keys = jax.random.split(jax.random.key(0), 400_000)
    waves = np.asarray(jax.jit(jax.vmap(lambda key: law.sample(x, key=key)))(keys))[..., 0]
    value, scored = waves[0, 1], waves[0, [0, 2]]
    near = waves[np.abs(waves[:, 1] - value) < noise / 10][:, [0, 2]]
    densities = np.prod(scipy.stats.norm.pdf(scored, near, noise), -1)
    error = densities.std() / len(near) ** 0.5 / densities.mean()
    model = NoisedFunctions(law, noise)
    context = gn.FieldSample(x[1:2], jnp.array([[value]]))
    target = gn.FieldSample(x[jnp.array([0, 2])], jnp.asarray(scored)[:, None])
    found = model.condition(context).log_prob(target)
    assert error < 0.05
    assert abs(found - np.log(densities.mean())) < 4 * error
    # With nothing given, or with the noise of what is scored in it, it is another.
    assert abs(found - model.log_prob(target)) > 8 * error


@pytest.mark.parametrize("name", ["sawtooth", "matern52"])
def test_padding_takes_no_part(name: str):
    """In what is scored, and in what is given."""
    field = gn.data.RandomFunctions(gn.data.regression_laws()[name], 7, 7)(key=jax.random.key(1))
    given, target = (
        gn.FieldSample(field.x[part], field.y[part]) for part in (slice(3), slice(3, 7))
    )
    law = gn.experiments.exact_law(gn.data.regression_laws()[name], 0.1)
    found = law.condition(given.pad(5)).log_prob(target.pad(6))
    np.testing.assert_allclose(found, law.condition(given).log_prob(target), rtol=1e-9)
    np.testing.assert_allclose(law.log_prob(field.pad(12)), law.log_prob(field), rtol=1e-9)


def test_laws_that_are_processes_are_scored_as_these():
    laws: dict[str, Any] = gn.data.regression_laws()
    assert gn.experiments.exact_law(laws["matern52"], 0.1) == ExactProcess(laws["matern52"].gp)
    assert gn.experiments.exact_law(laws["step"], 0.1) == NoisedFunctions(laws["step"], 0.1)


def test_the_first_noise_is_that_of_the_first_time():
    r"""Of variance $1 - e^{-B}$ at 5e-4, where $\beta$ runs from 1e-4 to 10, times that of data."""
    t, variance = 5e-4, gn.data.Sawtooth().variance
    total = 1e-4 * t + (10 - 1e-4) * t**2 / 2
    found = gn.experiments.first_noise(gn.load("regression1d-sawtooth"))
    np.testing.assert_allclose(found, np.sqrt(variance * -np.expm1(-total)), rtol=1e-5)


@pytest.mark.parametrize("name", ["cyclones", "gp-fields-se"])
def test_what_has_no_first_noise(name: str):
    with pytest.raises(ValueError, match="expected a model of functions of one variable .* got"):
        gn.experiments.first_noise(gn.load(name))
