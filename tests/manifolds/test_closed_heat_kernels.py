"""Heat kernels of the circle, the three-sphere and rotations, against sums with many digits.

The oracle sums windings without regard to cancellation, in 100 digits, from a clock of 1e-8, where
nothing is left of the density far away, to one where the law is uniform.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import geomndp as gn

DIGITS = 100
CLOCKS = (1e-8, 1e-6, 1e-4, 1e-2, 0.3, 0.999, 1.001, 2.0, 3.99, 4.01, 10.0, 30.0)
SCALES = (0.3, 1.0, 3.0)
"""Angles in units of the noise, beside those that are the same at all clocks."""
ANGLES = (0.0, 1e-9, 1e-7, 1e-4, 0.1, 1.0, 1.57, 1.58, 2.0, 3.0)


class Kernel(NamedTuple):
    """A kernel, the factor from its sine of the angle to the length of the score, and an oracle."""

    kernel: Any
    length: float
    oracle: Callable[[Any, Any], tuple[Any, Any]]
    log_area: Callable[[Any], Any]
    """Logarithm of the volume per angle."""


def windings(angle: Any, clock: Any, period: Any, sign: int, order: int) -> Any:
    """Derivative, of an order, of the sum of normal densities over windings."""
    total = mpmath.mpf(0)
    most = 4 if clock < 1 else 30
    for k in range(-most, most + 1):
        x = angle + k * period
        factor = {0: 1, 1: -x / clock, 2: (x / clock) ** 2 - 1 / clock}[order]
        total += sign**k * factor * mpmath.exp(-(x**2) / (2 * clock))
    return total / mpmath.sqrt(2 * mpmath.pi * clock)


def circle(angle: Any, clock: Any) -> tuple[Any, Any]:
    value, slope = (windings(angle, clock, 2 * mpmath.pi, 1, order) for order in (0, 1))
    return mpmath.log(value), -slope / value / mpmath.sin(angle)


def three_sphere(angle: Any, clock: Any, period: Any = None, sign: int = 1) -> tuple[Any, Any]:
    period = 2 * mpmath.pi if period is None else period
    slope, bend = (windings(angle, clock, period, sign, order) for order in (1, 2))
    sine = mpmath.sin(angle)
    density = -slope / sine * mpmath.exp(clock / 2) / (2 * mpmath.pi)
    return mpmath.log(density), -(bend / slope - mpmath.cot(angle)) / sine


def rotation(angle: Any, clock: Any) -> tuple[Any, Any]:
    half = angle / 2
    log_density, slope = three_sphere(half, clock / 8, mpmath.pi, -1)
    return log_density - mpmath.log(8) * 3 / 2, slope / (4 * mpmath.cos(half))


KERNELS = {
    "S1": Kernel(gn.manifolds.CircleHeatKernel(), 1, circle, lambda a: math.log(2) + 0 * a),
    "S3": Kernel(
        gn.manifolds.ThreeSphereHeatKernel(),
        1,
        three_sphere,
        lambda a: np.log(4 * math.pi * np.sin(a) ** 2),
    ),
    "SO3": Kernel(
        gn.manifolds.RotationHeatKernel(),
        math.sqrt(0.5),
        rotation,
        lambda a: np.log(4 * math.pi * 2 * 2**1.5 * 2 * np.sin(a / 2) ** 2),
    ),
}


def evaluate(name: str, dtype: Any = np.float64) -> Callable[[np.ndarray, np.ndarray], Any]:
    kernel = KERNELS[name].kernel

    @jax.jit
    def both(angle: Any, clock: Any) -> tuple[Any, Any]:
        return kernel.log_density_at(angle, clock), kernel.slope_in_cosine_at(angle, clock)

    def found(angle: np.ndarray, clock: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        angle, clock = (np.asarray(a, dtype) for a in np.broadcast_arrays(angle, clock))
        first, second = both(jnp.asarray(angle), jnp.asarray(clock))
        return np.asarray(first, float), np.asarray(second, float)

    return found


def grid() -> tuple[np.ndarray, np.ndarray]:
    """Angles, up to the far end and there in units of the clock, and clocks."""
    rows = []
    for clock in CLOCKS:
        noise = [min(s * math.sqrt(clock), 3.0) for s in SCALES]
        ends = [math.pi - d for d in (0.0, 1e-9, 1e-3, min(clock / 10, 0.1), min(clock, 0.2))]
        rows.append([*ANGLES, *noise, *ends])
    return np.array(rows), np.array(CLOCKS)[:, None]


def expected(kernel: Kernel, angle: float, clock: float) -> tuple[float, float]:
    """Log-density and length of the score, at the ends of the interval from next to them."""
    with mpmath.workdps(DIGITS):
        # The float nearest to pi is 1e-16 below it, a distance that counts for no clock here.
        inside = mpmath.mpf(angle) + (mpmath.mpf(10) ** -30 if angle == 0 else 0)
        log_density, slope = kernel.oracle(inside, mpmath.mpf(clock))
        return float(log_density), float(slope * mpmath.sin(inside) * kernel.length)


@pytest.mark.parametrize("name", KERNELS)
def test_agrees_with_sums_of_many_digits(name: str):
    kernel = KERNELS[name]
    angle, clock = grid()
    log_density, slope = evaluate(name)(angle, clock)
    score = slope * np.sin(angle) * kernel.length
    rows = zip(angle, CLOCKS, strict=True)
    right = np.array([[expected(kernel, a, c) for a in row] for row, c in rows])
    np.testing.assert_allclose(log_density, right[..., 0], rtol=1e-13, atol=1e-13)
    size = np.maximum(np.abs(right[..., 1]), clock**-0.5)
    # Next to the far end a short motion sees the rounding of the angle itself.
    assert np.max(np.abs(score - right[..., 1]) / size) < 1e-6
    assert (np.abs(score - right[..., 1]) / size)[clock[:, 0] >= 1e-4].max() < 1e-11
    other = evaluate(name)(angle, 1.001 * clock)[0]
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(other, right[..., 0], rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", KERNELS)
def test_density_has_integral_one(name: str):
    kernel = KERNELS[name]
    node, weight = np.polynomial.legendre.leggauss(200)
    clock = np.array(CLOCKS)[:, None]
    end = np.minimum(math.pi, 13 * np.sqrt(clock))
    angle, weight = 0.5 * end * (node + 1), 0.5 * end * weight
    log_density, slope = evaluate(name)(angle, clock)
    assert (slope > 0).all(), "the density grows with the angle"
    total = np.sum(np.exp(log_density + kernel.log_area(angle)) * weight, -1)
    np.testing.assert_allclose(total, 1, rtol=2e-13)


@pytest.mark.parametrize("name", KERNELS)
def test_single_precision(name: str):
    """Where the density is at least 1e-6 of its maximum."""
    clock = np.array(CLOCKS, np.float32)[:, None]
    end = np.minimum(math.pi, np.sqrt(27.6 * clock.astype(float)))
    angle = np.minimum(end * np.linspace(0, 1, 400), np.float32(3.1415925)).astype(np.float32)
    single, double = evaluate(name, np.float32)(angle, clock), evaluate(name)(angle, clock)
    seen = double[0] > double[0][:, :1] - math.log(1e6)
    assert seen.mean() > 0.8
    assert np.abs(single[0] - double[0])[seen].max() < 1e-4
    error = np.abs(single[1] - double[1]) * np.sin(angle.astype(float)) * np.sqrt(clock)
    assert error[seen].max() < 1e-4


@pytest.mark.parametrize("name", KERNELS)
def test_derivatives_are_finite_and_right_at_both_ends(name: str):
    """The slope is even about both ends: its derivative is zero there, and small nearby."""
    kernel = KERNELS[name].kernel
    derivative = jax.jit(jax.vmap(jax.grad(kernel.slope_in_cosine_at)))
    angle = np.array([0.0, 1e-8, 1e-4, math.pi - 1e-4, math.pi - 1e-8, math.pi])
    for clock in (1e-8, 0.5, 10.0):
        found = derivative(jnp.asarray(angle), jnp.full(angle.shape, clock))
        assert np.isfinite(np.asarray(found)).all()
        assert abs(float(found[0])) < 1e-12 / clock
    np.testing.assert_allclose(found[-1], 0, atol=1e-12)


def antipode(clock: float, distance: np.ndarray) -> np.ndarray:
    """Length of the score of a short motion on the globe near the antipode, where rays meet."""
    from scipy.special import i0e, i1e

    x = math.pi * distance / clock
    return math.pi / clock * i1e(x) / i0e(x) - distance / clock


@pytest.mark.parametrize("clock", [1e-8, 1e-6])
def test_short_motions_on_the_globe_reach_the_antipode(clock: float):
    kernel = gn.manifolds.SphereHeatKernel()
    distance = np.append(clock * np.array([0.1, 1.0, 10.0, 100.0]), [1e-5, 1e-3])
    angle = jnp.asarray(math.pi - distance)
    distance = (math.pi - np.asarray(angle)) + 1.2246e-16  # by which the nearest float errs
    slope = np.asarray(jax.jit(kernel.slope_in_cosine_at)(angle, jnp.full(angle.shape, clock)))
    found = slope * np.sin(distance)
    np.testing.assert_allclose(found, antipode(clock, distance), rtol=1e-5)
