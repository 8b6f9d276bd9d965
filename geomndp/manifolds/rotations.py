"""Rotation matrices, rotation vectors and quaternions, with finite gradients at all angles."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.even_functions import polynomial
from geomndp.manifolds.unit_vectors import identity, safe_norm, sinc

Matrix = Float[Array, "*batch 3 3"]


def hat(w: Float[Array, "*batch 3"]) -> Matrix:
    """The antisymmetric matrix W with W a the cross product of w and a."""
    zero = jnp.zeros_like(w[..., 0])
    x, y, z = w[..., 0], w[..., 1], w[..., 2]
    rows = [zero, -z, y, z, zero, -x, -y, x, zero]
    return jnp.stack(rows, -1).reshape(*w.shape, 3)


def vee(matrix: Matrix) -> Float[Array, "*batch 3"]:
    """The vector of the antisymmetric part."""
    twice = jnp.stack([matrix[..., i - 1, i - 2] - matrix[..., i - 2, i - 1] for i in range(3)], -1)
    return 0.5 * twice


def transposed(matrix: Matrix) -> Matrix:
    """The inverse of a rotation."""
    return jnp.swapaxes(matrix, -1, -2)


def rotation(w: Float[Array, "*batch 3"]) -> Matrix:
    """The rotation about w by its length, by the formula of Rodrigues."""
    angle = safe_norm(w)[..., None, None]
    turn = hat(w)
    half = sinc(0.5 * angle)
    return identity(3, w) + sinc(angle) * turn + 0.5 * half**2 * (turn @ turn)


def quaternion(y: Matrix, z: Matrix) -> Float[Array, "*batch 4"]:
    """Of the rotation from y to z, in the coordinates of y: the scalar part first.

    Arguments:
        y: A rotation matrix.
        z: Another. What is antisymmetric is taken from their difference, so that rotations which
            are nearly equal differ by an angle that has all its digits.
    """
    step = transposed(y) @ (z - y)
    trace = jnp.trace(step, axis1=-2, axis2=-1)
    turn = 2 * vee(step)
    both = step + transposed(step)
    diagonal = [2 * step[..., i, i] - trace for i in range(3)]
    entries: list[list[Any]] = [[4 + trace, turn[..., 0], turn[..., 1], turn[..., 2]]]
    for i in range(3):
        row = [turn[..., i], both[..., i, 0], both[..., i, 1], both[..., i, 2]]
        row[1 + i] = diagonal[i]
        entries.append(row)
    # Each row is the quaternion times four of one of its parts; the one with the largest is well
    # away from zero.
    rows = jnp.stack([jnp.stack(row, -1) for row in entries], -2)
    largest = jnp.argmax(jnp.diagonal(rows, axis1=-2, axis2=-1), -1)
    q = jnp.take_along_axis(rows, largest[..., None, None], -2)[..., 0, :]
    length = safe_norm(q)[..., None]
    q = q / jnp.where(length > 0, length, 1)
    return jnp.where(q[..., :1] < 0, -q, q)


def from_quaternion(q: Float[Array, "*batch 4"]) -> Matrix:
    """The rotation matrix of a unit quaternion."""
    w, v = q[..., :1], q[..., 1:]
    turn = hat(v)
    return identity(3, q) + 2 * w[..., None] * turn + 2 * (turn @ turn)


def rotation_angle(q: Float[Array, "*batch 4"]) -> Float[Array, "*batch"]:
    """The angle in [0, pi] by which a unit quaternion rotates."""
    return 2 * jnp.arctan2(safe_norm(q[..., 1:]), jnp.abs(q[..., 0]))


def rotation_vector(q: Float[Array, "*batch 4"]) -> Float[Array, "*batch 3"]:
    """The axis times the angle in [0, pi], for a scalar part that is not negative."""
    cosine, sine = q[..., 0], safe_norm(q[..., 1:])
    is_small = sine < 0.1 * jnp.abs(cosine)
    ratio = jnp.where(is_small, sine / jnp.where(is_small, cosine, 1), 0)
    series = [2 * (-1) ** n / (2 * n + 1) for n in range(8)]
    near = polynomial(series, ratio**2) / jnp.where(is_small, cosine, 1)
    safe = jnp.where(is_small, 1, sine)
    far = 2 * jnp.arctan2(safe, jnp.where(is_small, 1, cosine)) / safe
    return jnp.where(is_small, near, far)[..., None] * q[..., 1:]


@jax.custom_jvp
def nearest_rotation(matrix: Matrix) -> Matrix:
    """The nearest rotation matrix: the orthogonal polar factor, with determinant 1."""
    left, _, right = jnp.linalg.svd(matrix)
    sign = jnp.where(jnp.linalg.det(left @ right) < 0, -1, 1).astype(matrix.dtype)
    signs = jnp.stack([jnp.ones_like(sign), jnp.ones_like(sign), sign], -1)
    return (left * signs[..., None, :]) @ right


@nearest_rotation.defjvp
def _nearest_rotation_jvp(primals: tuple[Matrix], tangents: tuple[Matrix]) -> tuple[Matrix, Matrix]:
    # The derivative of a singular value decomposition is infinite where two values are equal, as
    # they are at every rotation; that of the polar factor R of R S is R skew(w), where
    # (tr(S) - S) w is the vector of R' dA - dA' R.
    (matrix,), (change,) = primals, tangents
    found = nearest_rotation(matrix)
    stretch = transposed(found) @ matrix
    stretch = 0.5 * (stretch + transposed(stretch))
    trace = jnp.trace(stretch, axis1=-2, axis2=-1)[..., None, None]
    rows = trace * identity(3, matrix[..., 0]) - stretch
    b = 2 * vee(transposed(found) @ change)
    columns = [jnp.cross(rows[..., i - 2, :], rows[..., i - 1, :]) for i in range(3)]
    determinant = jnp.sum(rows[..., 0, :] * columns[0], -1, keepdims=True)
    w = sum(columns[i] * b[..., i : i + 1] for i in range(3))
    # Where the nearest rotation is not unique it has no derivative, and 0 is as good as any.
    is_unique = jnp.abs(determinant) > 1e-20
    w = jnp.where(is_unique, w / jnp.where(is_unique, determinant, 1), 0)
    return found, found @ hat(w)
