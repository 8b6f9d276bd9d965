"""The density of Brownian motion on the two-sphere, against routes that share nothing with it."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

from geomndp.manifolds import SphereHeatKernel

KERNEL = SphereHeatKernel()
evaluate = jax.jit(lambda a, c: (KERNEL.log_density_at(a, c), KERNEL.slope_in_cosine_at(a, c)))


def at(angles: Any, clock: float, dtype: Any = np.float64) -> tuple[np.ndarray, np.ndarray]:
    """Log-densities at the angles, and their derivatives by the angle, in one compiled call."""
    angles = np.asarray(angles, dtype)
    padded = np.full(2048, angles[0], dtype)
    padded[: angles.size] = angles
    found = evaluate(jnp.asarray(padded), jnp.full(padded.shape, clock, dtype))
    log_density, slope = (np.asarray(a)[: angles.size] for a in found)
    assert (slope > 0).all(), "the density grows with the angle"
    return log_density, -np.sin(angles) * slope


def legendre_series(angle: float, clock: float, digits: int) -> tuple[float, float]:
    """Log-density and its derivative by the series in Legendre polynomials, with many digits."""
    with mpmath.workdps(digits):
        cosine, sine = mpmath.cos(angle), mpmath.sin(angle)
        before, legendre = mpmath.mpf(1), cosine
        ratio, power, decay = mpmath.exp(-mpmath.mpf(clock)), mpmath.mpf(1), mpmath.mpf(1)
        total, slope, degree = mpmath.mpf(1), mpmath.mpf(0), 0
        while decay * (2 * degree + 1) > mpmath.mpf(10) ** -digits:
            degree += 1
            power *= ratio
            decay *= power  # exp(-degree (degree + 1) clock / 2)
            weight = (2 * degree + 1) * decay
            total += weight * legendre
            slope += weight * degree * (cosine * legendre - before)
            following = (2 * degree + 1) * cosine * legendre - degree * before
            before, legendre = legendre, following / (degree + 1)
        return float(mpmath.log(total / (4 * mpmath.pi))), float(slope / sine / total)


SERIES = [
    (8.0, (0.5, 3.0), 30),
    (2.01, (1e-3, 1.0, 3.1415), 30),
    (1.99, (1e-5, 1e-3, 1.0, 3.1415), 40),
    (1.0, (0.3, 2.0, 3.14), 40),
    (0.1, (1e-3, 1.0, 3.0), 60),
    (0.01, (0.05, 1.0, 3.13), 240),
    (1e-4, (1e-4, 0.05), 40),
    (1e-6, (1e-6, 5e-3), 40),
]
SLOW_SERIES = [(0.01, (1e-3, 0.3, 2.0), 240), (1e-8, (1e-4,), 40)]
SLOW = [pytest.param(*case, marks=pytest.mark.slow) for case in SLOW_SERIES]


@pytest.mark.parametrize(("clock", "angles", "digits"), [*SERIES, *SLOW])
def test_agrees_with_the_legendre_series(clock: float, angles: tuple[float, ...], digits: int):
    expected = np.array([legendre_series(angle, clock, digits) for angle in angles]).T
    log_density, slope = at(angles, clock)
    np.testing.assert_allclose(log_density, expected[0], rtol=1e-13, atol=1e-12)
    np.testing.assert_allclose(slope, expected[1], rtol=1e-9, atol=1e-12)


def test_a_series_of_another_clock_is_found():
    (log_density,), _ = at([1.0], 0.1)
    assert abs(log_density - legendre_series(1.0, 0.1001, 40)[0]) > 1e-3


def parametrix(angle: Any, clock: Any) -> Any:
    """The expansion for small clocks to its second term, of relative error O(clock^2)."""
    ratio = angle / np.sin(angle)
    second = 0.25 * (1 + (1 - angle / np.tan(angle)) / angle**2)
    leading = -(angle**2) / (2 * clock) + 0.5 * np.log(ratio) - np.log(2 * np.pi * clock)
    return leading + np.log1p(0.5 * clock * second)


@pytest.mark.parametrize("clock", [1e-8, 1e-7, 1e-6, 1e-5, 1e-4])
def test_agrees_with_the_small_time_expansion(clock: float):
    angles = np.array([0.3, 1, 3, 6]) * math.sqrt(clock)
    expected = parametrix(angles, clock)
    log_density, slope = at(angles, clock)
    np.testing.assert_allclose(log_density, expected, rtol=1e-13, atol=10 * clock**2)
    step = 1e-4 * angles
    by_differences = (
        (parametrix(angles + step, clock) - parametrix(angles - step, clock)) / 2 / step
    )
    np.testing.assert_allclose(slope, by_differences, rtol=1e-7)


@pytest.mark.parametrize("clock", [1e-8, 1e-7, 1e-6, 1e-5, 1e-4])
def test_agrees_with_the_small_time_expansion_far_away(clock: float):
    """Where nothing is drawn, and the density is far below the least number."""
    angles = np.array([0.3, 1.0, 2.0, 2.5, 3.0])
    log_density, slope = at(angles, clock)
    expected = parametrix(angles, clock)
    np.testing.assert_allclose(log_density, expected, rtol=1e-13, atol=100 * clock**2)
    # Of the leading term alone: the others are smaller by the clock.
    expected = -angles / clock + 0.5 * (1 / angles - 1 / np.tan(angles))
    np.testing.assert_allclose(slope, expected, rtol=10 * clock**2)


def test_the_second_term_of_the_expansion_is_seen():
    difference = at([0.02], 1e-4)[0] - parametrix(0.02, 1e-4) + math.log1p(1e-4 / 6)
    assert abs(difference[0]) > 1e-5


@pytest.mark.parametrize(
    "clock", [1e-8, 1e-6, 1e-4, 1e-2, 0.1, 0.5, 1.0, 1.999, 2.001, 4.0, 10.0, 25.0]
)
def test_density_has_integral_one_and_the_moments_of_the_eigenfunctions(clock: float):
    node, weight = np.polynomial.legendre.leggauss(160)
    end = min(math.pi, 13 * math.sqrt(clock))
    angle, weight = 0.5 * end * (node + 1), 0.5 * end * weight
    density = np.exp(at(angle, clock)[0]) * 2 * math.pi * np.sin(angle) * weight
    assert density.sum() == pytest.approx(1, abs=2e-14)
    # 1 - P1 and 1 - P2, whose expectations keep their digits at small clocks.
    assert density @ (2 * np.sin(angle / 2) ** 2) == pytest.approx(-math.expm1(-clock), rel=1e-13)
    assert density @ (1.5 * np.sin(angle) ** 2) == pytest.approx(-math.expm1(-3 * clock), rel=1e-13)


@pytest.mark.parametrize("angle", [0.0, 1.0, math.pi])
def test_limit_is_the_uniform_law(angle: float):
    (log_density,), (slope,) = at([angle], 80.0)
    assert log_density == pytest.approx(-math.log(4 * math.pi), abs=1e-15)
    assert abs(slope) < 1e-15


def test_the_two_formulas_meet():
    angles = np.linspace(0, math.pi, 50)
    below, above = at(angles, np.nextafter(2.0, 0)), at(angles, 2.0)
    np.testing.assert_allclose(below[0], above[0], atol=1e-14)
    np.testing.assert_allclose(below[1], above[1], atol=1e-9)


@pytest.mark.parametrize("clock", [1e-8, 1e-6, 1e-4, 1e-2, 0.1, 0.5, 1.0, 1.9, 2.1, 8.0])
def test_single_precision(clock: float):
    """Error below 1e-5 in the log-density where it is at least 1e-6 of its maximum."""
    end = min(math.pi, math.sqrt(27.6 * clock))
    angles = np.append(np.linspace(0, end, 1500), [1e-3 * end, 0.999 * end]).astype(np.float32)
    angles, clock = np.minimum(angles, np.float32(math.pi)), float(np.float32(clock))
    single, double = at(angles, clock, np.float32), at(angles, clock)
    seen = double[0] > double[0][0] - math.log(1e6)
    assert seen.sum() > 1000
    assert np.abs(single[0] - double[0])[seen].max() < 1e-5
    # The score in units of the noise.
    assert math.sqrt(clock) * np.abs(single[1] - double[1])[seen].max() < 1e-4


def test_density_never_grows_with_the_angle():
    for clock in (1e-8, 1e-3, 0.5, 1.9, 2.1, 10.0):
        for dtype in (np.float32, np.float64):
            at(np.linspace(0, math.pi, 400), clock, dtype)
