"""A representation of the user's own."""

from collections.abc import Callable

from jaxtyping import Array, Float

from geomndp.representations.base import AbstractRepresentation, check_at_least


class Matrices(AbstractRepresentation):
    r"""The representation that a function computes.

    That it is one is for its author to see to: `geomndp.testing.assert_representation` checks.

    Arguments:
        function: From the linear part h of a group element, an array of shape (d, d), to the
            matrix $\rho(h)$, of shape (size, size).
        size: Number of coordinates of a value, at least 1.
        acts_for: The size d that the function needs; None where any will do.
        orthogonal: Whether the matrices are orthogonal.

    Raises:
        ValueError: If `size` is below 1, or the function returns a matrix of another shape.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> rho = gn.representations.Matrices(lambda h: jnp.linalg.det(h)[None, None], size=1)
        >>> rho.matrix(jnp.diag(jnp.array([1.0, -1.0]))).tolist()
        [[-1.0]]
    """

    function: Callable[[Array], Array]
    size: int
    acts_for: int | None = None
    orthogonal: bool = True

    def __check_init__(self) -> None:
        check_at_least("size", self.size, 1)

    @property
    def dim(self) -> int:
        return self.size

    @property
    def linear_dim(self) -> int | None:
        return self.acts_for

    @property
    def is_orthogonal(self) -> bool:
        return self.orthogonal

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        self.check_size(h)
        matrix = self.function(h)
        if matrix.shape != (self.dim, self.dim):
            raise ValueError(
                f"expected the function of {self} to return a matrix of shape "
                f"{(self.dim, self.dim)}, got {matrix.shape}"
            )
        return matrix
