"""Noise that is independent between points."""

import jax
import jax.numpy as jnp
from jax.scipy.linalg import cho_solve, solve_triangular
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.cholesky import cholesky
from geomndp.typing import Key, Mask, Values

Blocks = Float[Array, "n_points dim_y dim_y"]


class BlockDiagonal(AbstractOperator):
    """Independent points, each with a covariance of its coordinates.

    The root holds the lower Cholesky factor of each block.

    Arguments:
        blocks: The covariance at each point.
        factors: Their Cholesky factors, where they are known.

    Raises:
        ValueError: Unless `blocks` has shape (n, p, p), with n and p at least 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> noise = gn.linalg.BlockDiagonal(jnp.array([[[2.0, 1.0], [1.0, 2.0]]]))
        >>> noise.matvec(jnp.array([[1.0, 0.0]])).tolist()
        [[2.0, 1.0]]
    """

    blocks: Blocks
    factors: Blocks | None = None

    def __check_init__(self) -> None:
        shape = self.blocks.shape
        if len(shape) != 3 or shape[1] != shape[2]:
            raise ValueError(f"expected blocks of shape (n_points, dim_y, dim_y), got {shape}")

    @property
    def n_points(self) -> int:
        return self.blocks.shape[0]

    @property
    def dim_y(self) -> int:
        return self.blocks.shape[1]

    def matvec(self, v: Values) -> Values:
        return jnp.einsum("iab,ib->ia", self.blocks, v)

    def diagonal(self) -> Values:
        return jnp.diagonal(self.blocks, axis1=1, axis2=2)

    def dense(self) -> Gram:
        same_point = jnp.eye(self.n_points, dtype=self.blocks.dtype)[:, :, None, None]
        return same_point * self.blocks[:, None]

    def solve(self, v: Values) -> Values:
        return jax.vmap(lambda factor, b: cho_solve((factor, True), b))(self._factors(), v)

    def log_det(self) -> Float[Array, ""]:
        return 2 * jnp.sum(jnp.log(jnp.diagonal(self._factors(), axis1=1, axis2=2)))

    def sqrt_matvec(self, z: Values) -> Values:
        return jnp.einsum("iab,ib->ia", self._factors(), z)

    def sqrt_solve(self, v: Values) -> Values:
        return jax.vmap(lambda factor, b: solve_triangular(factor, b, lower=True))(
            self._factors(), v
        )

    def sample(self, *, key: Key) -> Values:
        shape = (self.n_points, self.dim_y)
        return self.sqrt_matvec(jax.random.normal(key, shape, self.blocks.dtype))

    def factorised(self) -> "BlockDiagonal":
        return self if self.factors is not None else BlockDiagonal(self.blocks, self._factors())

    def masked(self, mask: Mask) -> "BlockDiagonal":
        identity = jnp.broadcast_to(jnp.eye(self.dim_y, dtype=self.blocks.dtype), self.blocks.shape)
        return BlockDiagonal(jnp.where(mask[:, None, None], self.blocks, identity))

    def _factors(self) -> Blocks:
        return cholesky(self.blocks) if self.factors is None else self.factors
