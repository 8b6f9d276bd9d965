"""The map of the normal law of a tangent space to Brownian motion on a sphere, as a table.

It is the increasing map of radii under which the law of the length of a standard normal vector
becomes that of the angle travelled. The table has its ratio to the map of flat space, the square
root of the clock, times the radius; the ratio tends to 1 as the clock does to 0.
"""

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

# Rows of the table are even in log(1 + clock/unit): in the clock itself where it is small and the
# ratio linear in it, in its logarithm where it is large.
_CLOCK_UNIT, _LAST_CLOCK, _N_CLOCKS = 0.05, 25.0, 193
_CLOCK_STEP = math.log1p(_LAST_CLOCK / _CLOCK_UNIT) / (_N_CLOCKS - 1)
_LAST_RADIUS, _N_RADII = 8.0, 321
_RADIUS_STEP = _LAST_RADIUS / (_N_RADII - 1)


def angle_from_table(
    table: np.ndarray, radius: Float[Array, "*batch"], clock: Float[Array, "*batch"]
) -> Float[Array, "*batch"]:
    """The angle travelled, by a table of `radial_table`."""
    clock = jnp.minimum(clock, _LAST_CLOCK)
    row = jnp.log1p(clock / _CLOCK_UNIT) / _CLOCK_STEP
    column = jnp.minimum(radius, _LAST_RADIUS) / _RADIUS_STEP
    ratio = jax.scipy.ndimage.map_coordinates(
        jnp.asarray(table, radius.dtype), [row, column], order=1, mode="nearest"
    )
    return jnp.minimum(jnp.sqrt(clock) * radius * ratio, math.pi)


def radial_table(
    log_density: Callable[[np.ndarray, np.ndarray], np.ndarray], dim: int
) -> np.ndarray:
    """Ratio of the angle to sqrt(clock) * radius, over clock and radius, in float64.

    The survival function of the angle, the integral of p sin^(dim - 1), is integrated from the far
    end, and matched to that of the length of a normal vector; so is the distribution function,
    from the start.

    Arguments:
        log_density: Log-density at angles and one clock, up to a constant.
        dim: Dimension of the sphere.
    """
    # Scipy is what JAX itself rests on; here, since only a table wants this part of it.
    from scipy.special import gammainccinv, gammaincinv

    table = np.ones((_N_CLOCKS, _N_RADII))
    radius = _RADIUS_STEP * np.arange(1, _N_RADII)
    # Nodes are dense at both ends, where the square of the angle is linear in that of the radius,
    # and where it saturates.
    u = math.pi * np.linspace(0, 1, 1025)
    for row in range(1, _N_CLOCKS):
        clock = _CLOCK_UNIT * math.expm1(row * _CLOCK_STEP)
        end = min(math.pi, 9.0 * math.sqrt(clock))
        angle = 0.5 * end * (1 - np.cos(u))
        density = np.exp(log_density(angle, np.full(1, clock)))
        density = density * np.sin(angle) ** (dim - 1) * np.sin(u)
        # Simpson's rule on each pair of cells, from both ends.
        cells = density[:-2:2] + 4 * density[1:-1:2] + density[2::2]
        above = np.cumsum(cells[::-1])[::-1] / cells.sum()
        below = np.cumsum(np.append(0, cells[:-1])) / cells.sum()
        square = 2 * np.where(
            below < 0.5,
            gammaincinv(dim / 2, np.minimum(below, 0.5)),
            gammainccinv(dim / 2, np.clip(above, 1e-300, 0.5)),
        )
        found = np.sqrt(np.interp(radius**2, square, np.square(angle[:-1:2])))
        table[row, 1:] = found / (math.sqrt(clock) * radius)
        table[row, 0] = table[row, 1]
    return table
