"""What is particular to networks on spheres."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from network_cases import on_globe, spherical, tracks
from random_fields import random_field, random_params

import geomndp as gn
from geomndp import groups
from geomndp.networks import SphereEquivariant
from geomndp.representations import Trivial, Vector

SCALE = jnp.array(0.2)
GLOBE = gn.manifolds.Sphere(2)


def rotated(network: SphereEquivariant, h: jax.Array) -> float:
    """By how much the value at a turned wind field misses the turned value, relatively."""
    field = random_field(network.field_type, 6, seed=0)
    params = random_params(network, field, seed=0)
    apply = jax.jit(network.apply)
    value = apply(params, SCALE, field.x, field.y, field.mask)
    found = apply(params, SCALE, field.x @ h.T, field.y @ h.T, field.mask)
    return float(jnp.abs(found - value @ h.T).max() / jnp.abs(value).max())


ABOUT_AXIS = groups.Axial().sample(key=jax.random.key(0))
TURN = groups.SO(3).sample(key=jax.random.key(0))
MIRROR = groups.O(3).sample(key=jax.random.key(0), determinant=-1)
EQUATORIAL = jnp.diag(jnp.array([1.0, 1.0, -1.0]))


@pytest.mark.parametrize(
    ("group", "kept", "broken"),
    [
        (groups.SO(3), [TURN], [MIRROR]),
        (groups.Axial(), [ABOUT_AXIS], [TURN, EQUATORIAL]),
        (groups.Axial(equatorial_mirror=True), [ABOUT_AXIS, EQUATORIAL], [TURN, MIRROR]),
    ],
    ids=["rotations", "axis", "axis-and-equator"],
)
def test_a_wind_field_has_the_symmetry_of_its_group_and_no_more(group, kept, broken):
    network = spherical(on_globe(group, Vector(3)), tangent=True)
    assert max(rotated(network, h) for h in kept) < 1e-11
    assert min(rotated(network, h) for h in broken) > 1e-3


def test_winds_are_tangent_only_if_they_are_said_to_be():
    for tangent in (True, False):
        network = spherical(on_globe(groups.SO(3), Vector(3)), tangent=tangent)
        field = random_field(network.field_type, 6, seed=0)
        params = random_params(network, field, seed=0)
        value = jax.jit(network.apply)(params, SCALE, field.x, field.y, field.mask)
        along = np.abs(np.sum(value * field.x, -1)).max() / np.abs(value).max()
        assert (along < 1e-12) == tangent


def test_a_wind_is_seen_at_the_poles():
    """There is no frame, which could not be continuous: values near a pole differ by little."""
    network = spherical(on_globe(groups.Axial(), Vector(3)), tangent=True)
    field = random_field(network.field_type, 6, seed=0)
    params = random_params(network, field, seed=0)

    def value(direction: jax.Array) -> jax.Array:
        x = GLOBE.project(jnp.array([0.0, 0.0, 1.0]) + 1e-6 * direction)
        x = field.x.at[0].set(x)
        y = GLOBE.project_tangent(x, field.y)
        return network.apply(params, SCALE, x, y, field.mask)

    east, north = jnp.array([1.0, 0.0, 0.0]), jnp.array([0.0, 1.0, 0.0])
    found, other = jax.jit(value)(east), jax.jit(value)(north)
    np.testing.assert_allclose(found, other, atol=1e-3 * np.abs(found).max())


def test_refusals():
    flat = gn.FieldType(groups.E(2), Vector(2))
    with pytest.raises(ValueError, match="for flat fields there is EquivariantTransformer"):
        SphereEquivariant(flat)
    not_turned = gn.FieldType(groups.T(1), Trivial(3), codomain=GLOBE)
    with pytest.raises(ValueError, match=r"such as InputOutput\(T\(1\), O\(3\)\) on Vector\(3\)"):
        SphereEquivariant(not_turned)
    with pytest.raises(ValueError, match="expected tangent values as Vector.*leave tangent=False"):
        SphereEquivariant(on_globe(groups.O(3), Trivial(1)), tangent=True)
    with pytest.raises(ValueError, match="leave tangent=False"):
        SphereEquivariant(tracks(groups.O(3)), tangent=True)
    with pytest.raises(ValueError, match="expected a positive finite unit_y"):
        SphereEquivariant(tracks(groups.O(3)), unit_y=0.0)
