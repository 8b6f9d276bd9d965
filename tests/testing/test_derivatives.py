"""Vector fields with curl or divergence are found, in any dimension."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from geomndp.testing import assert_curl_free, assert_divergence_free

KEY = jax.random.key(0)


def points(dim: int) -> jax.Array:
    return jax.random.normal(KEY, (12, dim))


def potential(x: Any) -> Any:
    return jnp.sin(x[0]) * x[1] + jnp.sum(x**2) / 2


def swirl(x: Any) -> Any:
    """The curl of a stream function, of the first two coordinates."""
    slope = jax.grad(lambda x: jnp.sin(x[0]) * jnp.cos(2 * x[1]))(x)
    return jnp.zeros_like(x).at[0].set(slope[1]).at[1].set(-slope[0])


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_gradients_and_curls_pass(dim: int):
    x = points(dim)
    assert_curl_free(jax.grad(potential), x, rtol=1e-12)
    assert_divergence_free(swirl, np.asarray(x), rtol=1e-12)


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_each_is_not_the_other(dim: int):
    x = points(dim)
    with pytest.raises(AssertionError, match=r"curl of .* between components \d and \d at x\["):
        assert_curl_free(swirl, x)
    with pytest.raises(AssertionError, match=r"a divergence of 0 within 1e-05 .* of it at x\[\d"):
        assert_divergence_free(jax.grad(potential), x)


def test_a_little_divergence_is_found():
    with pytest.raises(AssertionError, match="expected a divergence of 0"):
        assert_divergence_free(lambda x: swirl(x) + 1e-3 * x, points(2))


@pytest.mark.usefixtures("single_precision")
def test_single_precision():
    x = jnp.asarray(points(2), jnp.float32)
    assert_curl_free(jax.grad(potential), x)
    assert_divergence_free(swirl, x)


@pytest.mark.parametrize("check", [assert_curl_free, assert_divergence_free])
def test_fields_that_can_not_show_it_are_refused(check: Any):
    with pytest.raises(AssertionError, match="expected a field that varies"):
        check(lambda x: jnp.ones_like(x), points(2))
    with pytest.raises(AssertionError, match="expected a field that varies"):
        check(lambda x: 1e6 + 1e-14 * x, points(2))
    with pytest.raises(AssertionError, match="expected finite derivatives"):
        check(lambda x: jnp.sqrt(x - x), points(2))
    with pytest.raises(AssertionError, match=r"a field with 2 components .* got shape \(\)"):
        check(jnp.sum, points(2))
    with pytest.raises(ValueError, match="two dimensions or more, got dim=1"):
        check(lambda x: x, points(1))
