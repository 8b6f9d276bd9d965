"""The mask of an operator that has no structure to keep."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.dense import Dense
from geomndp.typing import Key, Mask, Values


class Masked(AbstractOperator):
    r"""$M K M + (I - M)$ for any K, which is what its `masked` may return.

    Products go through K; all else, draws too, forms the dense matrix, whose root is its Cholesky
    factor.

    Arguments:
        operator: K.
        mask: True at real points.

    Raises:
        ValueError: If the mask has not as many points as K.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> noise = gn.linalg.ScaledIdentity(4.0, n_points=2, dim_y=1)
        >>> gn.linalg.Masked(noise, jnp.array([True, False])).diagonal().tolist()
        [[4.0], [1.0]]
    """

    operator: AbstractOperator
    mask: Mask

    def __check_init__(self) -> None:
        check_mask(self.mask, self.operator)

    @property
    def n_points(self) -> int:
        return self.operator.n_points

    @property
    def dim_y(self) -> int:
        return self.operator.dim_y

    def matvec(self, v: Values) -> Values:
        is_real = self.mask[:, None]
        return jnp.where(is_real, self.operator.matvec(jnp.where(is_real, v, jnp.zeros_like(v))), v)

    def diagonal(self) -> Values:
        diagonal = self.operator.diagonal()
        return jnp.where(self.mask[:, None], diagonal, jnp.ones_like(diagonal))

    def dense(self) -> Gram:
        return Dense(self.operator.dense()).masked(self.mask).gram

    def solve(self, v: Values) -> Values:
        return self.factorised().solve(v)

    def log_det(self) -> Float[Array, ""]:
        return self.factorised().log_det()

    def sqrt_matvec(self, z: Values) -> Values:
        return self.factorised().sqrt_matvec(z)

    def sqrt_solve(self, v: Values) -> Values:
        return self.factorised().sqrt_solve(v)

    def sample(self, *, key: Key) -> Values:
        return self.factorised().sample(key=key)

    def factorised(self) -> Dense:
        return Dense(self.dense()).factorised()

    def masked(self, mask: Mask) -> "Masked":
        return Masked(self.operator, self.mask & mask)


def check_mask(mask: Mask, operator: AbstractOperator) -> None:
    """Refuses a mask of other points.

    Raises:
        ValueError: If the mask has not as many points as the operator.
    """
    if mask.shape != (operator.n_points,):
        raise ValueError(f"expected a mask of shape ({operator.n_points},), got {mask.shape}")
