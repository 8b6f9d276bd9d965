"""Several correlated copies of a field."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.isotropic import check_scalar
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import commutes, scalar_kind
from geomndp.linalg import AbstractOperator, Kronecker
from geomndp.typing import Key, Locations


class Coregionalised(AbstractKernel):
    r"""$K(x, x') = k_0(x, x')\, B$ with $B = A A^\top$: correlated components.

    The law is invariant where B commutes with the action on values, so it may couple equal
    irreducible parts only: two temperatures, or two winds at different heights by
    $B = C \otimes I_2$, but not a wind and a pressure (for those see `PotentialCoupled`).

    Arguments:
        kernel: The scalar kernel $k_0$.
        factor: The matrix A; B has its rank.

    Raises:
        ValueError: If the kernel is not scalar, or the factor is no matrix.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> two_heights = jnp.array([[1.0, 0.0], [0.8, 0.6]])
        >>> k = gn.kernels.Coregionalised(gn.kernels.SquaredExponential(1.0, 1.0), two_heights)
        >>> k(jnp.zeros(2), jnp.zeros(2)).round(2).tolist()
        [[1.0, 0.8], [0.8, 1.0]]
    """

    kernel: AbstractKernel
    factor: Float[Array, "dim_y rank"]

    def __check_init__(self) -> None:
        check_scalar(self.kernel)
        if jnp.ndim(self.factor) != 2:
            raise ValueError(
                f"expected a factor of shape (dim_y, rank), got shape {jnp.shape(self.factor)}"
            )

    @property
    def dim_y(self) -> int:
        return self.factor.shape[0]

    @property
    def matrix(self) -> Float[Array, "dim_y dim_y"]:
        """The covariance B of the components, in units of the scalar kernel."""
        return self.factor @ self.factor.T

    @property
    def smoothness(self) -> float:
        return self.kernel.smoothness

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        return self.kernel.cross_covariance(x, x2) * self.matrix.astype(x.dtype)[None, None]

    def operator(self, x: Locations) -> AbstractOperator:
        return Kronecker(self.kernel.operator(x), self.matrix.astype(x.dtype))

    def is_equivariant(self, field_type: FieldType) -> bool:
        fits = field_type.dim_y == self.dim_y and self.kernel.is_equivariant(
            scalar_kind(field_type)
        )
        return fits and commutes(field_type, self.matrix)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        scalar = self.kernel.random_features(n_features, dim_x, key=key)
        return scalar.spread(self.factor.T)
