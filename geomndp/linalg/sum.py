"""A sum of operators that have no structure in common."""

import functools
import math
import operator

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.dense import Dense
from geomndp.linalg.padded import Padded
from geomndp.typing import Key, Mask, Values


class Sum(AbstractOperator):
    r"""$K = K_1 + \dots + K_m$, the covariance of a sum of independent fields.

    Products and draws go term by term; a draw needs a root of every term, be it near singular.
    All else forms the dense matrix, whose root is its Cholesky factor. `add` finds structure where
    there is any, and makes a `Sum` only otherwise.

    Arguments:
        terms: The operators, at least one, of the same shape.

    Raises:
        ValueError: If there are no terms or their shapes differ.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> one = gn.linalg.ScaledIdentity(1.0, n_points=2, dim_y=1)
        >>> two = gn.linalg.Diagonal(jnp.array([[0.0], [2.0]]))
        >>> gn.linalg.Sum((one, two)).matvec(jnp.ones((2, 1))).tolist()
        [[1.0], [3.0]]
    """

    terms: tuple[AbstractOperator, ...]

    def __check_init__(self) -> None:
        check_same_shape(*self.terms)

    @property
    def n_points(self) -> int:
        return self.terms[0].n_points

    @property
    def dim_y(self) -> int:
        return self.terms[0].dim_y

    def matvec(self, v: Values) -> Values:
        return _total([term.matvec(v) for term in self.terms])

    def diagonal(self) -> Values:
        return _total([term.diagonal() for term in self.terms])

    def dense(self) -> Gram:
        return _total([term.dense() for term in self.terms])

    def solve(self, v: Values) -> Values:
        return self.factorised().solve(v)

    def log_det(self) -> Float[Array, ""]:
        return self.factorised().log_det()

    def sqrt_matvec(self, z: Values) -> Values:
        return self.factorised().sqrt_matvec(z)

    def sqrt_solve(self, v: Values) -> Values:
        return self.factorised().sqrt_solve(v)

    def sample(self, *, key: Key) -> Values:
        keys = jax.random.split(key, len(self.terms))
        return _total([t.sample(key=k) for t, k in zip(self.terms, keys, strict=True)])

    def factorised(self) -> Dense:
        return Dense(self.dense()).factorised()

    def masked(self, mask: Mask) -> Padded:
        total = Sum(tuple(term.masked(mask) for term in self.terms))
        # At a padded point every term is the identity.
        log_det_at_padding = self.dim_y * math.log(len(self.terms))
        dtype = jax.eval_shape(self.diagonal).dtype
        return Padded(total, mask, jnp.asarray(log_det_at_padding, dtype))


def check_same_shape(*operators: AbstractOperator) -> None:
    """Refuses operators that cannot be added.

    Raises:
        ValueError: If there are none or their shapes differ.
    """
    shapes = [(each.n_points, each.dim_y) for each in operators]
    if len(set(shapes)) != 1:
        raise ValueError(
            f"expected at least one operator, all with the same (n_points, dim_y), got {shapes}"
        )


def _total(arrays: list[Float[Array, "..."]]) -> Float[Array, "..."]:
    return functools.reduce(operator.add, arrays)
