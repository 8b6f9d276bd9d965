"""White noise of one variance."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.cholesky import positive
from geomndp.linalg.diagonal import Diagonal
from geomndp.typing import Key, Mask, Values


class ScaledIdentity(AbstractOperator):
    r"""$K = \sigma^2 I$, with the root $\sigma I$.

    Arguments:
        variance: $\sigma^2$, at least 0.
        n_points: Number of points.
        dim_y: Number of coordinates of a value.
        deviation: $\sigma$, where it is known.

    Raises:
        ValueError: If `n_points` or `dim_y` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> noise = gn.linalg.ScaledIdentity(4.0, n_points=2, dim_y=1)
        >>> noise.sqrt_matvec(jnp.ones((2, 1))).tolist()
        [[2.0], [2.0]]
    """

    variance: Float[Array, ""]
    deviation: Float[Array, ""] | None
    shape: tuple[int, int] = eqx.field(static=True)

    def __init__(
        self,
        variance: Float[Array, ""] | float,
        n_points: int,
        dim_y: int,
        deviation: Float[Array, ""] | None = None,
    ) -> None:
        self.variance = jnp.asarray(variance)
        self.deviation = deviation
        self.shape = (n_points, dim_y)

    @property
    def n_points(self) -> int:
        return self.shape[0]

    @property
    def dim_y(self) -> int:
        return self.shape[1]

    def matvec(self, v: Values) -> Values:
        return self.variance * v

    def diagonal(self) -> Values:
        return jnp.full(self.shape, self.variance)

    def dense(self) -> Gram:
        return Diagonal(self.diagonal()).dense()

    def solve(self, v: Values) -> Values:
        return v / self._deviation() ** 2

    def log_det(self) -> Float[Array, ""]:
        return 2 * math.prod(self.shape) * jnp.log(self._deviation())

    def sqrt_matvec(self, z: Values) -> Values:
        return jnp.sqrt(self.variance) * z

    def sqrt_solve(self, v: Values) -> Values:
        return v / self._deviation()

    def sample(self, *, key: Key) -> Values:
        return self.sqrt_matvec(jax.random.normal(key, self.shape, self.variance.dtype))

    def factorised(self) -> "ScaledIdentity":
        if self.deviation is not None:
            return self
        return ScaledIdentity(self.variance, *self.shape, deviation=self._deviation())

    def masked(self, mask: Mask) -> Diagonal:
        return Diagonal(jnp.where(mask[:, None], self.diagonal(), jnp.ones_like(self.diagonal())))

    def _deviation(self) -> Float[Array, ""]:
        return jnp.sqrt(positive(self.variance)) if self.deviation is None else self.deviation
