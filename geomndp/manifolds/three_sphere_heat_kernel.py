"""The heat kernel of the three-sphere, in closed form."""

import functools
import math
from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.manifolds.even_functions import chebyshev_sum
from geomndp.manifolds.radial_heat_kernel import AbstractRadialHeatKernel
from geomndp.manifolds.radial_map import angle_from_table, radial_table
from geomndp.manifolds.wrapped_normal import wrapped_normal

_SERIES_FROM = 1.0
"""The clock above which the series of characters is used; its next term is 100 e^-49 there."""

_N_TERMS = 9


class ThreeSphereHeatKernel(AbstractRadialHeatKernel):
    r"""The heat kernel of $S^3$, generator $\tfrac12\Delta$, clock $\tau$ in squared radians.

    With $\theta$ the angle between start and end and $U_n$ the Chebyshev polynomials, the
    characters of SU(2),

    $$ p(\theta) = \frac{e^{\tau/2}}{(2\pi\tau)^{3/2}}
       \sum_k \frac{\theta + 2\pi k}{\sin\theta} e^{-(\theta + 2\pi k)^2/2\tau}
       = \frac{1}{2\pi^2} \sum_{n\ge0} (n+1) U_n(\cos\theta) e^{-n(n+2)\tau/2}, $$

    the first below a clock of 1 and the second above. It is, but for a factor, the derivative of
    the kernel of the circle by the cosine of the angle. Samples are read from a table: their law
    differs from this one by less than 3e-5 in the distribution function of the angle.

    References:
        Camporesi (1990), *Harmonic analysis and propagators on homogeneous spaces*.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> kernel = gn.manifolds.ThreeSphereHeatKernel()
        >>> uniform = kernel.log_density_at(jnp.array(1.0), jnp.array(40.0))
        >>> round(float(uniform), 4)  # -log(2 pi^2)
        -2.9826
    """

    def log_density_at(
        self, angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        return _log_density(angle, clock, jnp)

    def slope_in_cosine_at(
        self, angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        early, late = jnp.minimum(clock, _SERIES_FROM), jnp.maximum(clock, _SERIES_FROM)
        images = wrapped_normal(angle, early, jnp)
        total, slope = _characters(angle, late, jnp)
        return jnp.where(
            clock < _SERIES_FROM, images.curvature / (early * images.slope), slope / total
        )

    def angle_from_radius(
        self, radius: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Read from a table, by which the Maxwell law becomes that of the angle."""
        return angle_from_table(_radial_table(), radius, clock)


def _log_density(angle: Any, clock: Any, xp: ModuleType) -> Any:
    early, late = xp.minimum(clock, _SERIES_FROM), xp.maximum(clock, _SERIES_FROM)
    total = wrapped_normal(angle, early, xp).slope
    scale = 0.5 * early - angle**2 / (2 * early) - 1.5 * xp.log(2 * math.pi * early)
    large = xp.log(_characters(angle, late, xp)[0]) - math.log(2 * math.pi**2)
    return xp.where(clock < _SERIES_FROM, scale + xp.log(total), large)


def _characters(angle: Any, clock: Any, xp: ModuleType) -> tuple[Any, Any]:
    """2 pi^2 p, and its derivative by the cosine."""
    weights = [(n + 1) * xp.exp(-0.5 * n * (n + 2) * clock) for n in range(_N_TERMS)]
    return chebyshev_sum(xp.cos(angle), weights, (0.0, 0.0))


@functools.cache
def _radial_table() -> np.ndarray:
    return radial_table(functools.partial(_log_density, xp=np), 3)
