"""What is particular to multiscale convolutions: windows, densities, locality, settings."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from network_cases import multiscale
from random_fields import random_field, random_params

import geomndp as gn
from geomndp import groups
from geomndp.networks import MultiscaleConvolution
from geomndp.representations import Vector

SCALE = jnp.array(0.2)
WIND = gn.FieldType(groups.E(2), Vector(2))
SCALES = 0.5, 3.0


def field_of(n_points: int, seed: int = 0) -> gn.FieldSample:
    return random_field(WIND, n_points, seed=seed)


def test_windows_are_gaussian_and_hold_the_solid_harmonics():
    """Against the formula, of plane vectors written out by hand."""
    x, unit = field_of(5).x, 2.0
    real = jnp.array([True, True, False, True, True])
    network = MultiscaleConvolution(WIND, unit_x=unit, scales=SCALES)
    windows, density = network.geometry(x, real)
    way = (np.asarray(x)[:, None] - np.asarray(x)[None]) / unit
    squares = np.sum(way**2, -1)
    for number, scale in enumerate(SCALES):
        weight = np.exp(-squares / (2 * scale**2)) * np.asarray(real)[:, None]
        np.testing.assert_allclose(density[:, number], weight.sum(0), rtol=1e-12)
        root = np.sqrt(np.maximum(weight.sum(0), 1))
        weight = weight / (root[:, None] * root[None])
        # Sources come first: (source, harmonic, point).
        first, *vector, a, b = np.moveaxis(np.asarray(windows[number]), 1, 0)
        np.testing.assert_allclose(first, weight, rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(
            np.sum(np.square(vector), 0), weight**2 * squares / scale**2, rtol=1e-9, atol=1e-300
        )
        # Of order 2 there are two components, of twice the angle: their squares sum up to r^4.
        sum_of_squares = (a**2 + b**2)[0, 1] / (weight**2 * squares**2 / scale**4)[0, 1]
        np.testing.assert_allclose(
            a**2 + b**2, sum_of_squares * weight**2 * squares**2 / scale**4, rtol=1e-9, atol=1e-300
        )


def test_what_a_constant_field_gives_does_not_grow_with_the_density():
    """The sum of a window is about one, whether few points are in it or many."""
    network = MultiscaleConvolution(WIND, scales=(1.0,))
    for n in (10, 40):
        x = jnp.linspace(0.0, 10.0, n)[:, None] * jnp.ones((1, 2))
        windows, density = network.geometry(x, jnp.ones(n, bool))
        inner = slice(n // 3, -n // 3)
        np.testing.assert_allclose(windows[0, :, 0].sum(0)[inner], 1.0, atol=0.01)
        assert density[n // 2, 0] == pytest.approx(0.177 * n, rel=0.1)


def value_of(network: Any, params: Any, *fields: gn.FieldSample) -> np.ndarray:
    """At the first field, in the presence of the others."""
    x, y = (jnp.concatenate(parts) for parts in zip(*((f.x, f.y) for f in fields), strict=True))
    return jax.jit(network.apply)(params, SCALE, x, y, jnp.ones(len(x), bool))[: len(fields[0].x)]


def test_fields_far_apart_do_not_know_of_each_other():
    network = multiscale(groups.E(2), Vector(2), scales=SCALES)
    first, second = field_of(4), field_of(3, seed=1)
    params = random_params(network, first, seed=0)
    alone = value_of(network, params, first)
    far, near = (gn.FieldSample(second.x + shift, second.y) for shift in (200.0, 2.0))
    np.testing.assert_allclose(value_of(network, params, first, far), alone, rtol=1e-10)
    assert np.abs(value_of(network, params, first, near) - alone).max() > 1e-2


def test_the_density_of_points_is_seen():
    """Where the same point is there twice it counts as two."""
    network = multiscale(groups.E(2), Vector(2), scales=SCALES)
    field = field_of(4)
    params = random_params(network, field, seed=0)
    again = gn.FieldSample(field.x[:1], field.y[:1])
    once, twice = value_of(network, params, field), value_of(network, params, field, again)
    assert np.abs(once - twice).max() > 1e-2


def test_the_density_is_seen_apart_from_the_windows():
    """It changes what is told where the sums over windows are the same."""
    network = multiscale(groups.E(2), Vector(2), scales=SCALES)
    field = field_of(4)
    params = random_params(network, field, seed=0)
    geometry = network.geometry(field.x, field.mask)

    def told(geometry: Any) -> Any:
        return network.apply(params, SCALE, field.x, field.y, field.mask, geometry=geometry)

    denser = geometry._replace(density=3.0 * geometry.density)
    assert np.abs(told(denser) - told(geometry)).max() > 1e-2


def test_it_learns_to_average_noise_away():
    """Constant fields with as much noise: no function of one value has an error below 1/2."""
    rng = np.random.default_rng(0)
    x, real = jnp.asarray(rng.uniform(size=(20, 2))), jnp.ones(20, bool)
    network = multiscale(groups.E(2), Vector(2), scales=(1.0,), n_layers=1)
    params = jax.jit(network.init)(jax.random.key(0), gn.FieldSample(x, jnp.ones((20, 2))))
    geometry, adam = network.geometry(x, real), optax.adam(0.02)

    def error(params: Any, key: Any) -> Any:
        for_constants, for_noise = jax.random.split(key)
        constants = jax.random.normal(for_constants, (32, 1, 2))
        y = constants + jax.random.normal(for_noise, (32, 20, 2))
        one = jnp.ones(())
        found = jax.vmap(
            lambda y: network.apply(params, one, x, y / 2**0.5, real, geometry=geometry)
        )(y)
        return jnp.mean((found - constants) ** 2)

    def step(carry: Any, key: Any) -> Any:
        params, state = carry
        value, gradient = jax.value_and_grad(error)(params, key)
        update, state = adam.update(gradient, state)
        return (optax.apply_updates(params, update), state), value

    keys = jax.random.split(jax.random.key(1), 200)
    # optax counts its steps in whole numbers.
    with jax.numpy_dtype_promotion("standard"):
        _, errors = jax.jit(lambda p: jax.lax.scan(step, (p, adam.init(p)), keys))(params)
    assert errors[0] == pytest.approx(1.0, abs=0.3)  # a fresh network tells 0
    assert errors[-20:].mean() < 0.15


def test_a_geometry_of_other_points():
    network, field = multiscale(groups.E(2), Vector(2)), field_of(3)
    params = random_params(network, field, seed=0)
    alone = network.geometry(field.x, field.mask)
    inputs = SCALE, field.x, field.y, field.mask
    np.testing.assert_array_equal(
        network.apply(params, *inputs, geometry=alone), network.apply(params, *inputs)
    )
    with pytest.raises(ValueError, match="geometry of these 6 points, .*, got one of 3; find it"):
        network.apply(params, *inputs, field, geometry=alone)


def test_refusals():
    globe = gn.FieldType(groups.O(3), Vector(3), domain=gn.manifolds.Sphere(2))
    with pytest.raises(ValueError, match="for spheres there is SphereEquivariant"):
        MultiscaleConvolution(globe)
    in_time = gn.FieldType(groups.SpaceTime(groups.E(2)), Vector(2))
    with pytest.raises(ValueError, match="space alone, .*there is EquivariantTransformer"):
        MultiscaleConvolution(in_time)
    for scales in ((), (1.0, 0.0), (1.0, float("inf"))):
        with pytest.raises(ValueError, match="expected positive finite scales, got scales="):
            MultiscaleConvolution(WIND, scales=scales)
    with pytest.raises(ValueError, match="expected a positive whole n_carried, got n_carried=0"):
        MultiscaleConvolution(WIND, n_carried=0)
    with pytest.raises(ValueError, match="expected a positive finite unit_x"):
        MultiscaleConvolution(WIND, unit_x=0.0)
