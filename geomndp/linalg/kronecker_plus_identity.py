"""One covariance of points and one of coordinates, and white noise."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.dense import Dense
from geomndp.linalg.diagonal import Diagonal
from geomndp.linalg.direct_sum import DirectSum
from geomndp.linalg.kronecker import Kronecker
from geomndp.linalg.low_rank_plus_diagonal import LowRankPlusDiagonal
from geomndp.linalg.masked import Masked
from geomndp.linalg.scaled_identity import ScaledIdentity
from geomndp.linalg.sum import Sum
from geomndp.typing import Key, Mask, Values


class KroneckerPlusIdentity(AbstractOperator):
    r"""$K = K_0 \otimes B + \sigma^2 I$.

    With $B = Q\, \mathrm{diag}(\beta)\, Q^\top$ the coordinates $y Q$ are independent and have
    the covariances $\beta_a K_0 + \sigma^2 I$: it costs p factors of n numbers instead of one of
    n p. The root is $(I \otimes Q)\, (L_1 \oplus \dots \oplus L_p)\, (I \otimes Q^\top)$ with
    their roots. The root and draws are not differentiable in B where its eigenvalues coincide; all
    else is.

    Arguments:
        scalar: $K_0$, an operator with `dim_y` 1.
        b: B, symmetric and positive semi-definite.
        variance: $\sigma^2$.
        mask: True at real points; at the others, if any, the whole is the identity.
        rotated: Q and the operators of the coordinates $y Q$, where they are known.

    Raises:
        ValueError: As `Kronecker`.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> scalar = gn.linalg.Dense(jnp.ones((2, 2, 1, 1)))
        >>> signal = gn.linalg.Kronecker(scalar, jnp.array([[2.0, 1.0], [1.0, 2.0]]))
        >>> covariance = signal + gn.linalg.ScaledIdentity(1.0, n_points=2, dim_y=2)
        >>> f"{jnp.exp(covariance.log_det()):.3f}"
        '21.000'
    """

    scalar: AbstractOperator
    b: Float[Array, "dim_y dim_y"]
    variance: Float[Array, ""]
    mask: Mask | None = None
    rotated: tuple[Float[Array, "dim_y dim_y"], DirectSum] | None = None

    def __check_init__(self) -> None:
        Kronecker(self.scalar, self.b)

    @property
    def n_points(self) -> int:
        return self.scalar.n_points

    @property
    def dim_y(self) -> int:
        return self.b.shape[0]

    def matvec(self, v: Values) -> Values:
        return self._as_sum().matvec(v)

    def diagonal(self) -> Values:
        return self._as_sum().diagonal()

    def dense(self) -> Gram:
        return self._as_sum().dense()

    def solve(self, v: Values) -> Values:
        basis, parts = jax.lax.stop_gradient(self._rotated())
        parts = parts.factorised()
        # The derivative is that of the equation K x = v, which needs none of eigenvectors.
        return jax.lax.custom_linear_solve(
            self.matvec, v, lambda _, v: _in_basis(basis, parts.solve, v), symmetric=True
        )

    def log_det(self) -> Float[Array, ""]:
        return self._rotated()[1].log_det()

    def sqrt_matvec(self, z: Values) -> Values:
        basis, parts = self._rotated()
        return _in_basis(basis, parts.sqrt_matvec, z)

    def sqrt_solve(self, v: Values) -> Values:
        basis, parts = self._rotated()
        return _in_basis(basis, parts.sqrt_solve, v)

    def sample(self, *, key: Key) -> Values:
        basis, parts = self._rotated()
        return parts.sample(key=key) @ basis.T

    def factorised(self) -> "KroneckerPlusIdentity":
        basis, parts = self._rotated()
        rotated = (basis, parts.factorised())
        return KroneckerPlusIdentity(self.scalar, self.b, self.variance, self.mask, rotated)

    def masked(self, mask: Mask) -> "KroneckerPlusIdentity":
        both = mask if self.mask is None else self.mask & mask
        return KroneckerPlusIdentity(self.scalar, self.b, self.variance, both)

    def _as_sum(self) -> AbstractOperator:
        noise = ScaledIdentity(self.variance, self.n_points, self.dim_y)
        total = Sum((Kronecker(self.scalar, self.b), noise))
        return total if self.mask is None else Masked(total, self.mask)

    def _rotated(self) -> tuple[Float[Array, "dim_y dim_y"], DirectSum]:
        if self.rotated is not None:
            return self.rotated
        values, basis = jnp.linalg.eigh(self.b)
        noise = ScaledIdentity(self.variance, self.n_points, dim_y=1)
        parts = [_scaled(self.scalar, value) + noise for value in values]
        if self.mask is not None:
            parts = [part.masked(self.mask) for part in parts]
        return basis, DirectSum(tuple(parts))


def _in_basis(
    basis: Float[Array, "dim_y dim_y"], function: Callable[[Values], Values], v: Values
) -> Values:
    return function(v @ basis) @ basis.T


def _scaled(operator: AbstractOperator, factor: Float[Array, ""]) -> AbstractOperator:
    """An operator times a number, with the structure that saves most."""
    match operator:
        case ScaledIdentity() | Diagonal():
            return Diagonal(factor * operator.diagonal())
        case LowRankPlusDiagonal():
            is_positive = factor > 0
            deviation = jnp.sqrt(jnp.where(is_positive, factor, jnp.ones_like(factor)))
            features = jnp.where(is_positive, deviation, 0) * operator.features
            noise = None if operator.variances is None else factor * operator.variances
            return LowRankPlusDiagonal(features, noise)
    return Dense(factor * operator.dense())
