"""The heat kernel of the rotations of space, in closed form."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.manifolds import rotations
from geomndp.manifolds.even_functions import chebyshev_sum, over_sine
from geomndp.manifolds.heat_kernel import AbstractHeatKernel
from geomndp.manifolds.three_sphere_heat_kernel import ThreeSphereHeatKernel
from geomndp.manifolds.wrapped_normal import alternating_far_half, wrapped_normal
from geomndp.typing import Key

_SERIES_FROM = 0.5
"""The clock of the three-sphere above which the series is used; its next term is 200 e^-56."""

_N_TERMS = 7
_LOG_RADIUS = 1.5 * math.log(2)


class RotationHeatKernel(AbstractHeatKernel):
    r"""The heat kernel of SO(3), generator $\tfrac12\Delta$ in the metric $\operatorname{tr} U^TV$.

    With $\omega$ the angle of the rotation from start to end it is, per unit of volume,

    $$ p(\omega) = \frac{1}{16\sqrt2\,\pi^2} \sum_{l\ge0} (2l+1) e^{-l(l+1)\tau/4}
       \frac{\sin (l+\frac12)\omega}{\sin \frac12\omega}, $$

    also the sum over two opposite quaternions of the kernel of a three-sphere of radius
    $2\sqrt2$, which serves for clocks below 4. The clock has the unit of the squared distance,
    twice the squared angle. Samples are those of the three-sphere, from its table.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> kernel = gn.manifolds.RotationHeatKernel()
        >>> uniform = kernel.log_density_at(jnp.array(1.0), jnp.array(100.0))
        >>> round(float(uniform), 4)  # minus the logarithm of the volume
        -5.4086
    """

    def log_density(
        self,
        y0: Float[Array, "*batch 9"],
        y: Float[Array, "*batch 9"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch"]:
        return self.log_density_at(_angle(y0, y), clock)

    def score(
        self,
        y0: Float[Array, "*batch 9"],
        y: Float[Array, "*batch 9"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch 9"]:
        slope = self.slope_in_cosine_at(_angle(y0, y), clock)
        start, end = _matrix(y0), _matrix(y)
        # The gradient of the cosine, (tr(y' y0) - 1)/2. At the end y itself is normal: its
        # difference to the start has the same tangent part, and more digits.
        turn = rotations.vee(rotations.transposed(end) @ (start - end))
        gradient = 0.5 * end @ rotations.hat(turn)
        return slope[..., None] * gradient.reshape(y.shape)

    def sample(
        self,
        y0: Float[Array, "*batch 9"],
        clock: Float[Array, "*batch"],
        *,
        key: Key,
    ) -> Float[Array, "*batch 9"]:
        unmoved = jnp.zeros((*y0.shape[:-1], 4), y0.dtype).at[..., 0].set(1)
        moved = ThreeSphereHeatKernel().sample(unmoved, clock / 8, key=key)
        return (_matrix(y0) @ rotations.from_quaternion(moved)).reshape(y0.shape)

    def log_density_at(
        self, angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Log-density per unit of volume of a rotation by an angle from 0 to pi."""
        half, clock = 0.5 * angle, clock / 8  # those of the three-sphere
        early, late = jnp.minimum(clock, _SERIES_FROM), jnp.maximum(clock, _SERIES_FROM)
        is_near, near, far = _halves(half)
        at_start = wrapped_normal(near, early, jnp, period=math.pi, sign=-1.0).slope
        at_end = alternating_far_half(far, early, jnp)[0] / jnp.sin(far)
        scale = 0.5 * early - half**2 / (2 * early) - 1.5 * jnp.log(2 * math.pi * early)
        small = scale + jnp.log(jnp.where(is_near, at_start, at_end))
        large = jnp.log(_characters(angle, late)[0]) - math.log(math.pi**2)
        return jnp.where(clock < _SERIES_FROM, small, large) - 3 * _LOG_RADIUS

    def slope_in_cosine_at(
        self, angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Derivative of the log-density with respect to the cosine of the angle of rotation.

        It is smooth and positive at all angles.
        """
        half, clock = 0.5 * angle, clock / 8
        early, late = jnp.minimum(clock, _SERIES_FROM), jnp.maximum(clock, _SERIES_FROM)
        is_near, near, far = _halves(half)
        images = wrapped_normal(near, early, jnp, period=math.pi, sign=-1.0)
        at_start = images.curvature / (early * images.slope) / (4 * jnp.cos(near))
        value, slope = alternating_far_half(far, early, jnp)
        sine, (factor, _) = jnp.sin(far), over_sine(math.pi / 2 - far, jnp)
        at_end = (slope / (early * value) + 1 / (factor * sine)) * factor / (4 * sine)
        total, late_slope = _characters(angle, late)
        small = jnp.where(is_near, at_start, at_end)
        return jnp.where(clock < _SERIES_FROM, small, late_slope / total)


def _halves(
    half: Float[Array, "*batch"],
) -> tuple[Bool[Array, "*batch"], Float[Array, "*batch"], Float[Array, "*batch"]]:
    """Whether an angle of the three-sphere is in the near half, and two, valid in either half."""
    is_near, middle = half <= math.pi / 4, math.pi / 4
    return is_near, jnp.where(is_near, half, middle), jnp.where(is_near, middle, half)


def _characters(
    angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
) -> tuple[Float[Array, "*batch"], Float[Array, "*batch"]]:
    """The density times the volume, and its derivative by the cosine."""
    weights = [(2 * n + 1) * jnp.exp(-2 * n * (n + 1) * clock) for n in range(_N_TERMS)]
    return chebyshev_sum(jnp.cos(angle), weights, (-1.0, 0.0))


def _angle(y: Float[Array, "*batch 9"], z: Float[Array, "*batch 9"]) -> Float[Array, "*batch"]:
    return rotations.rotation_angle(rotations.quaternion(_matrix(y), _matrix(z)))


def _matrix(y: Float[Array, "*batch 9"]) -> Float[Array, "*batch 3 3"]:
    return y.reshape(*y.shape[:-1], 3, 3)
