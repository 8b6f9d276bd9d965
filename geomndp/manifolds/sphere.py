"""The unit sphere."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.base import AbstractManifold, Point, Tangent
from geomndp.manifolds.circle_heat_kernel import CircleHeatKernel
from geomndp.manifolds.radial_heat_kernel import AbstractRadialHeatKernel
from geomndp.manifolds.sphere_heat_kernel import SphereHeatKernel
from geomndp.manifolds.three_sphere_heat_kernel import ThreeSphereHeatKernel
from geomndp.manifolds.unit_vectors import angle_between, identity, part_across, safe_norm, sinc
from geomndp.typing import Key


class Sphere(AbstractManifold):
    r"""The unit sphere $S^n$ in $\mathbb{R}^{n+1}$, with the metric of the ambient space.

    Distances are angles in radians. At a pair of antipodal points, where shortest geodesics are
    many, `log` picks one of them, so that `exp(y, log(y, -y))` is still -y.

    Arguments:
        n: The intrinsic dimension, at least 1; the globe is `Sphere(2)`.

    Raises:
        ValueError: If `n` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> equator, pole = jnp.array([1.0, 0.0, 0.0]), jnp.array([0.0, 0.0, 1.0])
        >>> round(float(globe.dist(equator, pole)), 4)  # a quarter of a great circle
        1.5708
    """

    n: int

    def __check_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"expected a dimension of at least 1, got n={self.n}")

    @property
    def dim(self) -> int:
        return self.n

    @property
    def ambient_dim(self) -> int:
        return self.n + 1

    @property
    def heat_kernel(self) -> AbstractRadialHeatKernel:
        kernels = {1: CircleHeatKernel, 2: SphereHeatKernel, 3: ThreeSphereHeatKernel}
        if self.n not in kernels:
            raise ValueError(
                f"expected a sphere of dimension 1, 2 or 3, got {self}: the heat kernel of another "
                "is not available; use Langevin noising or flow matching, which need none"
            )
        return kernels[self.n]()

    @property
    def log_volume(self) -> float:
        half = (self.n + 1) / 2
        return math.log(2) + half * math.log(math.pi) - math.lgamma(half)

    @property
    def spectral_gap(self) -> float:
        return float(self.n)

    def exp(self, y: Point, v: Tangent) -> Point:
        length = safe_norm(v)[..., None]
        return self.project(jnp.cos(length) * y + sinc(length) * v)

    def log(self, y: Point, z: Point) -> Tangent:
        across = part_across(y, z)
        sine = safe_norm(across)[..., None]
        # Opposite points to rounding: what is left of their sum points along y.
        rounding = 8 * jnp.finfo(y.dtype).eps * safe_norm(z + y)[..., None]
        antipodal = (sine <= rounding) & (jnp.sum(y * z, -1, keepdims=True) < 0)
        direction = jnp.where(antipodal, self._some_tangent(y), across)
        sine = jnp.where(antipodal, 1, sine)
        angle = self.dist(y, z)[..., None]
        return jnp.where(sine > 0, angle / jnp.where(sine > 0, sine, 1), 1) * direction

    def dist(self, y: Point, z: Point) -> Float[Array, "*batch"]:
        return angle_between(y, z)

    def transport(self, y: Point, z: Point, v: Tangent) -> Tangent:
        # In the plane of the geodesic v turns with it: with e its direction at y and a its length,
        # the part along e goes from e to cos(a) e - sin(a) y.
        velocity = self.log(y, z)
        angle = safe_norm(velocity)[..., None]
        along = jnp.sum(velocity * v, -1, keepdims=True)
        turn = 0.5 * sinc(0.5 * angle) ** 2 * velocity + sinc(angle) * y
        return self.project_tangent(z, v - along * turn)

    def project(self, y: Point) -> Point:
        length = safe_norm(y)[..., None]
        return y / jnp.where(length > 0, length, 1)

    def project_tangent(self, y: Point, v: Tangent) -> Tangent:
        return v - jnp.sum(y * v, -1, keepdims=True) * y

    def spanning_fields(self, y: Point) -> Float[Array, "*batch n_fields ambient_dim"]:
        """Gradients of the coordinates and, on the globe, rotations about the axes.

        About the axis of the Earth these are, times the cosine of latitude, north and east.
        """
        axes = jnp.broadcast_to(
            jnp.eye(self.n + 1, dtype=y.dtype), (*y.shape[:-1], self.n + 1, self.n + 1)
        )
        point = jnp.broadcast_to(y[..., None, :], axes.shape)
        gradients = self.project_tangent(point, axes)
        if self.n != 2:
            return gradients
        return jnp.concatenate([gradients, jnp.cross(axes, point)], -2)

    def frame(self, y: Point) -> Float[Array, "*batch dim ambient_dim"]:
        """The other columns of the reflection that takes the first axis to y, or to -y."""
        n = self.n + 1
        sign = jnp.where(y[..., :1] > 0, 1, -1).astype(y.dtype)
        normal = jnp.concatenate([y[..., :1] + sign, y[..., 1:]], -1)
        squared = jnp.sum(normal**2, -1)[..., None, None]
        mirror = normal[..., :, None] * normal[..., None, :]
        return (identity(n, y) - 2 / squared * mirror)[..., 1:, :]

    def log_det_exp(self, y: Point, v: Tangent) -> Float[Array, "*batch"]:
        return (self.n - 1) * jnp.log(jnp.abs(sinc(safe_norm(v))))

    def base_point(self) -> Float[Array, " ambient_dim"]:
        return jax.nn.one_hot(self.n, self.n + 1)

    def random_uniform(self, shape: tuple[int, ...], *, key: Key) -> Point:
        return self.project(jax.random.normal(key, (*shape, self.n + 1)))

    def _some_tangent(self, y: Point) -> Tangent:
        """A unit tangent vector at y: the projection of the axis that is least along y."""
        axis = jax.nn.one_hot(jnp.argmin(jnp.abs(y), -1), self.n + 1, dtype=y.dtype)
        return self.project(self.project_tangent(y, axis))
