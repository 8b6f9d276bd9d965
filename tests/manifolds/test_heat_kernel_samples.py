"""Samples of Brownian motion: eigenfunctions, isotropy, and the law of the angle."""

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_law, assert_mean, second_moments

from geomndp.manifolds import GaussianHeatKernel, SphereHeatKernel

KERNEL = SphereHeatKernel()
CLOCKS = np.array([1e-6, 1e-4, 1e-2, 0.1, 0.5, 1.0, 3.0, 10.0])
N_SAMPLES = 40_000
log_density_at = jax.jit(KERNEL.log_density_at)
START = np.array([0.48, -0.6, 0.64])


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    return draw(CLOCKS)


def draw(clocks: np.ndarray, dtype: Any = np.float64) -> np.ndarray:
    shape = (clocks.size, N_SAMPLES)
    y0 = jnp.asarray(np.broadcast_to(START.astype(dtype), (*shape, 3)))
    clock = jnp.asarray(np.broadcast_to(clocks[:, None].astype(dtype), shape))
    return np.asarray(jax.jit(KERNEL.sample)(y0, clock, key=jax.random.key(11)))


def squared_chord(y: np.ndarray) -> np.ndarray:
    """Twice 1 - cos(angle), with all its digits at small angles."""
    return np.sum((y - START) ** 2, -1)


def assert_eigenfunctions(samples: np.ndarray, clocks: np.ndarray) -> None:
    """E P1(cos) = exp(-clock) and E P2(cos) = exp(-3 clock), as differences from 1."""
    squared = squared_chord(samples)
    assert_mean((squared / 2).T, -np.expm1(-clocks))
    squared_sine = squared * (1 - squared / 4)
    assert_mean((1.5 * squared_sine).T, -np.expm1(-3 * clocks))


def test_expectations_of_eigenfunctions(samples: np.ndarray):
    assert_eigenfunctions(samples, CLOCKS)


@pytest.mark.parametrize("pace", [2.0, 1.05])
def test_another_pace_is_found(samples: np.ndarray, pace: float):
    for which in range(CLOCKS.size - 1):  # at the last the law is uniform at any pace
        part = slice(which, which + 1)
        if pace * CLOCKS[which] < 3:
            with pytest.raises(AssertionError):
                assert_eigenfunctions(samples[part], pace * CLOCKS[part])


def test_directions_are_isotropic(samples: np.ndarray):
    projector = np.eye(3) - np.outer(START, START)
    for y in samples:
        across = y @ projector
        direction = across / np.linalg.norm(across, axis=-1, keepdims=True)
        assert_mean(direction, 0)
        assert_mean(second_moments(direction), projector / 2)


def test_samples_are_on_the_sphere(samples: np.ndarray):
    assert np.abs(np.linalg.norm(samples, axis=-1) - 1).max() < 1e-14


def test_single_precision_draws_from_the_same_law():
    y = draw(CLOCKS[2:], np.float32)
    assert y.dtype == np.float32
    y = y.astype(np.float64)
    assert np.abs(np.linalg.norm(y, axis=-1) - 1).max() < 1e-6
    assert_eigenfunctions(y, CLOCKS[2:])


def angle_distribution(clock: float) -> Callable[[np.ndarray], np.ndarray]:
    """The distribution function of the angle, by Simpson's rule on the density."""
    angle = np.linspace(0, min(math.pi, 10 * math.sqrt(clock)), 4001)
    log_density = log_density_at(jnp.asarray(angle), jnp.full(angle.shape, clock))
    density = 2 * math.pi * np.sin(angle) * np.exp(log_density)
    cells = (density[:-2:2] + 4 * density[1:-1:2] + density[2::2]) * angle[1] / 3
    return lambda a: np.interp(a, angle[::2], np.concatenate([[0], np.cumsum(cells)]))


@pytest.mark.parametrize("which", range(CLOCKS.size), ids=map(str, CLOCKS))
def test_law_of_the_angle(samples: np.ndarray, which: int):
    angle = 2 * np.arcsin(np.sqrt(squared_chord(samples[which])) / 2)
    distribution = angle_distribution(CLOCKS[which])
    assert_law(angle, distribution)
    with pytest.raises(AssertionError):
        assert_law(1.03 * angle, distribution)


BETWEEN_ROWS = np.array([1e-7, 3e-6, 1e-3, 0.0137, 0.1, 0.3, 1.0, 2.0, 2.7, 4.1, 9.7, 20.0, 40.0])


def test_table_of_angles_errs_by_less_than_3e_5():
    """In the distribution function of the angle, between the nodes of the table too."""
    radius = np.linspace(0.003, 5, 400)
    grid = (np.broadcast_to(a, (13, 400)) for a in (radius, BETWEEN_ROWS[:, None]))
    angles = np.asarray(jax.jit(KERNEL.angle_from_radius)(*map(jnp.asarray, grid)))
    assert (np.diff(angles) > 0).all()
    for clock, angle in zip(BETWEEN_ROWS, angles, strict=True):
        error = angle_distribution(clock)(angle) + np.expm1(-(radius**2) / 2)
        assert np.abs(error).max() < 3e-5


def test_flat_space():
    kernel, clock, y0 = GaussianHeatKernel(2), 0.3, jnp.tile(jnp.array([2.0, -1.0]), (20_000, 1))
    y = kernel.sample(y0, jnp.full(len(y0), clock), key=jax.random.key(0))
    assert_mean(y, y0[0])
    assert_mean(second_moments(y - y0), clock * np.eye(2))
    with pytest.raises(AssertionError):
        assert_mean(second_moments(y - y0), 2 * clock * np.eye(2))


def test_flat_density_is_the_normal_one():
    y = jnp.array([0.3, -0.7])
    found = GaussianHeatKernel(2).log_density(jnp.zeros(2), y, jnp.array(0.5))
    assert float(found) == pytest.approx(-(0.09 + 0.49) / (2 * 0.5) - math.log(2 * math.pi * 0.5))
