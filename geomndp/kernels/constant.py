"""A field that is the same everywhere."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.locations import check_locations, differences
from geomndp.kernels.parameters import Parameter, check_parameters, positive
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import is_scalar
from geomndp.linalg import AbstractOperator, LowRankPlusDiagonal
from geomndp.typing import Key, Locations


class Constant(AbstractKernel):
    r"""$k(x, x') = \sigma^2$: a random level.

    Arguments:
        variance: The variance $\sigma^2$ of the level, in squared units of y.

    Raises:
        ValueError: If the variance is not a positive number.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.kernels.Constant(variance=9.0)(jnp.zeros(2), jnp.ones(2)).tolist()
        [[9.0]]
    """

    variance: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)

    @property
    def dim_y(self) -> int:
        return 1

    @property
    def smoothness(self) -> float:
        return math.inf

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        n_points, n_others, _ = differences(x, x2).shape
        return jnp.full((n_points, n_others, 1, 1), self.variance, x.dtype)

    def operator(self, x: Locations) -> AbstractOperator:
        check_locations(x)
        level = jnp.sqrt(jnp.asarray(self.variance, x.dtype))
        return LowRankPlusDiagonal(jnp.broadcast_to(level, (x.shape[0], 1, 1)))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return is_scalar(field_type)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        one = jnp.ones((1, 1))
        return RandomFeatures(jnp.zeros((1, dim_x)), jnp.sqrt(self.variance) * one, 0 * one)
