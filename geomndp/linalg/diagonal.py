"""Independent noise of unequal variances."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.cholesky import positive
from geomndp.typing import Key, Mask, Values


class Diagonal(AbstractOperator):
    """Independent coordinates, each with its variance; the root holds the standard deviations.

    Arguments:
        variances: The variance of each coordinate at each point, at least 0.
        deviations: Their square roots, where they are known.

    Raises:
        ValueError: If there is no point.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> noise = gn.linalg.Diagonal(jnp.array([[4.0, 1.0]]))
        >>> noise.sqrt_matvec(jnp.ones((1, 2))).tolist()
        [[2.0, 1.0]]
    """

    variances: Values
    deviations: Values | None = None

    @property
    def n_points(self) -> int:
        return self.variances.shape[0]

    @property
    def dim_y(self) -> int:
        return self.variances.shape[1]

    def matvec(self, v: Values) -> Values:
        return self.variances * v

    def diagonal(self) -> Values:
        return self.variances

    def dense(self) -> Gram:
        same_point = jnp.eye(self.n_points, dtype=self.variances.dtype)[:, :, None, None]
        same_coordinate = jnp.eye(self.dim_y, dtype=self.variances.dtype)[None, None, :, :]
        return same_point * same_coordinate * self.variances[:, None, :, None]

    def solve(self, v: Values) -> Values:
        return v / self._deviations() ** 2

    def log_det(self) -> Float[Array, ""]:
        return 2 * jnp.sum(jnp.log(self._deviations()))

    def sqrt_matvec(self, z: Values) -> Values:
        return jnp.sqrt(self.variances) * z

    def sqrt_solve(self, v: Values) -> Values:
        return v / self._deviations()

    def sample(self, *, key: Key) -> Values:
        shape = (self.n_points, self.dim_y)
        return self.sqrt_matvec(jax.random.normal(key, shape, self.variances.dtype))

    def factorised(self) -> "Diagonal":
        if self.deviations is not None:
            return self
        return Diagonal(self.variances, self._deviations())

    def masked(self, mask: Mask) -> "Diagonal":
        return Diagonal(jnp.where(mask[:, None], self.variances, jnp.ones_like(self.variances)))

    def _deviations(self) -> Values:
        return jnp.sqrt(positive(self.variances)) if self.deviations is None else self.deviations
