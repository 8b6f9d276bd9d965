"""Even functions that closed forms of heat kernels are made of, to all digits at 0.

Each takes the module of arrays: `jax.numpy`, or `numpy` for tables in float64.
"""

import math
from types import ModuleType
from typing import Any

_SMALL = 0.5
"""Below this power series are used; above it the quotients lose at most a digit."""

_OVER_SINE = (
    1.0,
    1 / 6,
    7 / 360,
    31 / 15120,
    127 / 604800,
    73 / 3421440,
    1414477 / 653837184000,
    8191 / 37362124800,
    16931177 / 762187345920000,
)
"""Taylor coefficients of x/sin(x), in powers of the square."""


def decayed_cosh(x: Any, xp: ModuleType) -> tuple[Any, Any, Any]:
    r"""$e^{-x}$ times $\cosh x$, $\sinh(x)/x$ and $(\cosh x - \sinh(x)/x)/x^2$, for $x \ge 0$.

    With respect to half the square of x the second is the derivative of the first, and the third
    that of the second.
    """
    is_small = x < _SMALL
    small, large = xp.where(is_small, x, 0), xp.where(is_small, 1, x)
    first, second = 0.5 * (1 + xp.exp(-2 * x)), -xp.expm1(-2 * large) / (2 * large)
    third = (0.5 * (1 + xp.exp(-2 * large)) - second) / large**2
    square, decay = small**2, xp.exp(-small)
    terms = range(8)
    series = (
        [1 / math.factorial(2 * n + 1) for n in terms],
        [2 * (n + 1) / math.factorial(2 * n + 3) for n in terms],
    )
    second = xp.where(is_small, decay * polynomial(series[0], square), second)
    third = xp.where(is_small, decay * polynomial(series[1], square), third)
    return first, second, third


def over_sine(x: Any, xp: ModuleType) -> tuple[Any, Any]:
    """x/sin(x), and its derivative with respect to half the square of x, for x up to pi/2."""
    is_small = x < _SMALL
    small, large = xp.where(is_small, x, 0), xp.where(is_small, 1, x)
    sine = xp.sin(large)
    slope = (sine - large * xp.cos(large)) / (large * sine**2)
    by_half_square = [2 * n * c for n, c in enumerate(_OVER_SINE)][1:]
    return (
        xp.where(is_small, polynomial(_OVER_SINE, small**2), large / sine),
        xp.where(is_small, polynomial(by_half_square, small**2), slope),
    )


def polynomial(coefficients: Any, x: Any) -> Any:
    """The lowest power first, by Horner's rule."""
    total = 0 * x
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def chebyshev_sum(cosine: Any, weights: list[Any], before: tuple[Any, Any]) -> tuple[Any, Any]:
    """Sum of functions f_n of the cosine with these weights, and its derivative by the cosine.

    They begin with f_0 = 1 and have f_(n+1) = 2 cosine f_n - f_(n-1); `before` is f_(-1) and its
    derivative: the cosine and 1 for the cosines of multiples of the angle, 0 and 0 for the
    characters of SU(2).
    """
    value, slope = 0 * cosine + 1, 0 * cosine
    total, total_slope = 0 * cosine, 0 * cosine
    previous, previous_slope = before
    for weight in weights:
        total, total_slope = total + weight * value, total_slope + weight * slope
        following = 2 * cosine * value - previous
        following_slope = 2 * value + 2 * cosine * slope - previous_slope
        previous, previous_slope, value, slope = value, slope, following, following_slope
    return total, total_slope
