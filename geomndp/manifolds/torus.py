"""The flat torus."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.base import AbstractManifold, Point, Tangent
from geomndp.manifolds.sphere import Sphere
from geomndp.manifolds.torus_heat_kernel import TorusHeatKernel
from geomndp.manifolds.unit_vectors import identity, safe_norm
from geomndp.typing import Key

_CIRCLE = Sphere(1)


class Torus(AbstractManifold):
    r"""The flat torus $(S^1)^n$ in $\mathbb{R}^{2n}$: n angles, each a unit vector of the plane.

    The coordinates of a point are $\cos a_1, \sin a_1, \cos a_2, \sin a_2, \dots$; dihedral angles
    of a molecule are such points. Distances are those of the angles, in radians.

    Arguments:
        n: The number of circles, at least 1.

    Raises:
        ValueError: If `n` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> torus = gn.manifolds.Torus(2)
        >>> y, z = jnp.array([1.0, 0.0, 1.0, 0.0]), jnp.array([0.0, 1.0, -1.0, 0.0])
        >>> round(float(torus.dist(y, z)), 4)  # pi/2 and pi
        3.5124
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
        return 2 * self.n

    @property
    def heat_kernel(self) -> TorusHeatKernel:
        return TorusHeatKernel(self.n)

    @property
    def log_volume(self) -> float:
        return self.n * math.log(2 * math.pi)

    @property
    def spectral_gap(self) -> float:
        return 1.0

    def exp(self, y: Point, v: Tangent) -> Point:
        return _CIRCLE.exp(self._circles(y), self._circles(v)).reshape(y.shape)

    def log(self, y: Point, z: Point) -> Tangent:
        return _CIRCLE.log(self._circles(y), self._circles(z)).reshape(y.shape)

    def dist(self, y: Point, z: Point) -> Float[Array, "*batch"]:
        return safe_norm(_CIRCLE.dist(self._circles(y), self._circles(z)))

    def transport(self, y: Point, z: Point, v: Tangent) -> Tangent:
        parts = (self._circles(a) for a in (y, z, v))
        return _CIRCLE.transport(*parts).reshape(y.shape)

    def project(self, y: Point) -> Point:
        return _CIRCLE.project(self._circles(y)).reshape(y.shape)

    def project_tangent(self, y: Point, v: Tangent) -> Tangent:
        return _CIRCLE.project_tangent(self._circles(y), self._circles(v)).reshape(y.shape)

    def spanning_fields(self, y: Point) -> Float[Array, "*batch n_fields ambient_dim"]:
        """The frame, which is smooth on a torus."""
        return self.frame(y)

    def frame(self, y: Point) -> Float[Array, "*batch dim ambient_dim"]:
        """A quarter turn of each circle's point."""
        circles = self._circles(y)
        tangents = jnp.stack([-circles[..., 1], circles[..., 0]], -1)
        blocks = identity(self.n, y)[..., None] * tangents[..., None, :, :]
        return blocks.reshape(*y.shape[:-1], self.n, 2 * self.n)

    def log_det_exp(self, y: Point, v: Tangent) -> Float[Array, "*batch"]:
        return jnp.zeros_like(v[..., 0])

    def base_point(self) -> Float[Array, " ambient_dim"]:
        return jnp.tile(_CIRCLE.base_point(), self.n)

    def random_uniform(self, shape: tuple[int, ...], *, key: Key) -> Point:
        return _CIRCLE.random_uniform((*shape, self.n), key=key).reshape(*shape, 2 * self.n)

    def _circles(self, y: Float[Array, "*batch ambient_dim"]) -> Float[Array, "*batch n 2"]:
        return y.reshape(*y.shape[:-1], self.n, 2)
