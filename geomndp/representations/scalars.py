"""Representations on single numbers."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.representations.base import AbstractRepresentation, check_at_least


class Trivial(AbstractRepresentation):
    """`dim` invariant numbers: a temperature, a pressure, or a position seen under a shift of time.

    Arguments:
        dim: How many numbers, at least 1.

    Raises:
        ValueError: If `dim` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.representations.Trivial(2).matrix(-jnp.eye(3)).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """

    dim: int = 1  # pyright: ignore[reportIncompatibleMethodOverride]  # a field

    def __check_init__(self) -> None:
        check_at_least("dim", self.dim, 1)

    @property
    def linear_dim(self) -> None:
        return None

    @property
    def is_orthogonal(self) -> bool:
        return True

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        return jnp.eye(self.dim, dtype=h.dtype)


class Pseudoscalar(AbstractRepresentation):
    r"""`dim` numbers that change sign under reflections: $\rho(h) = \det h$.

    A stream function and the vorticity of a plane are of this kind.

    Arguments:
        dim: How many numbers, at least 1.

    Raises:
        ValueError: If `dim` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> mirror = jnp.diag(jnp.array([1.0, -1.0]))
        >>> gn.representations.Pseudoscalar().matrix(mirror).tolist()
        [[-1.0]]
    """

    dim: int = 1  # pyright: ignore[reportIncompatibleMethodOverride]  # a field

    def __check_init__(self) -> None:
        check_at_least("dim", self.dim, 1)

    @property
    def linear_dim(self) -> None:
        return None

    @property
    def is_orthogonal(self) -> bool:
        return True

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        return sign_of(h) * jnp.eye(self.dim, dtype=h.dtype)


def sign_of(h: Float[Array, "d d"]) -> Float[Array, ""]:
    """The determinant of an orthogonal matrix, which is 1 or -1, free of rounding."""
    return jnp.sign(jnp.linalg.det(h))
