"""Draws of a Gaussian process given values, as functions, against its exact posterior."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import quick_jit

import geomndp as gn
from geomndp.gp import PathwisePosterior
from geomndp.kernels import (
    DirectSum,
    HodgeCurlFree,
    HodgeDivergenceFree,
    Matern52,
    SphericalHeat,
    SphericalMatern,
    SquaredExponential,
    TangentWhite,
    White,
    helmholtz,
)

RNG = np.random.default_rng(0)
GLOBE = gn.manifolds.Sphere(2)
WIND = helmholtz(Matern52(0.5, 1.0), Matern52(0.7, 2.0))
SPECTRUM = SphericalHeat(0.5, variance=2.0, n_degrees=8)
KERNELS: dict[str, Any] = {
    "scalar": SquaredExponential(0.5, 2.0) + White(2.0),
    "wind": WIND + White(3.0, 2),
    "wind-and-scalar": DirectSum((WIND, Matern52(0.5, 1.0)))
    + DirectSum((White(3.0, 2), White(1.0))),
    "globe": 2.0 * (SphericalMatern(2.5, 0.5, variance=1.0, n_degrees=12) + White(1.0)),
    "wind-on-the-globe": HodgeCurlFree(SPECTRUM)
    + HodgeDivergenceFree(SPECTRUM)
    + TangentWhite(4.0),
}
"""With as much noise as there is signal, so that a draw that leaves noise out is found."""


def places(name: str, n: int, seed: int) -> Any:
    if "globe" in name:
        return GLOBE.random_uniform((n,), key=jax.random.key(seed))
    return jnp.asarray(np.random.default_rng(seed).uniform(size=(n, 2)))


def case(name: str) -> tuple[gn.GaussianProcess, Any, Any, Any]:
    law, x = gn.GaussianProcess(KERNELS[name]), places(name, 6, 0)
    asked = jnp.concatenate([x[:2], places(name, 2, 2)])
    return law, x, law.sample(x, key=jax.random.key(1)), asked


@pytest.mark.parametrize("name", KERNELS)
def test_values_move_a_draw_as_they_move_the_mean(name: str):
    """Draws of one key differ by what the mean of the exact posterior differs, by nothing else."""
    law, x, y, asked = case(name)
    noise = jnp.linspace(0.1, 0.3, len(x))

    @quick_jit
    def both(y: Any) -> Any:
        given = PathwisePosterior(law, x, noise_variance=noise)
        draws = [
            given.sample(each, n_features=4, key=jax.random.key(3))(asked) for each in (y, 0 * y)
        ]
        means = [law.condition(x, each, noise_variance=noise).mean(asked) for each in (y, 0 * y)]
        return draws[0] - draws[1], means[0] - means[1]

    found, expected = both(y)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert np.abs(expected).max() > 0.01


@pytest.mark.parametrize("name", KERNELS)
def test_draws_have_the_moments_of_the_posterior(name: str):
    law, x, y, asked = case(name)
    n_draws, noise = 4000, jnp.linspace(0.0, 4.0, len(x))

    @quick_jit
    def draws(y: Any) -> Any:
        given = PathwisePosterior(law, x, noise_variance=noise)
        one = lambda key: given.sample(y, n_features=16, key=key)(asked)  # noqa: E731
        return jax.lax.map(one, jax.random.split(jax.random.key(4), n_draws), batch_size=500)

    found = np.asarray(draws(y)).reshape(n_draws, -1)
    mean, covariance = law.condition(x, y, noise_variance=noise).mean_and_covariance(asked)
    size = found.shape[1]
    covariance = np.asarray(covariance).transpose(0, 2, 1, 3).reshape(size, size)
    prior = np.asarray(law.kernel.cross_covariance(asked, asked)).transpose(0, 2, 1, 3)
    largest = np.abs(prior).max()
    off = 5 * (largest / n_draws) ** 0.5
    np.testing.assert_allclose(found.mean(0), np.ravel(mean), atol=off)
    np.testing.assert_allclose(np.cov(found.T), covariance, atol=5 * largest * (2 / n_draws) ** 0.5)
    # Which draws that know nothing of the values have not.
    assert np.abs(covariance - prior.reshape(size, size)).max() > 10 * largest / n_draws**0.5


@pytest.mark.parametrize("name", KERNELS)
def test_new_values_have_the_white_noise_of_the_kernel(name: str):
    law, x, y, asked = case(name)
    given = PathwisePosterior(law, x)
    keys = jax.random.split(jax.random.key(5), 2000)
    draw = quick_jit(jax.vmap(lambda key: given.sample_values(y, asked, n_features=2, key=key)))
    smooth = quick_jit(
        jax.vmap(lambda key: given.sample(y, n_features=2, key=jax.random.split(key)[0])(asked))
    )
    noise = draw(keys) - smooth(keys)
    expected = law.kernel.operator(asked).diagonal() - jnp.diagonal(
        jax.vmap(law.kernel)(asked, asked), axis1=1, axis2=2
    )
    assert float(jnp.max(expected)) > 0.5
    np.testing.assert_allclose(noise.var(0), expected, atol=0.2 * float(jnp.max(expected)))
    np.testing.assert_allclose(noise.mean(0), 0, atol=0.2)


def test_a_draw_is_smooth_and_goes_through_exact_values():
    law = gn.GaussianProcess(SquaredExponential(0.5, 2.0))
    x = places("scalar", 5, 0)
    y = law.sample(x, key=jax.random.key(1))
    draw = PathwisePosterior(law, x, jitter=1e-9).sample(y, key=jax.random.key(2))
    np.testing.assert_allclose(draw(x), y, atol=1e-5)
    point, step = jnp.array([0.3, 0.4]), 1e-5
    slope = (draw.at(point.at[0].add(step)) - draw.at(point.at[0].add(-step))) / (2 * step)
    np.testing.assert_allclose(jax.jacfwd(draw.at)(point)[:, 0], slope, atol=1e-5)


def test_what_has_no_functions_and_other_numbers_of_values_are_refused():
    x, y = places("scalar", 3, 0), jnp.zeros((3, 1))
    with pytest.raises(ValueError, match=r"expected values of shape \(3, 1\)"):
        PathwisePosterior(gn.GaussianProcess(SquaredExponential(1.0, 1.0)), x).sample(
            y[:2], key=jax.random.key(0)
        )
    hidden = SquaredExponential(1.0, 1.0) * (SquaredExponential(1.0, 1.0) + White(1.0))
    with pytest.raises(ValueError, match="White"):
        PathwisePosterior(gn.GaussianProcess(hidden), x).sample(y, key=jax.random.key(0))
