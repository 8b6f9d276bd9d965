"""Representations on vectors."""

from jaxtyping import Array, Float

from geomndp.representations.base import AbstractRepresentation, check_at_least
from geomndp.representations.scalars import sign_of


class Vector(AbstractRepresentation):
    r"""Vectors that turn with space: $\rho(h) = h$. A wind, a gradient; also a tangent vector.

    Arguments:
        space_dim: The dimension of space, at least 1.

    Raises:
        ValueError: If `space_dim` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> mirror = jnp.diag(jnp.array([1.0, -1.0]))
        >>> gn.representations.Vector(2).matrix(mirror).tolist()
        [[1.0, 0.0], [0.0, -1.0]]
    """

    space_dim: int

    def __check_init__(self) -> None:
        check_at_least("space_dim", self.space_dim, 1)

    @property
    def dim(self) -> int:
        return self.space_dim

    @property
    def linear_dim(self) -> int:
        return self.space_dim

    @property
    def is_orthogonal(self) -> bool:
        return True

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        self.check_size(h)
        return h


class Pseudovector(AbstractRepresentation):
    r"""Vectors that in addition change sign under reflections: $\rho(h) = (\det h)\, h$.

    An angular velocity, a magnetic field, the curl of a vector field in space.

    Arguments:
        space_dim: The dimension of space, at least 1.

    Raises:
        ValueError: If `space_dim` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.representations.Pseudovector(3).matrix(-jnp.eye(3)).tolist()[0]
        [1.0, 0.0, 0.0]
    """

    space_dim: int

    def __check_init__(self) -> None:
        check_at_least("space_dim", self.space_dim, 1)

    @property
    def dim(self) -> int:
        return self.space_dim

    @property
    def linear_dim(self) -> int:
        return self.space_dim

    @property
    def is_orthogonal(self) -> bool:
        return True

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        self.check_size(h)
        return sign_of(h) * h
