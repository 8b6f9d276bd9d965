"""Fields that are gradients of a function, turned or not, against derivatives by hand."""

import jax.numpy as jnp
import numpy as np
import pytest
from derived_field_cases import DERIVED

from geomndp.kernels import FlatGradient, PlaneSkewGradient, RandomFunction

RNG = np.random.default_rng(0)


def wave(dim: int) -> RandomFunction:
    frequencies = jnp.asarray(RNG.normal(size=(3, dim)))
    return RandomFunction(frequencies, *(jnp.asarray(RNG.normal(size=(3, 1))) for _ in range(2)))


def slopes(function: RandomFunction, x: np.ndarray) -> np.ndarray:
    phase = x @ np.asarray(function.frequencies).T
    by_wave = np.cos(phase) * np.asarray(function.sines)[:, 0]
    by_wave -= np.sin(phase) * np.asarray(function.cosines)[:, 0]
    return by_wave @ np.asarray(function.frequencies)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_gradients_are_those_of_waves(dim: int):
    function, x = wave(dim), RNG.normal(size=(5, dim))
    found = FlatGradient(function)(jnp.asarray(x))
    np.testing.assert_allclose(found, slopes(function, x), atol=1e-12)


def test_the_turned_gradient_is_anticlockwise_about_minima():
    function, x = wave(2), RNG.normal(size=(5, 2))
    found = PlaneSkewGradient(function)(jnp.asarray(x))
    along = slopes(function, x)
    np.testing.assert_allclose(found, np.stack([-along[:, 1], along[:, 0]], -1), atol=1e-12)
    still = RandomFunction(jnp.eye(2), -jnp.ones((2, 1)), jnp.zeros((2, 1)))  # least at 0
    east_of_it = PlaneSkewGradient(still).at(jnp.array([0.1, 0.0]))
    assert east_of_it[1] > 0 == east_of_it[0]


@pytest.mark.parametrize("name", DERIVED)
def test_frames_are_orthonormal_and_span_the_vectors(name: str):
    case = DERIVED[name]
    sample = case.seen()
    frame = np.asarray(case.derivative.frame(sample.x))
    identity = np.broadcast_to(np.eye(2), (8, 2, 2))
    np.testing.assert_allclose(np.einsum("nid,njd->nij", frame, frame), identity, atol=1e-12)
    within = np.einsum("nid,nie,ne->nd", frame, frame, sample.y)
    np.testing.assert_allclose(within, sample.y, atol=1e-12)


def test_a_turned_gradient_is_of_the_plane():
    with pytest.raises(ValueError, match="on the globe take SkewGradient"):
        PlaneSkewGradient(wave(3)).at(jnp.ones(3))
