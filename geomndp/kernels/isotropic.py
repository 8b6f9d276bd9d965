"""Vector fields with independent components."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import scalar_kind
from geomndp.linalg import AbstractOperator, Repeated
from geomndp.typing import Key, Locations


class Isotropic(AbstractKernel):
    r"""$K(x, x') = k_0(x, x') I$: each component a field of the scalar kernel, all independent.

    Invariant under any orthogonal action on values. Factors are those of one component.

    Arguments:
        kernel: The scalar kernel $k_0$.
        dim_y: Number p of components.

    Raises:
        ValueError: If the kernel is not scalar, or `dim_y` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.Isotropic(gn.kernels.SquaredExponential(1.0, 2.0), dim_y=2)
        >>> k(jnp.zeros(2), jnp.zeros(2)).tolist()
        [[2.0, 0.0], [0.0, 2.0]]
    """

    kernel: AbstractKernel
    dim_y: int = 2  # pyright: ignore[reportIncompatibleMethodOverride]  # a field

    def __check_init__(self) -> None:
        check_scalar(self.kernel)
        if self.dim_y < 1:
            raise ValueError(f"expected at least one component, got dim_y={self.dim_y}")

    @property
    def smoothness(self) -> float:
        return self.kernel.smoothness

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        scalar = self.kernel.cross_covariance(x, x2)
        return scalar * jnp.eye(self.dim_y, dtype=scalar.dtype)[None, None]

    def operator(self, x: Locations) -> AbstractOperator:
        return Repeated(self.kernel.operator(x), self.dim_y)

    def is_equivariant(self, field_type: FieldType) -> bool:
        fits = field_type.dim_y == self.dim_y and field_type.fibre.is_orthogonal
        return fits and self.kernel.is_equivariant(scalar_kind(field_type))

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        scalar = self.kernel.random_features(n_features, dim_x, key=key)
        return scalar.spread(jnp.eye(self.dim_y))


def check_scalar(kernel: AbstractKernel) -> None:
    """Refuse a kernel of fields of vectors where a scalar one is needed."""
    if kernel.dim_y != 1:
        raise ValueError(
            f"expected a scalar kernel, got {kernel} for values with {kernel.dim_y} coordinates"
        )
