"""One covariance of points and one of coordinates."""

import jax.numpy as jnp
from jax.scipy.linalg import cho_solve, solve_triangular
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.cholesky import cholesky
from geomndp.linalg.padded import Padded
from geomndp.linalg.repeated import check_scalar, independent_columns, over_columns
from geomndp.linalg.spectral import symmetric_sqrt
from geomndp.typing import Key, Mask, Values


class Kronecker(AbstractOperator):
    r"""$K = K_0 \otimes B$: covariances $K_0$ of points times covariances B of coordinates.

    It costs a factor of $K_0$ and one of B. The root is $L_0 \otimes L_B$, with the Cholesky factor
    $L_B$. Products and draws take a singular B too.

    Arguments:
        scalar: $K_0$, an operator with `dim_y` 1.
        b: B, symmetric and positive semi-definite.
        factor: The Cholesky factor of B, where it is known.

    Raises:
        ValueError: If `dim_y` of the scalar operator is not 1, or B is not square.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> scalar = gn.linalg.Diagonal(jnp.array([[1.0], [2.0]]))
        >>> covariance = gn.linalg.Kronecker(scalar, jnp.array([[2.0, 1.0], [1.0, 1.0]]))
        >>> covariance.matvec(jnp.ones((2, 2))).tolist()
        [[3.0, 2.0], [6.0, 4.0]]
    """

    scalar: AbstractOperator
    b: Float[Array, "dim_y dim_y"]
    factor: Float[Array, "dim_y dim_y"] | None = None

    def __check_init__(self) -> None:
        check_scalar(self.scalar)
        if self.b.ndim != 2 or self.b.shape[0] != self.b.shape[1]:
            raise ValueError(f"expected a matrix b of shape (dim_y, dim_y), got {self.b.shape}")

    @property
    def n_points(self) -> int:
        return self.scalar.n_points

    @property
    def dim_y(self) -> int:
        return self.b.shape[0]

    def matvec(self, v: Values) -> Values:
        return over_columns(self.scalar.matvec, v) @ self.b

    def diagonal(self) -> Values:
        return self.scalar.diagonal() * jnp.diagonal(self.b)[None, :]

    def dense(self) -> Gram:
        return self.scalar.dense() * self.b[None, None]

    def solve(self, v: Values) -> Values:
        return cho_solve((self._factor(), True), over_columns(self.scalar.solve, v).T).T

    def log_det(self) -> Float[Array, ""]:
        log_det_b = 2 * jnp.sum(jnp.log(jnp.diagonal(self._factor())))
        return self.dim_y * self.scalar.log_det() + self.n_points * log_det_b

    def sqrt_matvec(self, z: Values) -> Values:
        return over_columns(self.scalar.sqrt_matvec, z) @ self._factor().T

    def sqrt_solve(self, v: Values) -> Values:
        white = over_columns(self.scalar.sqrt_solve, v)
        return solve_triangular(self._factor(), white.T, lower=True).T

    def sample(self, *, key: Key) -> Values:
        # The symmetric root exists where B is singular too.
        root = symmetric_sqrt(self.b) if self.factor is None else self.factor
        return independent_columns(self.scalar, self.dim_y, key=key) @ root.T

    def factorised(self) -> "Kronecker":
        return Kronecker(self.scalar.factorised(), self.b, self._factor())

    def masked(self, mask: Mask) -> Padded:
        log_det_at_padding = jnp.linalg.slogdet(self.b)[1]
        return Padded(Kronecker(self.scalar.masked(mask), self.b), mask, log_det_at_padding)

    def _factor(self) -> Float[Array, "dim_y dim_y"]:
        return cholesky(self.b) if self.factor is None else self.factor
