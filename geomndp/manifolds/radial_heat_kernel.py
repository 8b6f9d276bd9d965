"""What heat kernels of unit spheres share: they depend on the angle alone."""

import abc

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.heat_kernel import AbstractHeatKernel
from geomndp.manifolds.unit_vectors import angle_between, part_across
from geomndp.typing import Key


class AbstractRadialHeatKernel(AbstractHeatKernel):
    """The heat kernel of a unit sphere, a function of the clock and of the angle travelled.

    Implementations give the log-density at an angle, its derivative by the cosine, which unlike
    that by the angle is smooth at both ends, and the map that makes the length of a standard
    normal tangent vector the angle travelled.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> kernel: gn.manifolds.AbstractRadialHeatKernel = gn.manifolds.Sphere(3).heat_kernel
        >>> angle, clock = jnp.array([0.0, 1.0, 3.1]), jnp.full(3, 0.5)
        >>> log_density = kernel.log_density_at(angle, clock)
        >>> bool((jnp.diff(log_density) < 0).all())
        True
    """

    @abc.abstractmethod
    def log_density_at(
        self, angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Log-density per unit of volume at an angle from the start, from 0 to pi."""

    @abc.abstractmethod
    def slope_in_cosine_at(
        self, angle: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Derivative of the log-density with respect to the cosine of the angle.

        It is smooth and positive at all angles, so that the score, of which it is the size per
        sine of the angle, has a gradient at the start itself and at the antipode.
        """

    @abc.abstractmethod
    def angle_from_radius(
        self, radius: Float[Array, "*batch"], clock: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """The radial map: a standard normal vector of length `radius` to the angle travelled."""

    def log_density(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch"]:
        return self.log_density_at(angle_between(y0, y), clock)

    def score(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch ambient_dim"]:
        slope = self.slope_in_cosine_at(angle_between(y0, y), clock)
        return slope[..., None] * part_across(y, y0)

    def sample(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
        *,
        key: Key,
    ) -> Float[Array, "*batch ambient_dim"]:
        noise = jax.random.normal(key, y0.shape, y0.dtype)
        noise = noise - jnp.sum(noise * y0, -1, keepdims=True) * y0
        radius = jnp.sqrt(jnp.sum(noise**2, -1))
        angle = self.angle_from_radius(radius, clock)
        direction = noise / jnp.maximum(radius, 1e-12)[..., None]
        y = jnp.cos(angle)[..., None] * y0 + jnp.sin(angle)[..., None] * direction
        return y / jnp.sqrt(jnp.sum(y**2, -1, keepdims=True))
