"""An operator whose padded points are decoupled already."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.diagonal import Diagonal
from geomndp.linalg.masked import Masked, check_mask
from geomndp.typing import Key, Mask, Values


class Padded(AbstractOperator):
    r"""K at real points and the identity at padded ones, where K couples none of them.

    Between a padded point and any other the covariances of K are zero, and at every padded point K
    is the same. Then nothing but K has to be factorised, with whatever structure it has. The root
    is that of K, and the identity at padded points.

    Arguments:
        operator: K.
        mask: True at real points.
        log_det_at_padding: The log-determinant of the covariance of K at one padded point.

    Raises:
        ValueError: If the mask has not as many points as K.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> noise = gn.linalg.ScaledIdentity(4.0, n_points=2, dim_y=1)
        >>> padded = gn.linalg.Padded(noise, jnp.array([True, False]), jnp.log(4.0))
        >>> padded.diagonal().tolist()
        [[4.0], [1.0]]
    """

    operator: AbstractOperator
    mask: Mask
    log_det_at_padding: Float[Array, ""]

    def __check_init__(self) -> None:
        check_mask(self.mask, self.operator)

    @property
    def n_points(self) -> int:
        return self.operator.n_points

    @property
    def dim_y(self) -> int:
        return self.operator.dim_y

    def matvec(self, v: Values) -> Values:
        return self._at_real_points(self.operator.matvec, v)

    def diagonal(self) -> Values:
        diagonal = self.operator.diagonal()
        return jnp.where(self.mask[:, None], diagonal, jnp.ones_like(diagonal))

    def dense(self) -> Gram:
        identity = Diagonal(jnp.ones_like(self.diagonal())).dense()
        return jnp.where(self.mask[:, None, None, None], self.operator.dense(), identity)

    def solve(self, v: Values) -> Values:
        return self._at_real_points(self.operator.solve, v)

    def log_det(self) -> Float[Array, ""]:
        at_padding = jnp.where(self.mask, 0, self.log_det_at_padding)
        return self.operator.log_det() - jnp.sum(at_padding)

    def sqrt_matvec(self, z: Values) -> Values:
        return self._at_real_points(self.operator.sqrt_matvec, z)

    def sqrt_solve(self, v: Values) -> Values:
        return self._at_real_points(self.operator.sqrt_solve, v)

    def sample(self, *, key: Key) -> Values:
        key_real, key_padded = jax.random.split(key)
        real = self.operator.sample(key=key_real)
        padded = jax.random.normal(key_padded, real.shape, real.dtype)
        return jnp.where(self.mask[:, None], real, padded)

    def factorised(self) -> "Padded":
        return Padded(self.operator.factorised(), self.mask, self.log_det_at_padding)

    def masked(self, mask: Mask) -> Masked:
        return Masked(self, mask)

    def _at_real_points(self, function: Callable[[Values], Values], v: Values) -> Values:
        is_real = self.mask[:, None]
        return jnp.where(is_real, function(jnp.where(is_real, v, jnp.zeros_like(v))), v)
