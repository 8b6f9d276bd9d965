"""Samples of Brownian motion on circles, the three-sphere, rotations and tori."""

import functools
import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import HEAT_KERNELS, MANIFOLDS
from standard_errors import assert_law, assert_mean

import geomndp as gn

CLOCKS = np.array([1e-6, 1e-2, 0.5, 2.0, 8.0])
N_SAMPLES = 20_000

# The expectation of the inner product with the start, over its value there, is exp(-rate clock).
RATES = {"S1": 0.5, "S3": 1.5, "T2": 0.5, "SO3": 0.5}


@functools.cache
def draws(name: str) -> tuple[np.ndarray, np.ndarray]:
    """A start, and samples at all clocks."""
    manifold, kernel = MANIFOLDS[name], HEAT_KERNELS[name]
    y0 = manifold.random_uniform((), key=jax.random.key(3))
    shape = (CLOCKS.size, N_SAMPLES)
    clock = jnp.broadcast_to(jnp.asarray(CLOCKS)[:, None], shape)
    starts = jnp.broadcast_to(y0, (*shape, y0.size))
    return np.asarray(y0), np.asarray(jax.jit(kernel.sample)(starts, clock, key=jax.random.key(11)))


def decay(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Half the squared distance in space over the square of the start, whose mean is known."""
    y0, y = draws(name)
    moved = np.sum((y - y0) ** 2, -1) / 2 / np.sum(y0**2)
    return moved.T, -np.expm1(-RATES[name] * CLOCKS)


@pytest.mark.parametrize("name", RATES)
def test_inner_product_with_the_start_decays(name: str):
    moved, expected = decay(name)
    assert_mean(moved, expected)
    with pytest.raises(AssertionError):
        assert_mean(1.05 * moved, expected)


@pytest.mark.parametrize("name", RATES)
def test_samples_are_on_the_manifold(name: str):
    _, y = draws(name)
    projected = jax.jit(MANIFOLDS[name].project)(jnp.asarray(y[:, :1000]))
    np.testing.assert_allclose(projected, y[:, :1000], atol=1e-14)


def distribution(name: str, clock: float) -> Callable[[np.ndarray], np.ndarray]:
    """Of the angle, by Simpson's rule on the density."""
    power = {"S1": 0, "S3": 2, "SO3": 2}[name]
    angle = np.linspace(0, min(math.pi, 10 * math.sqrt(clock)), 4001)
    kernel: Any = HEAT_KERNELS[name]
    log_density = _log_density_at(kernel)(jnp.asarray(angle), jnp.full(angle.shape, clock))
    turn = angle / 2 if name == "SO3" else angle
    density = np.exp(log_density) * np.sin(turn) ** power
    cells = (density[:-2:2] + 4 * density[1:-1:2] + density[2::2]) / 6
    below = np.concatenate([[0], np.cumsum(cells)])
    return lambda a: np.interp(a, angle[::2], below / below[-1])


@functools.cache
def _log_density_at(kernel: Any) -> Any:
    return jax.jit(kernel.log_density_at)


@pytest.mark.parametrize("name", ["S1", "S3", "SO3"])
def test_law_of_the_angle(name: str):
    y0, y = draws(name)
    distance = jax.jit(MANIFOLDS[name].dist)
    for clock, samples in zip(CLOCKS, y, strict=True):
        starts = jnp.broadcast_to(jnp.asarray(y0), samples.shape)
        angle = np.asarray(distance(starts, jnp.asarray(samples)))
        angle = angle / math.sqrt(2) if name == "SO3" else angle
        law = distribution(name, clock)
        assert_law(angle, law)
        with pytest.raises(AssertionError):
            assert_law(1.05 * angle, law)


def test_circles_of_a_torus_are_independent():
    y0, y = draws("T2")
    moved = np.sum((y - y0).reshape(*y.shape[:-1], 2, 2) ** 2, -1)
    moved = moved / moved.mean(1, keepdims=True) - 1
    assert_mean(np.prod(moved, -1).T, 0)


def test_table_of_the_three_sphere_errs_by_less_than_3e_5():
    """In the distribution function of the angle, between the nodes of the table too."""
    from scipy.special import gammainc

    clocks = np.array([1e-7, 1e-3, 0.1, 0.3, 1.0, 2.7, 9.7, 40.0])
    radius = np.linspace(0.003, 5.5, 400)
    grid = (np.broadcast_to(a, (clocks.size, 400)) for a in (radius, clocks[:, None]))
    kernel = gn.manifolds.ThreeSphereHeatKernel()
    angles = np.asarray(jax.jit(kernel.angle_from_radius)(*map(jnp.asarray, grid)))
    assert (np.diff(angles) > 0).all()
    for clock, angle in zip(clocks, angles, strict=True):
        error = distribution("S3", clock)(angle) - gammainc(1.5, radius**2 / 2)
        assert np.abs(error).max() < 3e-5


def test_small_time_kernel_is_the_limit_on_every_manifold():
    """On the globe, where the exact kernel is known: the errors fall with the clock."""
    globe = MANIFOLDS["S2"]
    kernel = gn.manifolds.SmallTimeHeatKernel(globe)
    clock = jnp.array([1e-2, 1e-4])
    y0 = jnp.tile(globe.base_point(), (2, 1))
    v = jnp.sqrt(clock)[:, None] * jnp.array([[1.2, -0.5, 0.0]])
    y = globe.exp(y0, v)
    found = jax.jit(kernel.log_density)(y0, y, clock)
    exact = globe.heat_kernel.log_density(y0, y, clock)
    assert (np.abs(found - exact) < 0.3 * clock).all()
    score = jnp.sqrt(clock)[:, None] * (
        kernel.score(y0, y, clock) - globe.heat_kernel.score(y0, y, clock)
    )
    assert (np.linalg.norm(score, axis=-1) < clock).all()


def test_small_time_samples_of_hyperbolic_space():
    """In the first eigenfunction, E <y0, y> is minus cosh of the distance."""
    plane, clock = MANIFOLDS["H2"], 1e-4
    y0 = jnp.tile(plane.base_point(), (N_SAMPLES, 1))
    kernel = gn.manifolds.SmallTimeHeatKernel(plane)
    y = kernel.sample(y0, jnp.full(N_SAMPLES, clock), key=jax.random.key(0))
    assert_mean(np.asarray(y)[:, 0] - 1, math.expm1(clock), slack=clock**2)
