"""The interface of a covariance operator of a field seen at finitely many points."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.typing import Key, Mask, Values

Gram = Float[Array, "n_points n_points dim_y dim_y"]
r"""Covariances $K_{ijab} = \mathrm{Cov}(y_i^a, y_j^b)$."""


class AbstractOperator(eqx.Module):
    r"""A symmetric positive semi-definite map K of fields at n points with p values each.

    It takes and returns arrays of shape `(n_points, dim_y)`; no order of the n p numbers is ever
    seen. Implementations keep these laws, with `dense` as the matrix:

    $$ K K^{-1} v = v, \quad L L^\top = K, \quad L^{-1} L z = z, \quad
       |L^{-1} v|^2 = v \cdot K^{-1} v, $$

    where L is the root that `sqrt_matvec` applies; which root it is, each class says.

    Where values lie in a subspace at each point, as in `Embedded`, they hold within those: $K^{-1}$
    is the inverse there, and $L^{-1} L$ the projection.

    Whatever `solve`, `log_det`, `sqrt_matvec` and `sqrt_solve` need to factorise is computed on
    each of their calls, unless the operator is `factorised` before.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> def log_density(covariance: gn.linalg.AbstractOperator, y):
        ...     covariance = covariance.factorised()
        ...     white = covariance.sqrt_solve(y)
        ...     log_scale = covariance.log_det() + y.size * jnp.log(2 * jnp.pi)
        ...     return -0.5 * (jnp.sum(white**2) + log_scale)
        >>> covariance = gn.linalg.ScaledIdentity(4.0, n_points=3, dim_y=2)
        >>> f"{log_density(covariance, jnp.ones((3, 2))):.3f}"
        '-10.422'
    """

    def __check_init__(self) -> None:
        if self.n_points < 1 or self.dim_y < 1:
            raise ValueError(
                "expected at least one point and one coordinate of the values, "
                f"got n_points={self.n_points}, dim_y={self.dim_y}"
            )

    @property
    @abc.abstractmethod
    def n_points(self) -> int:
        """Number n of points."""

    @property
    @abc.abstractmethod
    def dim_y(self) -> int:
        """Number p of coordinates of a value."""

    @abc.abstractmethod
    def matvec(self, v: Values) -> Values:
        """K v."""

    @abc.abstractmethod
    def diagonal(self) -> Values:
        """The variance of each coordinate at each point."""

    @abc.abstractmethod
    def dense(self) -> Gram:
        r"""All covariances, $K_{ijab} = \mathrm{Cov}(y_i^a, y_j^b)$."""

    @abc.abstractmethod
    def solve(self, v: Values) -> Values:
        r"""$K^{-1} v$.

        Raises:
            ValueError: If K is not positive definite to rounding; under a transformation of JAX,
                where values are not known, an error at run time with the same message.
        """

    @abc.abstractmethod
    def log_det(self) -> Float[Array, ""]:
        r"""$\log \det K$.

        Raises:
            ValueError: As `solve`.
        """

    @abc.abstractmethod
    def sqrt_matvec(self, z: Values) -> Values:
        r"""L z, with a square root $L L^\top = K$.

        Raises:
            ValueError: As `solve`.
        """

    @abc.abstractmethod
    def sqrt_solve(self, v: Values) -> Values:
        r"""$L^{-1} v$, which is white where v has the covariance K.

        Raises:
            ValueError: As `solve`.
        """

    @abc.abstractmethod
    def sample(self, *, key: Key) -> Values:
        """A draw from the normal law with mean zero and covariance K."""

    @abc.abstractmethod
    def factorised(self) -> "AbstractOperator":
        """The same K, holding what `solve`, `log_det` and the roots need.

        It is worth its cost before a loop. Operators that hold all they need return themselves.

        Raises:
            ValueError: As `solve`.
        """

    @abc.abstractmethod
    def masked(self, mask: Mask) -> "AbstractOperator":
        r"""$M K M + (I - M)$: the identity at padded points, where `mask` is False.

        Padded points then take no part: `log_det` is that of the real points, and what is at
        padded points changes nothing at real ones. Padding may repeat points, so that K is
        singular before it is masked: mask first, factorise then. The identity at padded points
        stays that only while nothing is added, so add noise and jitter before as well.
        """

    def with_jitter(self, jitter: float) -> "AbstractOperator":
        """K with `jitter` times its mean variance added to all variances.

        That is to the diagonal; of values in subspaces, to the variances within them.

        Arguments:
            jitter: A fraction of the mean variance, at least 0; 0 changes nothing.

        Raises:
            ValueError: If `jitter` is negative.
        """
        from geomndp.linalg.frames import noise_within, rank_of
        from geomndp.linalg.scaled_identity import ScaledIdentity

        if not jitter >= 0:
            raise ValueError(f"expected a jitter of at least 0, got {jitter}")
        if jitter == 0:
            return self
        variance = jitter * jnp.sum(self.diagonal()) / (self.n_points * rank_of(self))
        return self + noise_within(self, ScaledIdentity(variance, self.n_points, self.dim_y))

    def __add__(self, other: "AbstractOperator") -> "AbstractOperator":
        from geomndp.linalg.add import add

        return add(self, other)

    def __rmul__(self, factor: Float[Array, ""] | float | int) -> "AbstractOperator":
        from geomndp.linalg.scale import scale

        return scale(self, factor)
