"""Random features have the kernel as their mean, and their draws are what they say."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import KERNELS, STATIONARY, locations, matrix_of, quick_jit
from standard_errors import assert_mean, second_moments

from geomndp.kernels import (
    AbstractKernel,
    Constant,
    CurlFree,
    Matern32,
    Matern52,
    PotentialCoupled,
    RandomFeatures,
    RandomFunction,
    SquaredExponential,
)

N_SETS, N_FEATURES = 30, 512
DRAWN = ("coregionalised-winds", "divergence-free-3", "potential-coupled-angled")


def waves(features: RandomFeatures, x: Any) -> np.ndarray:
    """The complex waves of the formula, an array of points, coordinates and waves."""
    phases = np.asarray(x) @ np.asarray(features.frequencies).T
    amplitudes = np.asarray(features.real) + 1j * np.asarray(features.imaginary)
    return np.exp(1j * phases)[:, None] * amplitudes.T


def covariances(kernel: AbstractKernel, x: Any, x2: Any) -> np.ndarray:
    """Those of independent sets of features, each an average over its frequencies."""

    def of_set(key: Any) -> np.ndarray:
        features = kernel.random_features(N_FEATURES, x.shape[1], key=key)
        return np.einsum("ipk,jqk->ijpq", waves(features, x), waves(features, x2).conj()).real

    return np.stack([of_set(key) for key in jax.random.split(jax.random.key(1), N_SETS)])


def two_sets(name: str) -> tuple[Any, Any]:
    """Locations of which two are the same."""
    x = locations(KERNELS[name], 2)
    return x, locations(KERNELS[name], 3, seed=1).at[0].set(x[0])


@pytest.mark.parametrize("name", STATIONARY)
def test_the_mean_over_frequencies_is_the_kernel(name: str):
    kernel, (x, x2) = KERNELS[name].kernel, two_sets(name)
    assert_mean(covariances(kernel, x, x2), kernel.cross_covariance(x, x2))


class OtherFrequencies(Matern52):
    """With the spectral measure of another kernel."""

    def sample_frequencies(self, n_features: int, dim_x: int, *, key: Any) -> Any:
        other = Matern32(self.lengthscale, self.variance)
        return other.sample_frequencies(n_features, dim_x, key=key)


WRONG: dict[str, tuple[AbstractKernel, AbstractKernel]] = {
    "frequencies": (OtherFrequencies(0.9, 1.5), Matern52(0.9, 1.5)),
    "variance": (1.05 * SquaredExponential(0.8, 1.5), SquaredExponential(0.8, 1.5)),
    "angle": (
        PotentialCoupled(SquaredExponential(0.8, 1.5), 0.6, angle=0.6),
        PotentialCoupled(SquaredExponential(0.8, 1.5), 0.6, angle=0.7),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_features_of_another_kernel_are_found(name: str):
    planted, kernel = WRONG[name]
    x, x2 = two_sets("curl-free-2")
    with pytest.raises(AssertionError, match="off by"):
        assert_mean(covariances(planted, x, x2), kernel.cross_covariance(x, x2))


def test_factors_with_other_numbers_of_waves_make_a_product():
    """One wave, and several terms of different numbers of waves; few, so that each counts."""
    smooth, rough = SquaredExponential(0.8, 1.5), SquaredExponential(0.3, 0.7)
    level, one = Constant(0.5), jnp.zeros((1, 2))
    for left, right in [
        (level, smooth),
        (level + smooth, level + smooth + 2.0 * level + rough),
    ]:
        kernel = left * right

        def variance(key: Any, kernel: AbstractKernel = kernel) -> Any:
            return jnp.sum(kernel.random_features(3, 2, key=key)(one) ** 2)

        found = quick_jit(jax.vmap(variance))(jax.random.split(jax.random.key(0), 500))
        assert_mean(found, kernel(one[0], one[0])[0, 0])


@pytest.mark.parametrize("name", DRAWN)
def test_draws_have_the_covariance_of_the_kernel(name: str):
    kernel, x = KERNELS[name].kernel, locations(KERNELS[name], 3)

    def draw(key: Any) -> Any:
        of_features, of_draw = jax.random.split(key)
        features = kernel.random_features(8, x.shape[1], key=of_features)
        return features.sample(key=of_draw)(x)

    draws = quick_jit(jax.vmap(draw))(jax.random.split(jax.random.key(2), 3000))
    assert_mean(draws, np.zeros(draws.shape[1:]))
    assert_mean(second_moments(draws), matrix_of(kernel.gram(x)))


def test_a_draw_is_a_sum_of_the_waves_with_normal_weights():
    case = KERNELS["potential-coupled-angled"]
    features = case.kernel.random_features(5, 2, key=jax.random.key(0))
    x, key = locations(case, 4), jax.random.key(7)
    weights = jax.random.normal(key, (2, 5)).ravel()
    np.testing.assert_allclose(features.sample(key=key)(x), features(x) @ weights, atol=1e-13)


def test_columns_are_the_waves_of_the_formula():
    rng = np.random.default_rng(0)
    frequencies, amplitudes = rng.normal(size=(4, 2)), rng.normal(size=(2, 4, 3))
    features = RandomFeatures(jnp.asarray(frequencies), *map(jnp.asarray, amplitudes))
    x = rng.normal(size=(5, 2))
    found, expected = np.asarray(features(jnp.asarray(x))), waves(features, x)
    np.testing.assert_allclose(found[..., :4], np.real(expected), atol=1e-14)
    np.testing.assert_allclose(found[..., 4:], np.imag(expected), atol=1e-14)


def test_a_random_function_is_a_sum_of_cosines_and_sines():
    rng = np.random.default_rng(0)
    frequencies, cosines, sines = rng.normal(size=(3, 4, 2))
    function = RandomFunction(*map(jnp.asarray, (frequencies, cosines, sines)))
    x = rng.normal(size=(5, 2))
    expected = np.sum(
        [
            c * np.cos(x @ w)[:, None] + s * np.sin(x @ w)[:, None]
            for w, c, s in zip(frequencies, cosines, sines, strict=True)
        ],
        axis=0,
    )
    np.testing.assert_allclose(function(jnp.asarray(x)), expected, atol=1e-14)
    np.testing.assert_allclose(function.at(jnp.asarray(x[2])), expected[2], atol=1e-14)


def test_there_are_as_many_waves_as_was_asked_for():
    features = CurlFree(SquaredExponential(0.9, 1.5)).random_features(7, 2, key=jax.random.key(0))
    assert features.frequencies.shape == features.real.shape == features.imaginary.shape == (7, 2)
    assert features(jnp.zeros((3, 2))).shape == (3, 2, 14)
