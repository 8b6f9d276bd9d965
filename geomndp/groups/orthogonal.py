"""The orthogonal groups and the trivial one."""

import functools

import jax
import jax.numpy as jnp

from geomndp.groups.base import check_dimension
from geomndp.groups.linear import AbstractLinearGroup, Matrix
from geomndp.typing import Key


class O(AbstractLinearGroup):  # noqa: E742
    r"""The group O(d) of rotations and reflections of $\mathbb{R}^d$ about the origin.

    Arguments:
        dim: The dimension d, at least 1; O(1) has the elements 1 and -1.

    Raises:
        ValueError: If `dim` is below 1.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> mirror = gn.groups.O(3).sample(key=jax.random.key(0), determinant=-1)
        >>> round(float(jnp.linalg.det(mirror)), 4)
        -1.0
    """

    dim: int

    def __check_init__(self) -> None:
        check_dimension(self.dim)

    @property
    def determinants(self) -> tuple[int, ...]:
        return (1, -1)

    def sample(self, *, key: Key, determinant: int | None = None) -> Matrix:
        self.check_determinant(determinant)
        return _haar(self.dim, determinant, key)


class SO(AbstractLinearGroup):
    r"""The group SO(d) of rotations of $\mathbb{R}^d$ about the origin.

    Arguments:
        dim: The dimension d, at least 1; SO(1) has one element.

    Raises:
        ValueError: If `dim` is below 1.

    Example:
        >>> import jax, geomndp as gn
        >>> gn.groups.SO(2).sample(key=jax.random.key(0)).shape
        (2, 2)
    """

    dim: int

    def __check_init__(self) -> None:
        check_dimension(self.dim)

    @property
    def determinants(self) -> tuple[int, ...]:
        return (1,)

    def sample(self, *, key: Key, determinant: int | None = None) -> Matrix:
        self.check_determinant(determinant)
        return _haar(self.dim, 1, key)


class Trivial(AbstractLinearGroup):
    r"""The group with the identity of $\mathbb{R}^d$ alone: no symmetry.

    Arguments:
        dim: The dimension d, at least 1.

    Raises:
        ValueError: If `dim` is below 1.

    Example:
        >>> import geomndp as gn
        >>> gn.groups.Trivial(2).identity().tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """

    dim: int

    def __check_init__(self) -> None:
        check_dimension(self.dim)

    @property
    def determinants(self) -> tuple[int, ...]:
        return (1,)

    def sample(self, *, key: Key, determinant: int | None = None) -> Matrix:
        self.check_determinant(determinant)
        return self.identity()


@functools.partial(jax.jit, static_argnums=(0, 1))  # traced once, however many groups draw from it
def _haar(dim: int, determinant: int | None, key: Key) -> Matrix:
    """A matrix of the uniform law on O(d), or on its part of one determinant."""
    q, r = jnp.linalg.qr(jax.random.normal(key, (dim, dim)))
    # Q alone is not uniform: QR fixes no signs. With R's diagonal positive it is unique.
    q = q * jnp.broadcast_to(jnp.where(jnp.diagonal(r) < 0, -1, 1).astype(q.dtype), q.shape)
    if determinant is None:
        return q
    wrong = jnp.linalg.det(q) * determinant < 0
    return q.at[:, 0].multiply(jnp.where(wrong, -1, 1).astype(q.dtype))
