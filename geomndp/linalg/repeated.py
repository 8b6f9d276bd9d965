"""The same operator for each coordinate of a value."""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.typing import Key, Mask, Values


class Repeated(AbstractOperator):
    r"""$K_0 \otimes I_p$: coordinates are independent and have one covariance $K_0$ of points.

    It costs one factor of n numbers, where $K_0$ costs that. The root is $L_0 \otimes I_p$.

    Arguments:
        scalar: $K_0$, an operator with `dim_y` 1.
        dim_y: Number p of coordinates of a value.

    Raises:
        ValueError: If `dim_y` of the scalar operator is not 1, or p is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> scalar = gn.linalg.Diagonal(jnp.array([[1.0], [2.0]]))
        >>> gn.linalg.Repeated(scalar, dim_y=3).diagonal().tolist()
        [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]
    """

    scalar: AbstractOperator
    n_copies: int = eqx.field(static=True)

    def __init__(self, scalar: AbstractOperator, dim_y: int) -> None:
        self.scalar = scalar
        self.n_copies = dim_y

    def __check_init__(self) -> None:
        check_scalar(self.scalar)

    @property
    def n_points(self) -> int:
        return self.scalar.n_points

    @property
    def dim_y(self) -> int:
        return self.n_copies

    def matvec(self, v: Values) -> Values:
        return over_columns(self.scalar.matvec, v)

    def diagonal(self) -> Values:
        return jnp.repeat(self.scalar.diagonal(), self.dim_y, axis=1)

    def dense(self) -> Gram:
        gram = self.scalar.dense()
        return gram * jnp.eye(self.dim_y, dtype=gram.dtype)[None, None]

    def solve(self, v: Values) -> Values:
        return over_columns(self.scalar.solve, v)

    def log_det(self) -> Float[Array, ""]:
        return self.dim_y * self.scalar.log_det()

    def sqrt_matvec(self, z: Values) -> Values:
        return over_columns(self.scalar.sqrt_matvec, z)

    def sqrt_solve(self, v: Values) -> Values:
        return over_columns(self.scalar.sqrt_solve, v)

    def sample(self, *, key: Key) -> Values:
        return independent_columns(self.scalar, self.dim_y, key=key)

    def factorised(self) -> "Repeated":
        return Repeated(self.scalar.factorised(), self.dim_y)

    def masked(self, mask: Mask) -> "Repeated":
        return Repeated(self.scalar.masked(mask), self.dim_y)


def check_scalar(operator: AbstractOperator) -> None:
    """Refuses operators of values with several coordinates.

    Raises:
        ValueError: If `dim_y` is not 1.
    """
    if operator.dim_y != 1:
        raise ValueError(
            f"expected an operator with dim_y=1, got dim_y={operator.dim_y}; "
            "join operators of several coordinates by DirectSum"
        )


def over_columns(function: Callable[[Values], Values], v: Values) -> Values:
    """A function of fields with one coordinate, of each coordinate by itself."""
    return jax.vmap(lambda column: function(column[:, None])[:, 0], in_axes=1, out_axes=1)(v)


def independent_columns(scalar: AbstractOperator, dim_y: int, *, key: Key) -> Values:
    """Independent draws of a scalar operator, side by side."""
    draw = jax.vmap(lambda one: scalar.sample(key=one)[:, 0], out_axes=1)
    return draw(jax.random.split(key, dim_y))
