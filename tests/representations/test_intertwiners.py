"""Equivariant linear maps against Schur's lemma and known products."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from geomndp import groups
from geomndp.representations import (
    IrrepO2,
    IrrepO3,
    Pseudoscalar,
    Pseudovector,
    SymmetricTraceless,
    Trivial,
    Vector,
    intertwiners,
)

V2, V3 = Vector(2), Vector(3)

NUMBERS = {
    "vectors-O2": (V2, V2, groups.O(2), 1),
    "vectors-SO2": (V2, V2, groups.SO(2), 2),
    "vectors-O3": (V3, V3, groups.O(3), 1),
    "vectors-SO3": (V3, V3, groups.SO(3), 1),
    "vectors-T2": (V2, V2, groups.T(2), 4),
    "scalar-to-vector": (Trivial(1), V3, groups.SO(3), 0),
    "axis": (Trivial(1), V3, groups.Axial(), 1),
    "axis-with-equatorial-mirror": (Trivial(1), V3, groups.Axial(equatorial_mirror=True), 0),
    "pseudo-axis": (Trivial(1), Pseudovector(3), groups.Axial(equatorial_mirror=True), 1),
    "parity-kept-apart": (V3, Pseudovector(3), groups.O(3), 0),
    "parity-merged": (V3, Pseudovector(3), groups.SO(3), 1),
    "plane-parity-is-a-turn": (V2, Pseudovector(2), groups.O(2), 1),
    "cross-product": (V3 * V3, Pseudovector(3), groups.O(3), 1),
    "matrices": (V3 * V3, SymmetricTraceless(3), groups.O(3), 1),
    "symmetric-product": (
        SymmetricTraceless(3) * SymmetricTraceless(3),
        SymmetricTraceless(3),
        groups.O(3),
        1,
    ),
    "symmetries-of-a-square": (Trivial(1), IrrepO2(4), groups.D(4), 1),
    "e3nn-degree-2": (SymmetricTraceless(3), IrrepO3(2, 1), groups.O(3), 1),
    "copies": (V2 + V2, V2, groups.O(2), 2),
    "beside-time": (V2, V2, groups.SpaceTime(groups.E(2)), 1),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_number_of_maps_and_that_they_commute(case: str):
    source, target, group, expected = NUMBERS[case]
    maps = intertwiners(source, target, group)
    assert maps.shape == (expected, target.dim, source.dim)
    for seed in range(3):
        h = group.linear_part(group.sample(key=jax.random.key(100 + seed)))
        before, after = source.matrix(h), target.matrix(h)
        np.testing.assert_allclose(maps @ before, after @ maps, atol=1e-12)


@pytest.mark.parametrize("case", [name for name, item in NUMBERS.items() if item[3]])
def test_maps_are_independent_and_normed(case: str):
    source, target, group, expected = NUMBERS[case]
    rows = intertwiners(source, target, group).reshape((expected, -1))
    assert np.linalg.matrix_rank(rows) == expected
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), np.sqrt(target.dim))


def test_products_are_the_known_ones():
    a, b = np.array([1.0, 2.0, -0.5]), np.array([0.3, -1.0, 2.0])
    cross = intertwiners(V3 * V3, Pseudovector(3), groups.O(3))[0] @ np.kron(a, b)
    np.testing.assert_allclose(cross, np.cross(a, b) * (cross[0] / np.cross(a, b)[0]))
    dot = intertwiners(V3 * V3, Trivial(1), groups.O(3))[0] @ np.kron(a, b)
    np.testing.assert_allclose(dot, [a @ b / np.sqrt(3)])
    wedge = intertwiners(V2 * V2, Pseudoscalar(1), groups.O(2))[0] @ np.kron(a[:2], b[:2])
    np.testing.assert_allclose(wedge, [(a[0] * b[1] - a[1] * b[0]) / np.sqrt(2)])


def test_the_basis_does_not_depend_on_the_precision_of_jax():
    maps = intertwiners(V2 * V2, IrrepO2(2), groups.SO(2))
    assert maps.dtype == np.float64
    expected = np.array([[[1, 0, 0, -1], [0, 1, 1, 0]], [[0, 1, 1, 0], [-1, 0, 0, 1]]])
    np.testing.assert_allclose(maps, expected / np.sqrt(2), atol=1e-12)


def test_what_comes_out_can_be_changed_without_harm():
    intertwiners(V2, V2, groups.O(2))[:] = 0
    np.testing.assert_allclose(intertwiners(V2, V2, groups.O(2)), np.eye(2)[None])


def test_inside_a_compiled_function():
    found = jax.jit(lambda y: jnp.asarray(intertwiners(V2, V2, groups.O(2))[0]) @ y)(jnp.ones(2))
    np.testing.assert_allclose(found, np.ones(2))
