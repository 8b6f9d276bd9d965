"""The normal law wound around a circle, and its derivatives by the cosine of the angle.

Heat kernels of the circle, of the three-sphere and of rotations are made of it: derivatives of the
sum over windings are densities of higher dimensions. Windings are taken in pairs that have equal
lengths at the start, or at the far end, of the circle: in such a pair nothing cancels, and what
is even about that end is a function of the square of the distance to it.
"""

import math
from types import ModuleType
from typing import Any, NamedTuple

from geomndp.manifolds.even_functions import decayed_cosh, over_sine

N_PAIRS = 3
"""Pairs of windings; the next are below e^-70 of the first at the clocks of use."""


class WrappedNormal(NamedTuple):
    r"""$\sum_k (\pm 1)^k e^{-(\theta + kP)^2/2\tau}$ over $e^{-\theta^2/2\tau}$, and derivatives.

    The derivatives of the sum are with respect to $\cos\theta$, times $\tau$ and $\tau^2$.
    """

    value: Any
    slope: Any
    curvature: Any


def wrapped_normal(
    angle: Any, clock: Any, xp: ModuleType, *, period: float = 2 * math.pi, sign: float = 1.0
) -> WrappedNormal:
    """The sum over windings for small clocks.

    Arguments:
        angle: Distance from the start. With sign 1 up to half the period; with -1, where the far
            half wants `alternating_far_half`, up to a quarter of it.
        clock: Up to about 1 for the period of 2 pi, with the square of the period for others.
        xp: `jax.numpy`, or `numpy`.
        period: Of the circle, 2 pi or pi.
        sign: Of odd windings.
    """
    is_near = angle <= period / 4
    r = xp.where(is_near, angle, period / 2 - angle)
    sums = (0.0, 0.0, 0.0)
    for k in range(N_PAIRS):
        length = k * period + xp.where(is_near, 0, period / 2)
        # Of the shorter of the pair: its square less that of the angle.
        excess = k * period * (k * period + xp.where(is_near, -2, 2) * angle)
        weight = sign**k * xp.exp(-excess / (2 * clock))
        # At the start the first has no other to be paired with.
        weight = 2 * weight if k > 0 else xp.where(is_near, 1, 2) * weight
        parts = decayed_cosh(length * r / clock, xp)
        ratio = length**2 / clock
        powers = (1, ratio, ratio**2)
        sums = tuple(
            total + weight * power * part
            for total, power, part in zip(sums, powers, parts, strict=True)
        )
    first, second, third = sums
    factor, factor_slope = over_sine(r, xp)
    slope = factor * (first - second)
    bend = factor * (third - 2 * second + first) - clock * factor_slope * (first - second)
    return WrappedNormal(first, xp.where(is_near, slope, -slope), factor * bend)


def alternating_far_half(angle: Any, clock: Any, xp: ModuleType) -> tuple[Any, Any]:
    r"""For the period $\pi$, sign -1 and angles in $[\pi/4, \pi/2]$, near whose end the sum is odd.

    The derivatives of the sum with respect to $\varepsilon = \pi/2 - \theta$, times $\tau$, and of
    that with respect to half the square of $\varepsilon$, times $\tau$ again.
    """
    r = math.pi / 2 - angle
    first, second = 0.0, 0.0
    for k in range(N_PAIRS):
        length = math.pi / 2 + k * math.pi
        excess = k * math.pi * (k * math.pi + 2 * angle)
        weight = 2 * (-1) ** k * xp.exp(-excess / (2 * clock))
        even, odd, bend = decayed_cosh(length * r / clock, xp)
        ratio = length / clock
        along = length * even - r**2 * ratio * odd
        first = first + weight * along
        second = second + weight * (
            length**2 * ratio * odd - 2 * length * odd - r**2 * length * ratio**2 * bend - along
        )
    return first, second
