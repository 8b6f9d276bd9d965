"""Groups: their laws, the laws of their draws, and what each of them does."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import GROUPS
from standard_errors import assert_mean, second_moments

import geomndp as gn
from geomndp.groups import SE, SO, AbstractGroup, Axial, C, D, E, InputOutput, O, SpaceTime, T
from geomndp.testing import assert_group

KEY = jax.random.key(0)


def draws(group: AbstractGroup, n: int = 4000, determinant: int | None = None):
    keys = jax.random.split(jax.random.key(3), n)
    return jax.vmap(lambda key: group.sample(key=key, determinant=determinant))(keys)


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_axioms(group: AbstractGroup):
    assert_group(group, key=KEY)


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_a_determinant_that_no_element_has_is_refused(group: AbstractGroup):
    for determinant in {1, -1, 2} - set(group.determinants):
        with pytest.raises(ValueError, match=f"got {determinant}"):
            group.sample(key=KEY, determinant=determinant)


@pytest.mark.parametrize("group", [T(2), E(3), SpaceTime(E(2))], ids=str)
def test_actions_are_in_the_precision_of_the_locations(group: AbstractGroup):
    x = jnp.ones((4, group.dim), jnp.float32)
    assert group.act(group.sample(key=KEY), x).dtype == jnp.float32


def test_shifts_are_standard_normal():
    shifts = draws(E(2)).shift
    assert_mean(shifts, 0)
    assert_mean(second_moments(shifts), np.eye(2))


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_rotations_are_uniform(dim: int):
    """Haar measure: every entry has mean 0, and products those of a random orthonormal frame."""
    matrices = draws(O(dim))
    assert_mean(matrices, 0)
    assert_mean(matrices**2, 1 / dim)
    # The trace of a uniform orthogonal matrix has variance 1 in every dimension.
    assert_mean(jnp.trace(matrices, axis1=1, axis2=2) ** 2, 1)
    assert_mean(jnp.linalg.det(matrices), 0)


def test_angles_of_rotations_in_space_are_those_of_haar_measure():
    """The trace 1 + 2 cos a of a uniform rotation has the density (1 - cos a)/pi: mean 0."""
    traces = jnp.trace(draws(SO(3)), axis1=1, axis2=2)
    assert_mean(traces, 0)
    assert_mean(traces**3, 1)  # number of times that the trivial irrep is in the cube of vectors


@pytest.mark.parametrize("determinant", [1, -1])
def test_determinants_are_chosen(determinant: int):
    for group in (O(2), E(3), D(3), Axial(True, True), SpaceTime(E(2)), InputOutput(T(1), O(3))):
        linear = jax.vmap(group.linear_part)(draws(group, 20, determinant))
        np.testing.assert_allclose(jnp.linalg.det(linear), determinant, atol=1e-12)


def distinct(matrices: jax.Array) -> int:
    return len({tuple(np.round(np.asarray(m).ravel(), 9) + 0.0) for m in matrices})


@pytest.mark.parametrize("group", [C(1), C(5), D(1), D(4)], ids=str)
def test_finite_groups_are_closed_and_drawn_evenly(group: C | D):
    elements = group.elements()
    size = len(elements)
    assert distinct(elements) == size == group.order * len(group.determinants)
    products = jnp.einsum("aij,bjk->abik", elements, elements).reshape(-1, 2, 2)
    assert distinct(jnp.concatenate([products, elements])) == size
    drawn = draws(group, 2000)
    which = jnp.abs(drawn[:, None] - elements[None]).max((-1, -2)) < 1e-9
    assert_mean(which.astype(float), 1 / size)


def test_the_axis_and_its_mirrors():
    pole = jnp.array([0.0, 0.0, 1.0])
    plain, mirrored = draws(Axial(), 8), draws(Axial(equatorial_mirror=True), 50)
    np.testing.assert_array_equal(plain @ pole, jnp.broadcast_to(pole, (8, 3)))
    assert set(np.asarray(mirrored[:, 2, 2])) == {1.0, -1.0}
    meridional = draws(Axial(meridional_mirror=True), 8, -1)
    np.testing.assert_array_equal(meridional @ pole, jnp.broadcast_to(pole, (8, 3)))
    assert len(draws(Axial(True, True), 8, 1)[:, 2, 2]) == 8


def test_space_and_time_move_apart():
    group = SpaceTime(E(2))
    g = group.sample(key=KEY)
    x = jax.random.normal(KEY, (5, 3))
    moved = group.act(g, x)
    np.testing.assert_allclose(moved[:, :2], E(2).act(g[0], x[:, :2]))
    np.testing.assert_allclose(moved[:, 2] - x[:, 2], jnp.broadcast_to(g[1], 5))
    assert group.linear_part(g).shape == (2, 2)


def test_input_and_output_move_apart():
    group = InputOutput(T(1), SO(3))
    g = group.sample(key=KEY)
    x = jnp.zeros((2, 1))
    np.testing.assert_allclose(group.act(g, x), jnp.broadcast_to(g[0], (2, 1)))
    np.testing.assert_array_equal(group.linear_part(g), g[1])


def test_a_batch_of_elements_acts_under_vmap():
    group = SE(2)
    x = jax.random.normal(KEY, (7, 2))
    elements = draws(group, 3)
    together = jax.vmap(group.act, (0, None))(elements, x)
    third = jax.tree.map(lambda part: part[2], elements)
    np.testing.assert_allclose(together[2], group.act(third, x), atol=1e-12)


@pytest.mark.parametrize("group", [T, O, SO, E, SE, gn.groups.Trivial])
@pytest.mark.parametrize("dim", [0, -1])
def test_dimensions_below_one_are_refused(group: type, dim: int):
    with pytest.raises(ValueError, match=f"at least 1, got dim={dim}"):
        group(dim).sample(key=KEY)


@pytest.mark.parametrize("group", [C, D])
def test_orders_below_one_are_refused(group: type):
    with pytest.raises(ValueError, match="order=0"):
        group(0)
