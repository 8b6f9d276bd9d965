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
    "scalar": SquaredExponential(0.5, 2.0) + White(0.2),
    "wind": helmholtz(Matern52(0.5, 1.0), Matern52(0.7, 2.0)) + White(0.1, 2),
    "wind-and-scalar": DirectSum(
        (helmholtz(Matern52(0.5, 1.0), Matern52(0.7, 2.0)), Matern52(0.5, 1.0))
    )
    + DirectSum((White(0.1, 2), White(0.3))),
    "globe": SphericalMatern(2.5, 0.5, variance=1.0, n_degrees=12) + 2.0 * White(0.1),
    "wind-on-the-globe": HodgeCurlFree(SPECTRUM)
    + HodgeDivergenceFree(SPECTRUM)
    + TangentWhite(0.2),
}


def places(name: str, n: int, seed: int) -> Any:
    if "globe" in name:
        return GLOBE.random_uniform((n,), key=jax.random.key(seed))
    return jnp.asarray(np.random.default_rng(seed).uniform(size=(n, 2)))


def case(name: str) -> tuple[gn.GaussianProcess, Any, Any, Any]:
    law, x = gn.GaussianProcess(KERNELS[name]), places(name, 6, 0)
    return law, x, law.sample(x, key=jax.random.key(1)), places(name, 3, 2)


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
    n_draws, noise = 4000, 0.05

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
    assert np.abs(covariance - prior.reshape(size, size)).max() > 0.3 * largest


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
