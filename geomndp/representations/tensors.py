"""Representations on symmetric matrices without trace."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.representations.base import AbstractRepresentation, check_at_least


class SymmetricTraceless(AbstractRepresentation):
    r"""Symmetric matrices without trace, $S \mapsto h S h^\top$, in an orthonormal basis.

    A value has $d(d+1)/2 - 1$ coordinates; its Euclidean length is the Frobenius norm of the
    matrix. A symmetric matrix with trace is the sum of it and a `Trivial` field, and a general
    matrix is `Vector(d) * Vector(d)`.

    Arguments:
        space_dim: The dimension d of space, at least 2.

    Raises:
        ValueError: If `space_dim` is below 2, where no such matrix but 0 exists.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> strain = gn.representations.SymmetricTraceless(2)
        >>> y = strain.from_matrix(jnp.array([[1.0, 2.0], [2.0, -1.0]]))
        >>> jnp.round(strain.to_matrix(y), 4).tolist()
        [[1.0, 2.0], [2.0, -1.0]]
    """

    space_dim: int

    def __check_init__(self) -> None:
        check_at_least("space_dim", self.space_dim, 2)

    @property
    def dim(self) -> int:
        return self.space_dim * (self.space_dim + 1) // 2 - 1

    @property
    def linear_dim(self) -> int:
        return self.space_dim

    @property
    def is_orthogonal(self) -> bool:
        return True

    def matrix(self, h: Float[Array, "d d"]) -> Float[Array, "dim dim"]:
        self.check_size(h)
        basis = self._basis(h.dtype)
        turned = jnp.einsum("ij,ajk,lk->ail", h, basis, h, precision=jax.lax.Precision.HIGHEST)
        return jnp.einsum("aij,bij->ab", basis, turned, precision=jax.lax.Precision.HIGHEST)

    def to_matrix(self, y: Float[Array, "*batch dim"]) -> Float[Array, "*batch d d"]:
        """The matrix with the given coordinates."""
        return jnp.einsum("...a,aij->...ij", y, self._basis(y.dtype))

    def from_matrix(self, matrix: Float[Array, "*batch d d"]) -> Float[Array, "*batch dim"]:
        """The coordinates of a matrix, of which trace and antisymmetric part are dropped."""
        return jnp.einsum("...ij,aij->...a", matrix, self._basis(matrix.dtype))

    def _basis(self, dtype: jnp.dtype) -> Float[Array, "dim d d"]:
        """First traceless diagonal matrices, then one for each pair of axes."""
        d = self.space_dim
        diagonals = [np.diag([1.0] * k + [-k] + [0.0] * (d - k - 1)) for k in range(1, d)]
        unit = np.eye(d)
        pairs = [
            np.outer(unit[i], unit[j]) + np.outer(unit[j], unit[i])
            for i in range(d)
            for j in range(i + 1, d)
        ]
        return jnp.asarray([m / np.linalg.norm(m) for m in (*diagonals, *pairs)], dtype)
