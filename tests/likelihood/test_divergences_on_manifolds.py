"""Riemannian divergences, against closed forms and the stretch of the exponential map."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import DIVERGENCES, MANIFOLDS
from standard_errors import assert_mean

import geomndp as gn

GLOBE = gn.manifolds.Sphere(2)
_RNG = np.random.default_rng(0)
Y = GLOBE.project(jnp.asarray(_RNG.normal(size=(4, 3))))
MASK = jnp.arange(4) < 3
SHAPE = jnp.asarray(_RNG.normal(size=(3, 3)))
FORM = SHAPE + SHAPE.T - 2 * jnp.trace(SHAPE) / 3 * jnp.eye(3)
N_KEYS = 4000


def exact(field: Any, y: Any, mask: Any, manifold: Any) -> float:
    divergence = gn.likelihood.Exact(chunk_size=3)
    return divergence(field, y, mask, None, manifold).estimates.item()


def test_the_divergence_of_the_gradient_of_a_harmonic_is_an_eigenvalue_of_it():
    """-l (l + 1) times it, for l = 1 and 2; the ambient divergence is 0 for both."""
    axis = jnp.array([0.3, -1.0, 0.5])
    linear = float(jnp.sum(Y[:3] @ axis))
    quadratic = float(jnp.sum(jnp.einsum("ni,ij,nj->n", Y, FORM, Y)[:3]))
    fields = {
        -2 * linear: lambda y: jnp.broadcast_to(axis, y.shape),
        -6 * quadratic: lambda y: 2 * y @ FORM,
    }
    for expected, field in fields.items():
        assert exact(field, Y, MASK, GLOBE) == pytest.approx(expected, rel=1e-12)
        assert exact(field, Y, MASK, None) == pytest.approx(0, abs=1e-12)
        assert abs(expected) > 0.1


def test_rotations_have_no_divergence():
    turn = jnp.array([[0.0, 1.0, 0.5], [-1.0, 0.0, 2.0], [-0.5, -2.0, 0.0]])
    assert exact(lambda y: y @ turn, Y, MASK, GLOBE) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", MANIFOLDS)
def test_the_divergence_away_from_a_point_is_the_growth_of_spheres_about_it(name: str):
    """It is dim + r d/dr log|det d exp| at the distance r, on every manifold."""
    manifold = MANIFOLDS[name]
    y = manifold.random_base((3,), key=jax.random.key(0))
    v = manifold.random_tangent(y, key=jax.random.key(1))
    v = 0.7 * v / jnp.sqrt(manifold.inner(v, v))[:, None]
    z, mask = manifold.exp(y, v), jnp.ones(3, bool)
    _, growth = jax.jvp(lambda r: manifold.log_det_exp(y, r * v), (jnp.ones(()),), (jnp.ones(()),))
    found = exact(lambda z: -manifold.log(z, y), z, mask, manifold)
    assert found == pytest.approx(3 * manifold.dim + float(jnp.sum(growth)), rel=1e-8)


def field(y: Any) -> Any:
    """Not tangent; every value moves every other."""
    return jnp.tanh(2 * y[::-1] @ SHAPE) + 0.3 * jnp.roll(y, 1, 1) ** 2


@pytest.mark.parametrize("name", [n for n in DIVERGENCES if not n.startswith("exact")])
def test_random_estimates_are_unbiased(name: str):
    divergence = DIVERGENCES[name]

    @jax.jit
    @jax.vmap
    def estimates(key: Any) -> Any:
        probes = divergence.probes(Y, MASK, key=key)
        return divergence(field, Y, MASK, probes, GLOBE).estimates.mean()

    found = estimates(jax.random.split(jax.random.key(0), N_KEYS))
    assert_mean(found, exact(field, Y, MASK, GLOBE))
    for other in (exact(field, Y, jnp.ones_like(MASK), GLOBE), exact(field, Y, MASK, None)):
        with pytest.raises(AssertionError):
            assert_mean(found, other)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_the_velocity_is_tangent_and_zero_at_padding(name: str):
    divergence = DIVERGENCES[name]
    probes = divergence.probes(Y, MASK, key=jax.random.key(0))
    found = divergence(field, Y, MASK, probes, GLOBE).velocity
    np.testing.assert_allclose(found[:3], GLOBE.project_tangent(Y, field(Y))[:3], atol=1e-12)
    assert not np.any(found[3:])
