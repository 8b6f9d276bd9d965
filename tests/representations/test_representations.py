"""A representation turns products into products."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from inventory import REPRESENTATIONS

import geomndp as gn
from geomndp.representations import AbstractRepresentation


def orthogonal(seed: int, dim: int = 2) -> np.ndarray:
    factor, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(dim, dim)))
    return factor


def assert_representation(rho: AbstractRepresentation) -> None:
    g, h = orthogonal(0), orthogonal(1)

    def matrix(linear_part: np.ndarray) -> np.ndarray:
        return np.asarray(rho.matrix(jnp.asarray(linear_part)))

    assert matrix(g).shape == (rho.dim, rho.dim)
    np.testing.assert_allclose(matrix(g @ h), matrix(g) @ matrix(h), atol=1e-13)
    np.testing.assert_allclose(matrix(np.eye(2)), np.eye(rho.dim), atol=1e-13)


@pytest.mark.parametrize("rho", REPRESENTATIONS.values(), ids=REPRESENTATIONS)
def test_products_become_products(rho: AbstractRepresentation):
    assert_representation(rho)


class Doubled(gn.representations.Trivial):
    def matrix(self, h: Any) -> Any:
        return 2 * jnp.eye(self.dim)


class Reversed(gn.representations.Trivial):
    def matrix(self, h: Any) -> Any:
        return h.T


@pytest.mark.parametrize("wrong", [Doubled, Reversed])
def test_what_is_no_representation_is_found(wrong: type[gn.representations.Trivial]):
    with pytest.raises(AssertionError):
        assert_representation(wrong(2))


def test_the_trivial_one_keeps_the_precision_of_the_group():
    assert gn.representations.Trivial(2).matrix(jnp.eye(3, dtype=jnp.float32)).dtype == jnp.float32


@pytest.mark.parametrize("dim", [0, -2])
def test_dimensions_below_one_are_refused(dim: int):
    with pytest.raises(ValueError, match=f"at least 1, got dim={dim}"):
        gn.representations.Trivial(dim)
