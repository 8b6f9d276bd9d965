"""A representation turns products into products, and is the one that its name says."""

from collections.abc import Callable

import e3nn_jax
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import REPRESENTATIONS

import geomndp as gn
from geomndp.representations import (
    AbstractRepresentation,
    DirectSum,
    Dual,
    IrrepO2,
    IrrepO3,
    Matrices,
    Pseudoscalar,
    Pseudovector,
    SymmetricTraceless,
    TensorProduct,
    Trivial,
    Vector,
)
from geomndp.testing import assert_representation

KEY = jax.random.key(0)


def element(dim: int, determinant: int, seed: int = 0) -> jax.Array:
    return gn.groups.O(dim).sample(key=jax.random.key(seed), determinant=determinant)


@pytest.mark.parametrize("rho", REPRESENTATIONS.values(), ids=REPRESENTATIONS)
def test_products_become_products(rho: AbstractRepresentation):
    assert_representation(rho, gn.groups.O(rho.linear_dim or 2), key=KEY)


@pytest.mark.parametrize("rho", REPRESENTATIONS.values(), ids=REPRESENTATIONS)
def test_matrices_keep_the_precision_of_the_group(rho: AbstractRepresentation):
    h = jnp.eye(rho.linear_dim or 2, dtype=jnp.float32)
    assert rho.matrix(h).dtype == jnp.float32


@pytest.mark.parametrize("determinant", [1, -1])
@pytest.mark.parametrize("degree", range(6))
def test_irreps_of_space_are_those_of_e3nn(degree: int, determinant: int):
    h = element(3, determinant)
    for parity in (1, -1):
        expected = e3nn_jax.Irrep(degree, parity).D_from_matrix(h)
        np.testing.assert_allclose(IrrepO3(degree, parity).matrix(h), expected, atol=1e-12)


@pytest.mark.parametrize("determinant", [1, -1])
@pytest.mark.parametrize(
    ("one", "other", "dim"),
    [
        (IrrepO3(1, -1), Vector(3), 3),
        (IrrepO3(1, 1), Pseudovector(3), 3),
        (IrrepO3(0, 1), Trivial(1), 3),
        (IrrepO3(0, -1), Pseudoscalar(), 3),
        (IrrepO2(1), Vector(2), 2),
        (IrrepO2(2), SymmetricTraceless(2), 2),
        (Dual(Vector(2)), Vector(2), 2),
        (Vector(2) * Trivial(1), Vector(2), 2),
    ],
    ids=str,
)
def test_equal_representations(
    one: AbstractRepresentation, other: AbstractRepresentation, dim: int, determinant: int
):
    h = element(dim, determinant)
    np.testing.assert_allclose(one.matrix(h), other.matrix(h), atol=1e-12)


def test_an_irrep_of_the_plane_turns_by_a_multiple_of_the_angle():
    angle = 0.7
    h = jnp.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    for order in (1, 2, 5):
        first = IrrepO2(order).matrix(h)[:, 0]
        np.testing.assert_allclose(
            first, [np.cos(order * angle), np.sin(order * angle)], atol=1e-12
        )


def test_irreps_are_smooth_where_euler_angles_are_not():
    generator = jnp.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    slope = jax.jacfwd(lambda t: IrrepO3(2, 1).matrix(jnp.eye(3) + t * generator))(0.0)
    np.testing.assert_allclose(slope, -slope.T, atol=1e-12)
    assert float(jnp.abs(slope).max()) > 1


@pytest.mark.parametrize("dim", [2, 3])
def test_symmetric_matrices_turn_on_both_sides(dim: int):
    rho = SymmetricTraceless(dim)
    h = element(dim, -1)
    y = jax.random.normal(KEY, (4, rho.dim))
    matrices = rho.to_matrix(y)
    np.testing.assert_allclose(jnp.trace(matrices, axis1=1, axis2=2), 0, atol=1e-12)
    np.testing.assert_allclose(rho.from_matrix(matrices), y, atol=1e-12)
    np.testing.assert_allclose(jnp.linalg.norm(matrices, axis=(1, 2)), jnp.linalg.norm(y, axis=1))
    turned = jnp.einsum("ij,njk,lk->nil", h, matrices, h)
    np.testing.assert_allclose(rho.to_matrix(y @ rho.matrix(h).T), turned, atol=1e-12)


def test_a_tensor_product_acts_on_outer_products():
    rho = Vector(2) * Pseudovector(2)
    v, w, h = jnp.array([1.0, 2.0]), jnp.array([-1.0, 0.5]), element(2, -1)
    turned = rho.matrix(h) @ jnp.outer(v, w).ravel()
    expected = jnp.outer(h @ v, -h @ w).ravel()
    np.testing.assert_allclose(turned, expected, atol=1e-12)


def test_the_dual_keeps_pairings():
    mirror = jnp.array([[1.0, 1.0], [0.0, -1.0]])  # its own inverse, and not orthogonal
    rho = Matrices(lambda h: jnp.where(jnp.linalg.det(h) > 0, jnp.eye(2), mirror), 2, 2, False)
    assert_representation(rho, gn.groups.O(2), key=KEY)
    assert_representation(Dual(rho), gn.groups.O(2), key=KEY)
    assert not Dual(rho).is_orthogonal
    assert not (rho + Vector(2)).is_orthogonal
    assert not (rho * Vector(2)).is_orthogonal
    h = element(2, -1)
    np.testing.assert_allclose(Dual(rho).matrix(h).T @ rho.matrix(h), np.eye(2), atol=1e-12)


def test_sums_are_flat_and_split():
    wind_and_more = Vector(2) + Trivial(1) + Pseudoscalar()
    assert isinstance(wind_and_more, DirectSum)
    assert len(wind_and_more.parts) == 3
    assert 2 * Vector(3) == DirectSum((Vector(3), Vector(3)))
    assert isinstance(Vector(2) * Vector(2), TensorProduct)
    parts = wind_and_more.split(jnp.arange(8.0).reshape(2, 4))
    assert [part.shape for part in parts] == [(2, 2), (2, 1), (2, 1)]
    h = element(2, -1)
    expected = np.zeros((4, 4))
    expected[:2, :2], expected[2, 2], expected[3, 3] = h, 1, -1
    np.testing.assert_allclose(wind_and_more.matrix(h), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Trivial(0), "dim=0"),
        (lambda: Pseudoscalar(-1), "dim=-1"),
        (lambda: Vector(0), "space_dim=0"),
        (lambda: SymmetricTraceless(1), "at least 2"),
        (lambda: IrrepO2(0), "order=0"),
        (lambda: IrrepO3(-1, 1), "degree=-1"),
        (lambda: IrrepO3(1, 0), "parity=0"),
        (lambda: Matrices(lambda h: h, 0), "size=0"),
        (lambda: DirectSum(()), "at least one part"),
        (lambda: Vector(2) + Vector(3), "one size"),
        (lambda: Vector(2) * Vector(3), "one size"),
        (lambda: Vector(2).matrix(jnp.eye(3)), "size 2, which .* got 3"),
        (lambda: Matrices(lambda h: h, 3).matrix(jnp.eye(2)), r"\(3, 3\), got \(2, 2\)"),
    ],
)
def test_what_makes_no_sense_is_refused(make: Callable, message: str):
    with pytest.raises(ValueError, match=message):
        make()
