"""The heat kernel of the circle: the wrapped normal law."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.even_functions import chebyshev_sum
from geomndp.manifolds.radial_heat_kernel import AbstractRadialHeatKernel
from geomndp.manifolds.wrapped_normal import wrapped_normal

_SERIES_FROM = 1.0
"""The clock above which the Fourier series is used; its next term is e^-40 there."""

_N_TERMS = 9


class CircleHeatKernel(AbstractRadialHeatKernel):
    r"""The heat kernel of $S^1$, generator $\tfrac12\Delta$, clock $\tau$ in squared radians.

    With $\theta$ the angle between start and end,

    $$ p(\theta) = \frac{1}{\sqrt{2\pi\tau}} \sum_k e^{-(\theta + 2\pi k)^2/2\tau}
       = \frac{1}{2\pi} \Big(1 + 2\sum_{n\ge1} e^{-n^2\tau/2} \cos n\theta\Big), $$

    the first below a clock of 1 and the second above. Samples are exact: a normal law, wrapped.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> kernel = gn.manifolds.CircleHeatKernel()
        >>> uniform = kernel.log_density_at(jnp.array(1.0), jnp.array(40.0))
        >>> round(float(uniform), 4)  # -log(2 pi)
        -1.8379
    """

    def log_density_at(
        self, angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        early, late = jnp.minimum(clock, _SERIES_FROM), jnp.maximum(clock, _SERIES_FROM)
        total = wrapped_normal(angle, early, jnp).value
        small = jnp.log(total) - angle**2 / (2 * early) - 0.5 * jnp.log(2 * math.pi * early)
        large = jnp.log(_fourier(angle, late)[0]) - math.log(2 * math.pi)
        return jnp.where(clock < _SERIES_FROM, small, large)

    def slope_in_cosine_at(
        self, angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        early, late = jnp.minimum(clock, _SERIES_FROM), jnp.maximum(clock, _SERIES_FROM)
        images = wrapped_normal(angle, early, jnp)
        total, slope = _fourier(angle, late)
        return jnp.where(clock < _SERIES_FROM, images.slope / (early * images.value), slope / total)

    def angle_from_radius(
        self, radius: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """The square root of the clock times the radius, which may go round the circle."""
        return jnp.sqrt(clock) * radius


def _fourier(
    angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
) -> tuple[Float[Array, "*batch"], Float[Array, "*batch"]]:
    """2 pi p, and its derivative by the cosine."""
    cosine = jnp.cos(angle)
    weights = [(2 if n else 1) * jnp.exp(-0.5 * n**2 * clock) for n in range(_N_TERMS)]
    return chebyshev_sum(cosine, weights, (cosine, jnp.ones_like(cosine)))
