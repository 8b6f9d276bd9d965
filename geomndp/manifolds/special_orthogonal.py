"""Rotations of space."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import rotations
from geomndp.manifolds.base import AbstractManifold, Point, Tangent
from geomndp.manifolds.rotation_heat_kernel import RotationHeatKernel
from geomndp.manifolds.unit_vectors import identity, safe_norm, sinc
from geomndp.typing import Key


class SO3(AbstractManifold):
    r"""The rotations of space, as matrices, row after row in $\mathbb{R}^9$.

    The metric is that of the ambient space, $\langle U, V\rangle = \operatorname{tr} U^T V$, which
    rotations from both sides keep. So the distance of two rotations is $\sqrt2$ times the angle of
    the one that leads from the first to the second, and the manifold is a sphere $S^3$ of radius
    $2\sqrt2$, that of quaternions, with opposite points taken as one. Rotations by the angle pi
    from y have two shortest geodesics from it, of which `log` picks one.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> rotations = gn.manifolds.SO3()
        >>> quarter_turn = jnp.array([0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0])
        >>> round(float(rotations.dist(rotations.base_point(), quarter_turn)), 4)
        2.2214
    """

    @property
    def dim(self) -> int:
        return 3

    @property
    def ambient_dim(self) -> int:
        return 9

    @property
    def heat_kernel(self) -> RotationHeatKernel:
        return RotationHeatKernel()

    @property
    def log_volume(self) -> float:
        return math.log(8 * math.pi**2 * 2**1.5)

    @property
    def spectral_gap(self) -> float:
        return 1.0

    def exp(self, y: Point, v: Tangent) -> Point:
        matrix = _matrix(y)
        end = matrix @ rotations.rotation(rotations.vee(rotations.transposed(matrix) @ _matrix(v)))
        # One step of Newton's method towards the nearest rotation: rounding does not pile up.
        return _flat(1.5 * end - 0.5 * end @ (rotations.transposed(end) @ end))

    def log(self, y: Point, z: Point) -> Tangent:
        return _moved(y, self._rotation_vector(y, z))

    def dist(self, y: Point, z: Point) -> Float[Array, "*batch"]:
        angle = rotations.rotation_angle(rotations.quaternion(_matrix(y), _matrix(z)))
        return math.sqrt(2) * angle

    def transport(self, y: Point, z: Point, v: Tangent) -> Tangent:
        # Along R exp(tW) the geodesic's own turn is undone by half: R A goes to
        # R exp(W/2) A exp(W/2), whose vector in the coordinates of the end is exp(-W/2) a.
        a = rotations.vee(rotations.transposed(_matrix(y)) @ _matrix(v))
        half_back = rotations.rotation(-0.5 * self._rotation_vector(y, z))
        return _moved(z, (half_back @ a[..., None])[..., 0])

    def project(self, y: Point) -> Point:
        return _flat(rotations.nearest_rotation(_matrix(y)))

    def project_tangent(self, y: Point, v: Tangent) -> Tangent:
        return _moved(y, rotations.vee(rotations.transposed(_matrix(y)) @ _matrix(v)))

    def spanning_fields(self, y: Point) -> Float[Array, "*batch n_fields ambient_dim"]:
        """The frame, which turns with the rotation and is smooth."""
        return self.frame(y)

    def frame(self, y: Point) -> Float[Array, "*batch dim ambient_dim"]:
        """Turns about the axes of the body, left-invariant fields."""
        axes = math.sqrt(0.5) * identity(3, y)
        return _moved(jnp.broadcast_to(y[..., None, :], (*y.shape[:-1], 3, 9)), axes)

    def log_det_exp(self, y: Point, v: Tangent) -> Float[Array, "*batch"]:
        return 2 * jnp.log(jnp.abs(sinc(safe_norm(v) / math.sqrt(8))))

    def base_point(self) -> Float[Array, " ambient_dim"]:
        return jnp.eye(3).reshape(9)

    def random_uniform(self, shape: tuple[int, ...], *, key: Key) -> Point:
        q = jax.random.normal(key, (*shape, 4))
        return _flat(rotations.from_quaternion(q / jnp.linalg.norm(q, axis=-1, keepdims=True)))

    def _rotation_vector(self, y: Point, z: Point) -> Float[Array, "*batch 3"]:
        return rotations.rotation_vector(rotations.quaternion(_matrix(y), _matrix(z)))


def _matrix(y: Float[Array, "*batch 9"]) -> Float[Array, "*batch 3 3"]:
    return y.reshape(*y.shape[:-1], 3, 3)


def _flat(matrix: Float[Array, "*batch 3 3"]) -> Float[Array, "*batch 9"]:
    return matrix.reshape(*matrix.shape[:-2], 9)


def _moved(y: Point, w: Float[Array, "*batch 3"]) -> Tangent:
    """The tangent vector at y of turning about w, in the coordinates of the body."""
    return _flat(_matrix(y) @ rotations.hat(w))
