"""Tangent fields on the globe with curl or divergence are found."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.testing import (
    assert_surface_curl_free,
    assert_surface_divergence_free,
    surface_curl,
    surface_divergence,
)

X = gn.manifolds.Sphere(2).random_uniform((12,), key=jax.random.key(0))
"""Points with no pole among them."""


def height(x: Any) -> Any:
    """A harmonic of degree 2: minus its Laplacian is six times itself."""
    return x[0] * x[2]


def gradient(x: Any) -> Any:
    slope = jax.grad(height)(x)
    return slope - x * (x @ slope)


def swirl(x: Any) -> Any:
    return jnp.cross(x, jax.grad(height)(x))


def across(x: Any) -> Any:
    return gradient(x) + 0.01 * x


def by_latitude_and_longitude(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Divergence and curl of gradient + 2 swirl, by differences of components east and north."""

    def components(longitude: Any, latitude: Any) -> tuple[Any, Any, Any]:
        sine, cosine = np.sin(longitude), np.cos(longitude)
        zero = np.zeros_like(longitude)
        out = np.stack([np.cos(latitude) * cosine, np.cos(latitude) * sine, np.sin(latitude)], -1)
        east = np.stack([-sine, cosine, zero], -1)
        value = np.asarray(jax.vmap(lambda x: gradient(x) + 2 * swirl(x))(jnp.asarray(out)))
        return np.sum(east * value, -1), np.sum(np.cross(out, east) * value, -1), np.cos(latitude)

    longitude, latitude, h = np.arctan2(x[:, 1], x[:, 0]), np.arcsin(x[:, 2]), 1e-5
    west, east = (components(longitude + s, latitude) for s in (-h, h))
    south, north = (components(longitude, latitude + s) for s in (-h, h))
    cosine = np.cos(latitude)
    # In components u and v: (du/dlon + d(v cos)/dlat) / cos, and (dv/dlon - d(u cos)/dlat) / cos.
    divergence = (east[0] - west[0]) + (north[1] * north[2] - south[1] * south[2])
    curl = (east[1] - west[1]) - (north[0] * north[2] - south[0] * south[2])
    return divergence / (2 * h * cosine), curl / (2 * h * cosine)


def test_derivatives_are_those_in_latitude_and_longitude():
    divergence, curl = by_latitude_and_longitude(np.asarray(X))
    f = lambda x: gradient(x) + 2 * swirl(x)  # noqa: E731
    np.testing.assert_allclose(surface_divergence(f, X), divergence, atol=1e-8)
    np.testing.assert_allclose(surface_curl(f, X), curl, atol=1e-8)
    laplacian = -6 * jax.vmap(height)(X)
    np.testing.assert_allclose(divergence, laplacian, atol=1e-8)
    np.testing.assert_allclose(curl, 2 * laplacian, atol=1e-8)


def test_it_is_of_no_account_how_a_field_is_continued():
    continued = lambda x: gradient(x / jnp.linalg.norm(x)) * jnp.sum(x**2)  # noqa: E731
    for derivative in (surface_divergence, surface_curl):
        np.testing.assert_allclose(derivative(continued, X), derivative(gradient, X), atol=1e-13)


def test_each_is_not_the_other():
    assert_surface_curl_free(gradient, X, rtol=1e-13)
    assert_surface_divergence_free(swirl, np.asarray(X), rtol=1e-13)
    with pytest.raises(AssertionError, match=r"a surface curl of 0 within 1e-04 .* at x\[\d"):
        assert_surface_curl_free(swirl, X)
    with pytest.raises(AssertionError, match=r"a surface divergence of 0 within 1e-04 .* x\[\d"):
        assert_surface_divergence_free(gradient, X)


def test_a_little_is_found():
    with pytest.raises(AssertionError, match="expected a surface divergence of 0"):
        assert_surface_divergence_free(lambda x: swirl(x) + 1e-3 * gradient(x), X)
    with pytest.raises(AssertionError, match="expected a surface curl of 0"):
        assert_surface_curl_free(lambda x: gradient(x) + 1e-3 * swirl(x), X)


@pytest.mark.parametrize("check", [assert_surface_curl_free, assert_surface_divergence_free])
def test_fields_that_can_not_show_it_are_refused(check: Any):
    with pytest.raises(AssertionError, match="expected tangent vectors, got one with a part"):
        check(across, X)
    with pytest.raises(AssertionError, match="expected a field that varies"):
        check(lambda x: 0 * x, X)
    with pytest.raises(AssertionError, match="expected finite derivatives"):
        check(lambda x: jnp.sqrt(x - x), X)
    with pytest.raises(AssertionError, match=r"with 3 components at a point, got shape \(\)"):
        check(height, X)
