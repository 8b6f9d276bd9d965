"""White noise of tangent vectors on the globe."""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.parameters import Parameter, check_parameters, positive
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.tangent_fields import is_of_tangent_vectors, refuse_waves
from geomndp.kernels.zonal import check_unit_vectors, cosines
from geomndp.linalg import Embedded, ScaledIdentity
from geomndp.manifolds import Sphere
from geomndp.typing import Key, Locations


class TangentWhite(AbstractKernel):
    r"""Independent noise in the tangent space of every point of $S^2$, $\sigma^2 P_x$ by index.

    It is `White` of tangent vectors: zero across two sets of points, even where they share a
    location. `White` itself has noise across the sphere too, which no tangent field has.

    Arguments:
        variance: The variance $\sigma^2$ of a component, in squared units of y.

    Raises:
        ValueError: If the variance is not a positive number.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> north_pole = jnp.array([[0.0, 0.0, 1.0]])
        >>> gn.kernels.TangentWhite(variance=0.5).gram(north_pole)[0, 0].tolist()
        [[0.5, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.0]]
    """

    variance: Parameter = positive()

    def __check_init__(self) -> None:
        check_parameters(self)

    @property
    def dim_y(self) -> int:
        return 3

    @property
    def smoothness(self) -> float:
        return math.inf

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        shape = cosines(x, x2).shape
        return jnp.zeros((*shape, 3, 3), x.dtype)

    def operator(self, x: Locations) -> Embedded:
        check_unit_vectors(x)
        noise = ScaledIdentity(jnp.asarray(self.variance, x.dtype), x.shape[0], 2)
        return Embedded(noise, Sphere(2).frame(x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return is_of_tangent_vectors(field_type)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        raise refuse_waves(self, "draw the continuous part, and add independent noise")
