"""A model of single points as a distribution."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_mean
from tiny_models import tiny_process

import geomndp as gn
from geomndp.experiments import DensitySettings, density_model, fit_density
from geomndp.model import Density

GLOBE = gn.manifolds.Sphere(2)
SMALL: dict[str, Any] = {"width": 16, "n_layers": 1}


def untrained(manifold: gn.manifolds.AbstractManifold) -> Density:
    """A fresh model, whose score is 0."""
    model = density_model(manifold, **SMALL)
    point = gn.FieldSample(jnp.zeros((1, 1)), manifold.base_point()[None])
    return Density(gn.TrainedProcess(model, model.init(point, key=jax.random.key(0))))


@pytest.mark.parametrize("manifold", [GLOBE, gn.manifolds.Torus(2), gn.manifolds.SO3()], ids=repr)
def test_an_untrained_density_is_uniform(manifold: gn.manifolds.AbstractManifold):
    density = untrained(manifold)
    y = manifold.random_uniform((5,), key=jax.random.key(1))
    np.testing.assert_allclose(density.log_prob(y), -manifold.log_volume, rtol=1e-12)
    samples = density.sample(2000, key=jax.random.key(2))
    assert_mean(np.asarray(samples), 0)
    np.testing.assert_allclose(manifold.project(samples), samples, atol=1e-9)


def test_an_untrained_density_in_flat_space_is_normal_with_the_moments_of_the_data():
    points = np.random.default_rng(0).normal([3.0, -1.0], [0.5, 2.0], (400, 2))
    model = density_model(gn.manifolds.Euclidean(2), points, **SMALL)
    point = gn.FieldSample(jnp.zeros((1, 1)), jnp.zeros((1, 2)))
    density = Density(gn.TrainedProcess(model, model.init(point, key=jax.random.key(0))))
    normal = -0.5 * np.log(2 * np.pi * points.var(0)).sum()
    found = density.log_prob(points.mean(0)[None])
    np.testing.assert_allclose(found, normal, atol=1e-3)


def test_points_too_far_from_the_origin_for_their_precision_are_refused():
    points = np.random.default_rng(0).normal(size=(400, 2)) + np.array([0.0, 3e5])
    density_model(gn.manifolds.Euclidean(2), points, **SMALL)
    with (
        jax.enable_x64(False),
        pytest.raises(ValueError, match=r"coordinate 1 up to 3\d+, .* mean"),
    ):
        density_model(gn.manifolds.Euclidean(2), points, **SMALL)


@pytest.mark.simulation
@pytest.mark.slow
def test_a_trained_density_is_that_of_its_points(tmp_path: Path):
    """Two spots of known density, each a heat kernel; a file gives the same figures."""
    kernel, clocks = GLOBE.heat_kernel, jnp.array([0.05, 0.3])
    centres = jnp.array([[1.0, 0.0, 0.0], [0.0, 0.6, 0.8]])

    def draw(n: int, seed: int) -> jax.Array:
        which = jax.random.bernoulli(jax.random.key(seed), shape=(n,)).astype(int)
        return kernel.sample(centres[which], clocks[which], key=jax.random.key(seed + 1))

    def log_prob(y: jax.Array) -> jax.Array:
        parts = [
            kernel.log_density(jnp.broadcast_to(c, y.shape), y, jnp.full(len(y), clock))
            for c, clock in zip(centres, clocks, strict=True)
        ]
        return jnp.logaddexp(*parts) - jnp.log(2)

    settings = DensitySettings(width=64, n_layers=2, steps=1500, batch_size=256, held_out=0.0)
    density = fit_density(draw(20_000, 0), GLOBE, settings=settings)
    y = draw(1000, 5)
    found = density.log_prob(y)
    gap = float(jnp.mean(log_prob(y) - found))
    assert 0.0 - 0.02 < gap < 0.05
    samples = density.sample(1000, key=jax.random.key(9))
    assert float(jnp.mean(log_prob(samples) - density.log_prob(samples))) > -0.05
    density.save(tmp_path / "spots.geomndp")
    again = Density(gn.load(tmp_path / "spots.geomndp"))
    np.testing.assert_array_equal(again.log_prob(y[:8]), density.log_prob(y[:8]))


def test_fitting_moves_the_density_to_the_points():
    pole = GLOBE.base_point()[None]
    points = GLOBE.project(pole + 0.1 * jax.random.normal(jax.random.key(0), (500, 3)))
    settings = DensitySettings(**SMALL, steps=100, batch_size=128, learning_rate=1e-2)
    density = fit_density(points, GLOBE, settings=settings)
    at_pole, opposite = density.log_prob(jnp.concatenate([pole, -pole]))
    assert at_pole > -GLOBE.log_volume + 1 > opposite + 1


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (jnp.zeros((2, 2)), r"shape \(n, 3\), n > 0, on Sphere"),
        (jnp.zeros((0, 3)), r"n > 0"),
        (jnp.full((1, 3), jnp.nan), "points of finite numbers"),
        (jnp.full((1, 3), 1.0), "misses it by"),
    ],
)
def test_bad_points_are_refused(points: jax.Array, message: str):
    with pytest.raises(ValueError, match=message):
        untrained(GLOBE).log_prob(points)


def test_a_model_of_tracks_is_no_density():
    with pytest.raises(ValueError, match="expected a process with a PointwiseNetwork"):
        Density(tiny_process())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width": 4}, "width >= 8"),
        ({"resolution": 0.0}, "resolution above 0"),
        ({"held_out": 1.0}, "held_out from 0 to 1"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        DensitySettings(**settings)


def test_manifolds_on_which_motions_do_not_forget_are_refused():
    manifolds = gn.manifolds
    flat_part = manifolds.Product((GLOBE, manifolds.Euclidean(1)))
    for manifold in (manifolds.Hyperbolic(2), flat_part):
        with pytest.raises(ValueError, match="expected flat space or a compact manifold"):
            gn.experiments.density_model(manifold)


def test_one_point_is_not_enough():
    with pytest.raises(ValueError, match="at least two"):
        fit_density(jnp.ones((1, 3)), GLOBE)
