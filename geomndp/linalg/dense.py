"""An operator that holds all its covariances."""

import jax
import jax.numpy as jnp
from jax.scipy.linalg import cho_solve, solve_triangular
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.cholesky import cholesky
from geomndp.linalg.diagonal import Diagonal
from geomndp.typing import Key, Mask, Values


class Dense(AbstractOperator):
    r"""Any covariance, by its $(n p)^2$ numbers.

    The root is the Cholesky factor in the order of points, and of coordinates within a point; it
    costs $(n p)^3 / 3$.

    Arguments:
        gram: Covariances $K_{ijab} = \mathrm{Cov}(y_i^a, y_j^b)$.
        factor: The Cholesky factor, where it is known.

    Raises:
        ValueError: Unless `gram` has shape (n, n, p, p), with n and p at least 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> covariance = gn.linalg.Dense(jnp.array([[2.0, 1.0], [1.0, 2.0]])[:, :, None, None])
        >>> covariance.solve(jnp.array([[3.0], [0.0]])).tolist()
        [[2.0], [-1.0]]
    """

    gram: Gram
    factor: Float[Array, "size size"] | None = None

    def __check_init__(self) -> None:
        shape = self.gram.shape
        if len(shape) != 4 or shape[:3:2] != shape[1::2]:
            raise ValueError(
                "expected covariances of shape (n_points, n_points, dim_y, dim_y), "
                f"got shape {shape}"
            )

    @property
    def n_points(self) -> int:
        return self.gram.shape[0]

    @property
    def dim_y(self) -> int:
        return self.gram.shape[2]

    def matvec(self, v: Values) -> Values:
        return jnp.einsum("ijab,jb->ia", self.gram, v)

    def diagonal(self) -> Values:
        return jnp.einsum("iiaa->ia", self.gram)

    def dense(self) -> Gram:
        return self.gram

    def solve(self, v: Values) -> Values:
        return cho_solve((self._cholesky(), True), v.ravel()).reshape(v.shape)

    def log_det(self) -> Float[Array, ""]:
        return 2 * jnp.sum(jnp.log(jnp.diagonal(self._cholesky())))

    def sqrt_matvec(self, z: Values) -> Values:
        return (self._cholesky() @ z.ravel()).reshape(z.shape)

    def sqrt_solve(self, v: Values) -> Values:
        return solve_triangular(self._cholesky(), v.ravel(), lower=True).reshape(v.shape)

    def sample(self, *, key: Key) -> Values:
        shape = (self.n_points, self.dim_y)
        return self.sqrt_matvec(jax.random.normal(key, shape, self.gram.dtype))

    def factorised(self) -> "Dense":
        return self if self.factor is not None else Dense(self.gram, self._cholesky())

    def masked(self, mask: Mask) -> "Dense":
        both = (mask[:, None] & mask[None, :])[:, :, None, None]
        identity = Diagonal(jnp.ones_like(self.diagonal())).dense()
        return Dense(jnp.where(both, self.gram, identity))

    def _cholesky(self) -> Float[Array, "size size"]:
        if self.factor is not None:
            return self.factor
        size = self.n_points * self.dim_y
        return cholesky(self.gram.transpose(0, 2, 1, 3).reshape(size, size))
