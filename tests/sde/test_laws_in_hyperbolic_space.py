"""Processes where space is neither flat nor compact: by quadrature over distances in the plane."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_mean

import geomndp as gn

PLANE = gn.manifolds.Hyperbolic(2)
BASE = PLANE.base_point()
SCALE = 1.3
LAW = gn.sde.WrappedNormal(PLANE, SCALE)
DISTANCE = jnp.linspace(1e-4, 12.0, 4001)
OUTWARD = jnp.array([0.0, 0.6, 0.8])
AT = PLANE.exp(jnp.broadcast_to(BASE, (len(DISTANCE), 3)), DISTANCE[:, None] * OUTWARD[None])
AWAY = -PLANE.log(AT, jnp.broadcast_to(BASE, AT.shape)) / DISTANCE[:, None]
"""Unit vectors at each distance that point away from the base point."""


def mean_by(density: Any, of: Any) -> float:
    """Over the plane, where circles of radius r have the length 2 pi sinh r."""
    return float(np.trapezoid(of * density * 2 * jnp.pi * jnp.sinh(DISTANCE), DISTANCE))


def test_the_density_of_a_wrapped_normal_integrates_to_one():
    assert mean_by(jnp.exp(LAW.log_prob(AT)), 1.0) == pytest.approx(1, abs=1e-5)
    in_flat_space = jnp.exp(-0.5 * (DISTANCE / SCALE) ** 2) / (2 * jnp.pi * SCALE**2)
    assert mean_by(in_flat_space, 1.0) > 1.5


def test_draws_of_a_wrapped_normal_are_of_its_density():
    draws = np.asarray(LAW.sample(20_000, jnp.float64, key=jax.random.key(0)))
    bounded = 1 / draws[:, 0]  # one over the hyperbolic cosine of the distance
    expected = mean_by(jnp.exp(LAW.log_prob(AT)), 1 / jnp.cosh(DISTANCE))
    assert_mean(bounded, expected, slack=1e-4)
    with pytest.raises(AssertionError):
        assert_mean(bounded, 1.05 * expected, slack=1e-4)


def test_langevin_dynamics_leaves_its_limit_as_it_is():
    """The generator of any function is 0 on average, here of cosh r; its Laplacian is 2 cosh r."""
    process = gn.sde.WrappedLangevin(PLANE, gn.sde.ConstantSchedule(1.0), SCALE).at(
        jnp.zeros((len(AT), 1))
    )
    drift = PLANE.inner(process.drift(jnp.array(0.5), AT), AWAY)
    diffusion = float(process.noising.diffusion(jnp.array(0.5)))
    density = jnp.exp(LAW.log_prob(AT))

    def change(drift: Any) -> float:
        generator = drift * jnp.sinh(DISTANCE) + 0.5 * diffusion**2 * 2 * jnp.cosh(DISTANCE)
        return mean_by(density, generator)

    size = mean_by(density, diffusion**2 * jnp.cosh(DISTANCE))
    assert abs(change(drift)) < 1e-4 * size
    assert abs(change(0.9 * drift)) > 1e-2 * size


def test_the_velocity_of_the_interpolant_is_that_along_its_geodesic():
    process = gn.sde.GeodesicInterpolant(PLANE, scale=SCALE).at(jnp.zeros((3, 1)))
    start = LAW.sample(3, jnp.float64, key=jax.random.key(1))
    end = process.sample_limit(key=jax.random.key(2))

    def path(t: Any) -> Any:
        return PLANE.exp(start, t * PLANE.log(start, end))

    t = jnp.array(0.6)
    y, velocity = jax.jvp(path, (t,), (jnp.ones(()),))
    score = process.marginal_score(t, start, y)
    found = process.probability_flow_drift(t, y, score)
    np.testing.assert_allclose(found, velocity, rtol=1e-9, atol=1e-9)
    assert float(process.log_prob_limit(end)) == pytest.approx(float(LAW.log_prob(end).sum()))


@pytest.mark.parametrize(
    ("noising", "loss"),
    [
        (gn.sde.GeodesicInterpolant(PLANE), gn.losses.FlowMatching()),
        (gn.sde.WrappedLangevin(PLANE, n_steps=5), gn.losses.ImplicitScoreMatching()),
    ],
    ids=lambda part: type(part).__name__,
)
def test_losses_and_their_gradients_are_finite(noising: Any, loss: Any):
    process = noising.at(jnp.zeros((2, 1)))
    start = LAW.sample(2, jnp.float64, key=jax.random.key(3))

    def of_strength(strength: Any) -> Any:
        def score(_t: Any, y: Any) -> Any:
            return strength * PLANE.log(y, jnp.broadcast_to(BASE, y.shape))

        return loss(process, score, start, jnp.array(0.3), key=jax.random.key(4))

    value, slope = jax.value_and_grad(of_strength)(jnp.array(0.7))
    assert jnp.isfinite(value)
    assert jnp.isfinite(slope)
    assert slope != 0


@pytest.mark.parametrize("kind", [gn.sde.WrappedNormal, gn.sde.WrappedLangevin])
def test_a_compact_factor_is_refused(kind: Any):
    mixed = gn.manifolds.Product((gn.manifolds.Sphere(2), gn.manifolds.Euclidean(1)))
    for manifold in (mixed, gn.manifolds.Product((mixed, PLANE)), gn.manifolds.Sphere(2)):
        with pytest.raises(ValueError, match="expected a manifold that is not compact"):
            kind(manifold)
    kind(gn.manifolds.Product((PLANE, gn.manifolds.Euclidean(1))))


def test_an_interpolant_is_towards_uniform_or_normal_noise_and_not_both():
    mixed = gn.manifolds.Product((gn.manifolds.Sphere(2), gn.manifolds.Euclidean(1)))
    with pytest.raises(ValueError, match="which is or has a factor that is"):
        gn.sde.GeodesicInterpolant(mixed)
