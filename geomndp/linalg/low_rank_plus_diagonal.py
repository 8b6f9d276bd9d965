"""Finitely many features, and noise."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jax.core import Tracer
from jax.scipy.linalg import cho_solve
from jaxtyping import Array, Float

from geomndp.linalg.base import AbstractOperator, Gram
from geomndp.linalg.cholesky import NOT_POSITIVE, cholesky, positive
from geomndp.linalg.diagonal import Diagonal
from geomndp.linalg.padded import Padded
from geomndp.linalg.spectral import inverse_sqrt_on_range, symmetric_sqrt
from geomndp.typing import Key, Mask, Values

Small = Float[Array, "rank rank"]


def _noise(
    variances: Float[Array, "..."] | float | None,
) -> Float[Array, "..."] | None:
    """None for what is known to be no noise at all."""
    if variances is None or isinstance(variances, Tracer):
        return variances
    return None if jnp.ndim(variances) == 0 and variances == 0 else jnp.asarray(variances)


class LowRankPlusDiagonal(AbstractOperator):
    r"""$K = D + \Phi \Phi^\top$ with r features $\Phi$ and variances D of noise.

    Time and memory are linear in the number of points; a factor costs $n p r^2 + r^3$. With
    $\Psi = D^{-1/2} \Phi$ the root is $D^{1/2} (I + \Psi \Psi^\top)^{1/2}$, by the symmetric root,
    so that with a single variance the whole is symmetric. Without noise it is
    $(\Phi \Phi^\top)^{1/2}$; then there are products, draws and the root, but no inverse.

    Arguments:
        features: $\Phi$, the r numbers at each coordinate of each point.
        variances: D, a number for each coordinate of each point, or one for all. Without noise it
            is None, which a 0 becomes unless it is hidden by a transformation of JAX.
        capacity: The Cholesky factor of $I + \Psi^\top \Psi$, where it is known.
        root: X with $L = D^{1/2} (I + \Psi X \Psi^\top)$, or $L = \Phi X \Phi^\top$ without noise,
            where it is known.
        inverse_root: W with $L^{-1} = (I - \Psi W \Psi^\top) D^{-1/2}$, where it is known.

    Raises:
        ValueError: Unless the features have shape (n, p, r), and the variances (n, p) or ().

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> covariance = gn.linalg.LowRankPlusDiagonal(jnp.ones((2, 1, 1)), 1.0)
        >>> covariance.dense()[:, :, 0, 0].tolist()
        [[2.0, 1.0], [1.0, 2.0]]
        >>> covariance.solve(jnp.array([[3.0], [0.0]])).tolist()
        [[2.0], [-1.0]]
    """

    features: Float[Array, "n_points dim_y rank"]
    variances: Values | Float[Array, ""] | None = eqx.field(converter=_noise, default=None)
    capacity: Small | None = None
    root: Small | None = None
    inverse_root: Small | None = None

    def __check_init__(self) -> None:
        shape, noise_shape = self.features.shape, jnp.shape(self._variances())
        if len(shape) != 3 or noise_shape not in ((), shape[:2]):
            raise ValueError(
                "expected features of shape (n_points, dim_y, rank) and one variance or "
                f"(n_points, dim_y), got shapes {shape} and {noise_shape}"
            )

    @property
    def n_points(self) -> int:
        return self.features.shape[0]

    @property
    def dim_y(self) -> int:
        return self.features.shape[1]

    def matvec(self, v: Values) -> Values:
        return self._variances() * v + self._spread(self._gather(v))

    def diagonal(self) -> Values:
        return self._variances() + jnp.einsum("iar,iar->ia", self.features, self.features)

    def dense(self) -> Gram:
        noise = jnp.broadcast_to(self._variances(), self.features.shape[:2])
        return Diagonal(noise).dense() + jnp.einsum("iar,jbr->ijab", self.features, self.features)

    def solve(self, v: Values) -> Values:
        deviations = self._deviations()
        white = v / deviations
        fitted = cho_solve((self._capacity(), True), self._gather(white / deviations))
        return (white - self._spread(fitted) / deviations) / deviations

    def log_det(self) -> Float[Array, ""]:
        deviations = jnp.broadcast_to(self._deviations(), self.features.shape[:2])
        capacity = jnp.diagonal(self._capacity())
        return 2 * (jnp.sum(jnp.log(deviations)) + jnp.sum(jnp.log(capacity)))

    def sqrt_matvec(self, z: Values) -> Values:
        if self.variances is None:
            return self._spread(self._noiseless_root() @ self._gather(z))
        deviations = self._deviations()
        root, _ = self._roots()
        return deviations * z + self._spread(root @ self._gather(z / deviations))

    def sqrt_solve(self, v: Values) -> Values:
        deviations = self._deviations()
        white = v / deviations
        _, inverse_root = self._roots()
        return white - self._spread(inverse_root @ self._gather(white / deviations)) / deviations

    def sample(self, *, key: Key) -> Values:
        key_signal, key_noise = jax.random.split(key)
        *shape, rank = self.features.shape
        signal = self._spread(jax.random.normal(key_signal, (rank,), self.features.dtype))
        if self.variances is None:
            return signal
        noise = jax.random.normal(key_noise, shape, self.features.dtype)
        return signal + jnp.sqrt(self.variances) * noise

    def factorised(self) -> "LowRankPlusDiagonal":
        if self.root is not None:
            return self
        if self.variances is None:
            return LowRankPlusDiagonal(self.features, root=self._noiseless_root())
        factors = (self._capacity(), *self._roots())
        return LowRankPlusDiagonal(self.features, self.variances, *factors)

    def masked(self, mask: Mask) -> "Padded | LowRankPlusDiagonal":
        at_real = mask[:, None, None]
        features = jnp.where(at_real, self.features, jnp.zeros_like(self.features))
        variances = self._variances()
        if variances.ndim == 2:
            ones = jnp.ones_like(variances)
            return LowRankPlusDiagonal(features, jnp.where(mask[:, None], variances, ones))
        log_det_at_padding = self.dim_y * jnp.log(variances)
        return Padded(LowRankPlusDiagonal(features, self.variances), mask, log_det_at_padding)

    def _gather(self, v: Values) -> Float[Array, " rank"]:
        r"""$\Phi^\top v$."""
        # In this order, and not by `einsum`, so that the features are not transposed to a copy.
        return jnp.tensordot(v, self.features, ((0, 1), (0, 1)))

    def _spread(self, w: Float[Array, " rank"]) -> Values:
        r"""$\Phi w$."""
        return jnp.einsum("iar,r->ia", self.features, w)

    def _variances(self) -> Values | Float[Array, ""]:
        return jnp.zeros((), self.features.dtype) if self.variances is None else self.variances

    def _deviations(self) -> Values | Float[Array, ""]:
        if self.variances is None:
            raise ValueError(NOT_POSITIVE)
        # A factor shows that they were found positive.
        return jnp.sqrt(self.variances if self.root is not None else positive(self.variances))

    def _gram(self) -> Small:
        r"""$\Psi^\top \Psi$; without noise $\Phi^\top \Phi$."""
        variances = self._variances()
        if variances.ndim == 0:
            gram = _products(self.features)
            return gram if self.variances is None else gram / self._deviations() ** 2
        return _products(self.features / self._deviations()[:, :, None])

    def _capacity(self) -> Small:
        if self.capacity is not None:
            return self.capacity
        gram = self._gram()
        # No pivot is below 1, were it not for rounding.
        return cholesky(gram + jnp.eye(*gram.shape, dtype=gram.dtype), least_pivot=0.5)

    def _roots(self) -> tuple[Small, Small]:
        if self.root is not None and self.inverse_root is not None:
            return self.root, self.inverse_root
        gram = self._gram()
        identity = jnp.eye(*gram.shape, dtype=gram.dtype)
        middle = symmetric_sqrt(gram + identity)
        root = cho_solve((jnp.linalg.cholesky(middle + identity), True), identity)
        return root, cho_solve((jnp.linalg.cholesky(middle), True), root)

    def _noiseless_root(self) -> Small:
        return inverse_sqrt_on_range(self._gram()) if self.root is None else self.root


@jax.jit
def _products(features: Float[Array, "n_points dim_y rank"]) -> Small:
    r"""$\Phi^\top \Phi$, compiled as a whole, where reshaping and transposing copy nothing."""
    rows = features.reshape(-1, features.shape[2])
    return rows.T @ rows
