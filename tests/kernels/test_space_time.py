"""A kernel in space and time is the product of the two, and forgets neither."""

import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import KERNELS, locations, matrix_of

from geomndp.kernels import CurlFree, DivergenceFree, Matern12, Matern32, Matern52, SpaceTimeProduct

PLACES = DivergenceFree(Matern52(1.3, 0.7))
TIMES = Matern32(0.8, 0.7)
X = locations(KERNELS["space-time-winds"], 5)


def test_a_gram_matrix_is_the_product_of_those_of_places_and_of_times():
    gram = matrix_of(SpaceTimeProduct(PLACES, TIMES).gram(X))
    of_times = np.kron(matrix_of(TIMES.gram(X[:, 2:])), np.ones((2, 2)))
    np.testing.assert_allclose(gram, matrix_of(PLACES.gram(X[:, :2])) * of_times, rtol=1e-12)


def test_on_a_grid_of_places_and_times_it_is_a_kronecker_product():
    places, times = X[:3, :2], X[:2, 2:]
    grid = jnp.concatenate([jnp.repeat(places, 2, 0), jnp.tile(times, (3, 1))], -1)
    gram = (
        SpaceTimeProduct(PLACES, TIMES).gram(grid).transpose(0, 2, 1, 3).reshape(3, 2, 2, 3, 2, 2)
    )
    expected = np.einsum(
        "ipjq,st->ispjtq", PLACES.gram(places).transpose(0, 2, 1, 3), TIMES.gram(times)[:, :, 0, 0]
    )
    np.testing.assert_allclose(gram, expected, rtol=1e-12)


def test_times_apart_tell_less():
    kernel = SpaceTimeProduct(CurlFree(Matern52(1.3, 0.7)), Matern12(0.8, 1.0))
    here = jnp.zeros(3)
    variances = [
        float(kernel(here, here.at[2].set(hours))[0, 0]) for hours in (0.0, 0.8, -0.8, 8.0)
    ]
    assert variances == pytest.approx([0.7, 0.7 / np.e, 0.7 / np.e, 0.0], abs=1e-4)
