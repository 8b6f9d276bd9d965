"""Volumes, spectral gaps and uniform laws of manifolds, and dimensions that are refused."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import MANIFOLDS
from standard_errors import assert_mean, second_moments

import geomndp as gn


def assert_close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


VOLUMES = {
    "S1": 2 * math.pi,
    "S2": 4 * math.pi,
    "S3": 2 * math.pi**2,
    "T2": 4 * math.pi**2,
    "SO3": 16 * math.sqrt(2) * math.pi**2,
    "S1xS2": 8 * math.pi**2,
}


@pytest.mark.parametrize("name", MANIFOLDS)
def test_volume(name: str):
    assert MANIFOLDS[name].log_volume == pytest.approx(math.log(VOLUMES.get(name, math.inf)))
    assert MANIFOLDS[name].is_compact == (name in VOLUMES)


@pytest.mark.parametrize("name", MANIFOLDS)
def test_nothing_is_near_to_what_is_no_number(name: str):
    """A distance of 0 would hide it from every score."""
    manifold = MANIFOLDS[name]
    base = manifold.base_point()
    for wrong in (base * jnp.nan, base.at[-1].set(jnp.nan)):
        assert np.isnan([manifold.dist(base, wrong), manifold.dist(wrong, base)]).all()
    assert manifold.dist(base, base) == 0


GAPS = {"S1": 1, "S2": 2, "S3": 3, "T2": 1, "SO3": 1, "S1xS2": 1}


@pytest.mark.parametrize("name", GAPS)
def test_spectral_gap(name: str):
    """Coordinates that fade slowest do so, on average, at the rate of the gap."""
    manifold, clock, n = MANIFOLDS[name], 0.7, 20_000
    assert manifold.spectral_gap == GAPS[name]
    y0 = manifold.project(jnp.linspace(0.2, 0.9, manifold.ambient_dim))
    starts, clocks = jnp.broadcast_to(y0, (n, *y0.shape)), jnp.full(n, clock)
    y = jax.jit(manifold.heat_kernel.sample)(starts, clocks, key=jax.random.key(3))
    slowest = slice(0, 2) if name == "S1xS2" else slice(None)
    assert_mean(np.asarray(y)[:, slowest], np.exp(-GAPS[name] * clock / 2) * y0[slowest])


def test_a_manifold_without_a_uniform_law_has_no_spectral_gap():
    assert gn.manifolds.Hyperbolic(2).spectral_gap == gn.manifolds.Euclidean(2).spectral_gap == 0


ON_SPHERES = {"S1": 2, "S2": 3, "S3": 4, "T2": 2, "SO3": 3}
"""Ambient dimension of spheres; every circle of a torus, and every row of a rotation, is on one."""


@pytest.mark.parametrize("name", ON_SPHERES)
def test_uniform_law_is_isotropic(name: str):
    manifold, n = MANIFOLDS[name], ON_SPHERES[name]
    y = np.asarray(manifold.random_uniform((100, 200), key=jax.random.key(1)))
    assert y.shape == (100, 200, manifold.ambient_dim)
    y = y.reshape(-1, manifold.ambient_dim)
    assert_close(manifold.project(jnp.asarray(y)), y)
    assert_mean(y, 0)
    assert_mean(second_moments(y), np.eye(manifold.ambient_dim) / n)
    assert_mean(y**4, 3 / (n * (n + 2)))


def test_a_law_that_is_not_uniform_is_found():
    cube = np.random.default_rng(0).uniform(-1, 1, (20_000, 3))
    cube /= np.linalg.norm(cube, axis=-1, keepdims=True)
    with pytest.raises(AssertionError):
        assert_mean(cube**4, 3 / 15)


@pytest.mark.parametrize("name", ["R2", "H2", "H2xR1"])
def test_open_manifolds_have_no_uniform_law(name: str):
    with pytest.raises(ValueError, match="compact manifold, got"):
        MANIFOLDS[name].random_uniform((3,), key=jax.random.key(0))


N_DIMENSIONAL = [getattr(gn.manifolds, n) for n in ("Euclidean", "Hyperbolic", "Sphere", "Torus")]


@pytest.mark.parametrize("manifold", N_DIMENSIONAL)
def test_dimensions_below_one_are_refused(manifold: Any):
    with pytest.raises(ValueError, match="at least 1, got n=0"):
        manifold(0)


def test_a_product_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one factor"):
        gn.manifolds.Product(())


@pytest.mark.parametrize("manifold", [gn.manifolds.Sphere(4), gn.manifolds.Hyperbolic(3)], ids=str)
def test_manifolds_without_a_heat_kernel_say_what_to_do(manifold: gn.manifolds.AbstractManifold):
    with pytest.raises(ValueError, match=r"got .*\(n=.\).*use Langevin noising or flow matching"):
        _ = manifold.heat_kernel
