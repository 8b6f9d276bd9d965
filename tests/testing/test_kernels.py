"""Kernels of invariant fields pass; kernels with an axis, and what is no kernel, do not."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.groups import E, O, T
from geomndp.representations import Pseudoscalar, Trivial, Vector
from geomndp.testing import assert_kernel_equivariant, assert_positive_definite

KEY = jax.random.key(0)
WIND = gn.FieldType(E(2), Vector(2))
X = np.random.default_rng(0).normal(size=(10, 2))


def radial(x1: Any, x2: Any) -> Any:
    return jnp.exp(-jnp.sum((x1 - x2) ** 2) / 2)


def curl_free(x1: Any, x2: Any) -> Any:
    return jax.jacfwd(jax.jacrev(radial, 0), 1)(x1, x2)


def isotropic(x1: Any, x2: Any) -> Any:
    return radial(x1, x2) * jnp.eye(2)


@pytest.mark.parametrize("kernel", [isotropic, jax.jit(curl_free)], ids=["isotropic", "curl-free"])
def test_kernels_pass(kernel: Any):
    assert_kernel_equivariant(kernel, WIND, key=KEY, rtol=1e-10)
    assert_positive_definite(kernel, X)


def test_a_kernel_in_numpy_passes():
    def kernel(x1: Any, x2: Any) -> Any:
        return np.exp(-np.sum((np.asarray(x1) - np.asarray(x2)) ** 2)) * np.eye(2)

    assert_kernel_equivariant(kernel, WIND, key=KEY, x=X[:3])
    assert_positive_definite(kernel, X)


@pytest.mark.usefixtures("single_precision")
def test_kernels_pass_in_single_precision():
    assert_kernel_equivariant(jax.jit(curl_free), WIND, key=KEY)


def test_lengthscales_of_axes_break_rotation():
    scales = jnp.array([1.0, 1.3])

    def kernel(x1: Any, x2: Any) -> Any:
        return isotropic(x1 / scales, x2 / scales)

    assert_kernel_equivariant(kernel, gn.FieldType(T(2), Vector(2)), key=KEY)
    with pytest.raises(AssertionError, match=r"k\(gx, gx'\) = rho k.* under a r"):
        assert_kernel_equivariant(kernel, WIND, key=KEY)


def test_variances_of_components_break_rotation():
    def kernel(x1: Any, x2: Any) -> Any:
        return radial(x1, x2) * jnp.diag(jnp.array([1.0, 2.0]))

    with pytest.raises(AssertionError, match="under a r"):
        assert_kernel_equivariant(kernel, WIND, key=KEY)


def test_a_linear_kernel_breaks_translation():
    def kernel(x1: Any, x2: Any) -> Any:
        return jnp.dot(x1, x2) * jnp.eye(2)

    assert_kernel_equivariant(kernel, gn.FieldType(O(2), Vector(2)), key=KEY)
    with pytest.raises(AssertionError, match="under a translation"):
        assert_kernel_equivariant(kernel, WIND, key=KEY)


def test_a_scalar_coupled_to_a_pseudoscalar_breaks_reflection():
    def kernel(x1: Any, x2: Any) -> Any:
        return radial(x1, x2) * jnp.array([[1.0, 0.5], [0.5, 1.0]])

    both = gn.FieldType(E(2), Trivial() + Pseudoscalar())
    with pytest.raises(AssertionError, match="under a reflection"):
        assert_kernel_equivariant(kernel, both, key=KEY)


def test_points_are_drawn_on_the_domain():
    seen = []

    def kernel(x1: Any, x2: Any) -> Any:
        seen.append(np.linalg.norm(x1))
        return jnp.exp(jnp.dot(x1, x2))[None, None]

    assert_kernel_equivariant(
        kernel, gn.FieldType(O(3), Trivial(), domain=gn.manifolds.Sphere(2)), key=KEY
    )
    np.testing.assert_allclose(seen, 1)


def test_zero_and_other_shapes_are_refused():
    with pytest.raises(AssertionError, match="other than zero"):
        assert_kernel_equivariant(lambda *_: jnp.zeros((2, 2)), WIND, key=KEY)
    with pytest.raises(AssertionError, match=r"shape \(2, 2\) for two points, got \(\)"):
        assert_kernel_equivariant(radial, WIND, key=KEY)


def test_a_gram_matrix_alone_is_checked():
    root = np.random.default_rng(1).normal(size=(8, 8))
    gram = (root @ root.T).reshape(4, 2, 4, 2).transpose(0, 2, 1, 3)
    assert_positive_definite(gram)
    with pytest.raises(AssertionError, match="no eigenvalue below .* the covariance of no field"):
        assert_positive_definite(-gram)


def test_an_indefinite_kernel_is_refused():
    def distance(x1: Any, x2: Any) -> Any:
        return np.full((1, 1), np.linalg.norm(x1 - x2))

    with pytest.raises(AssertionError, match=r"expected no eigenvalue below -1e-05 .* got -"):
        assert_positive_definite(distance, X)


def test_an_asymmetric_kernel_is_refused():
    def kernel(x1: Any, x2: Any) -> Any:
        turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
        return np.exp(-np.sum((x1 - x2) ** 2)) * (np.eye(2) + 0.1 * turn)

    with pytest.raises(AssertionError, match=r"expected K\(x, x'\) = K\(x', x\)ᵀ .* points \d"):
        assert_positive_definite(kernel, X)


@pytest.mark.parametrize(
    ("value", "message"), [(0.0, "other than zero"), (np.nan, "expected finite")]
)
def test_degenerate_kernels_are_refused(value: float, message: str):
    with pytest.raises(AssertionError, match=message):
        assert_positive_definite(lambda *_: np.full((1, 1), value), X)


def test_a_kernel_and_its_points_come_together():
    with pytest.raises(ValueError, match="got a kernel without points"):
        assert_positive_definite(isotropic)
    with pytest.raises(ValueError, match="got points and a matrix"):
        assert_positive_definite(np.ones((10, 10, 1, 1)), X)
    with pytest.raises(AssertionError, match=r"a square matrix for two points, got \(\)"):
        assert_positive_definite(radial, X)
