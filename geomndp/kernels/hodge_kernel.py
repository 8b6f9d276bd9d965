"""What the two kernels of Hodge's decomposition on the globe have in common."""

import abc
import math

import equinox as eqx

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel
from geomndp.kernels.gradient_fields import AbstractGradientField
from geomndp.kernels.hodge_potential import HodgePotential
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.tangent_fields import (
    is_of_tangent_vectors,
    refuse_waves,
    within_tangent_spaces,
)
from geomndp.kernels.zonal import AbstractZonalKernel
from geomndp.linalg import AbstractOperator
from geomndp.typing import Key, Locations


class AbstractHodgeKernel(AbstractKernel):
    """A kernel of tangent fields on $S^2$ that are derivatives of one random function.

    An implementation says by which derivatives, in `cross_covariance` and `sample_function`.

    Example:
        >>> import geomndp as gn
        >>> wind: gn.kernels.AbstractHodgeKernel
        >>> wind = gn.kernels.HodgeCurlFree(gn.kernels.SphericalHeat(0.5, variance=2.0))
        >>> wind.dim_y
        3
    """

    kernel: eqx.AbstractVar[AbstractZonalKernel]

    @abc.abstractmethod
    def sample_function(self, *, key: Key) -> AbstractGradientField:
        """A draw from the field, exact."""

    def __check_init__(self) -> None:
        HodgePotential(self.kernel)

    @property
    def dim_y(self) -> int:
        return 3

    @property
    def smoothness(self) -> float:
        return math.inf

    def operator(self, x: Locations) -> AbstractOperator:
        return within_tangent_spaces(x, self.cross_covariance(x, x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return is_of_tangent_vectors(field_type)

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        raise refuse_waves(self, "draw from its operator, or by sample_function")
