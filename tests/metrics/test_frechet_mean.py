"""The Fréchet mean, against geomstats and cases worked by hand."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.metrics import frechet_mean

GLOBE = gn.manifolds.Sphere(2)


def mean_squared_distance(y: jax.Array, samples: jax.Array) -> jax.Array:
    return jnp.mean(jax.vmap(lambda z: GLOBE.dist(y, z) ** 2)(samples), 0)


def drift(y: jax.Array, samples: jax.Array) -> jax.Array:
    """Half the negative gradient of the mean squared distance: zero at a Fréchet mean."""
    return jnp.mean(jax.vmap(lambda z: GLOBE.log(y, z))(samples), 0)


def cloud(spread: float, *, shape: tuple[int, ...] = (20,), seed: int = 0) -> jax.Array:
    noise = np.random.default_rng(seed).normal(size=(*shape, 3))
    return GLOBE.project(jnp.asarray(np.array([0.2, -0.5, 0.8]) + spread * noise))


@pytest.mark.filterwarnings("ignore:BackendImporter:ImportWarning")  # of geomstats' own
@pytest.mark.parametrize("spread", [1e-4, 0.1, 0.5])
def test_agrees_with_geomstats(spread: float):
    from geomstats.geometry.hypersphere import Hypersphere
    from geomstats.learning.frechet_mean import FrechetMean

    samples = cloud(spread)
    oracle: Any = FrechetMean(Hypersphere(2))
    oracle.optimizer.epsilon, oracle.optimizer.max_iter = 1e-14, 1000
    expected = oracle.fit(np.asarray(samples)).estimate_
    mean = frechet_mean(GLOBE, samples)
    assert float(GLOBE.dist(mean, jnp.asarray(expected))) < 1e-6  # geomstats stops there
    assert float(jnp.linalg.norm(drift(mean, samples))) < 1e-12


def test_samples_all_around_the_sphere_give_a_stationary_point_no_worse_than_any_sample():
    samples = GLOBE.project(jnp.asarray(np.random.default_rng(1).normal(size=(40, 3))))
    mean = frechet_mean(GLOBE, samples)
    assert float(jnp.linalg.norm(drift(mean, samples))) < 1e-6
    of_samples = jax.vmap(lambda z: mean_squared_distance(z, samples))(samples)
    assert float(mean_squared_distance(mean, samples)) <= float(of_samples.min())


def test_balanced_samples_give_a_point_of_the_sphere():
    samples = jnp.concatenate([jnp.eye(3), -jnp.eye(3)])  # ambient mean exactly zero
    mean = frechet_mean(GLOBE, samples)
    assert float(jnp.linalg.norm(mean)) == pytest.approx(1)
    assert np.isfinite(np.asarray(mean)).all()


def test_of_one_sample_is_the_sample():
    (sample,) = cloud(0.3, shape=(1,))
    assert jnp.allclose(frechet_mean(GLOBE, sample[None]), sample, atol=1e-12, rtol=0)


def test_batches_are_independent():
    samples = cloud(0.4, shape=(15, 4))
    together = frechet_mean(GLOBE, samples)
    apart = jnp.stack([frechet_mean(GLOBE, samples[:, i]) for i in range(4)])
    assert together.shape == (4, 3)
    assert jnp.allclose(together, apart, atol=1e-9, rtol=0)


def test_on_euclidean_space_is_the_mean():
    samples = jnp.asarray(np.random.default_rng(2).normal(size=(9, 5, 2)))
    mean = frechet_mean(gn.manifolds.Euclidean(2), samples)
    assert jnp.allclose(mean, samples.mean(0), atol=1e-12, rtol=0)


def test_it_is_not_the_normalised_ambient_mean():
    longitude = jnp.array([0.0, 0.0, 0.0, 120.0])
    samples = gn.manifolds.from_geographic(jnp.zeros(4), longitude)
    found = gn.manifolds.to_geographic(frechet_mean(GLOBE, samples))[1]
    assert float(found) == pytest.approx(30)
    ambient = gn.manifolds.to_geographic(samples.mean(0))[1]
    assert abs(float(ambient) - 30) > 5


def test_no_sample_is_refused():
    with pytest.raises(ValueError, match="at least 1 ensemble member, got 0"):
        frechet_mean(GLOBE, jnp.zeros((0, 3)))
