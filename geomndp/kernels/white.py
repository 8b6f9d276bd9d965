"""White noise."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.locations import check_locations, differences
from geomndp.kernels.parameters import Parameter, check_parameters, positive
from geomndp.kernels.random_features import RandomFeatures
from geomndp.linalg import AbstractOperator, ScaledIdentity
from geomndp.typing import Key, Locations


class White(AbstractKernel):
    r"""Independent noise at every point, $\sigma^2 I$ by index: observation noise.

    It is zero across two sets of points, even where they share a location: a new observation has
    noise of its own.

    Arguments:
        variance: The variance $\sigma^2$ of the noise, in squared units of y.
        dim_y: Number of coordinates of a value; parts with noise of their own, such as wind and
            pressure, are `DirectSum((White(0.5, 2), White(0.1)))`.

    Raises:
        ValueError: If the variance is not a positive number, or `dim_y` is below 1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> k = gn.kernels.White(variance=0.5)
        >>> x = jnp.zeros((2, 1))
        >>> k.gram(x)[:, :, 0, 0].tolist(), k.cross_covariance(x, x)[:, :, 0, 0].tolist()
        ([[0.5, 0.0], [0.0, 0.5]], [[0.0, 0.0], [0.0, 0.0]])
    """

    variance: Parameter = positive()
    dim_y: int = 1  # pyright: ignore[reportIncompatibleMethodOverride]  # a field

    def __check_init__(self) -> None:
        check_parameters(self)
        if self.dim_y < 1:
            raise ValueError(f"expected values of dimension at least 1, got dim_y={self.dim_y}")

    @property
    def smoothness(self) -> float:
        return math.inf

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        n_points, n_others, _ = differences(x, x2).shape
        return jnp.zeros((n_points, n_others, self.dim_y, self.dim_y), x.dtype)

    def operator(self, x: Locations) -> AbstractOperator:
        check_locations(x)
        return ScaledIdentity(jnp.asarray(self.variance, x.dtype), x.shape[0], self.dim_y)

    def is_equivariant(self, field_type: FieldType) -> bool:
        return field_type.dim_y == self.dim_y and field_type.fibre.is_orthogonal

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        raise ValueError(
            f"expected a continuous kernel, got {self}: white noise has no waves; "
            "draw the continuous part by features, and add independent noise"
        )
