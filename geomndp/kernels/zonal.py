"""Kernels on the globe that depend on the angle alone."""

import abc
import math

import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.harmonic_function import HarmonicFunction
from geomndp.kernels.legendre import legendre_series
from geomndp.kernels.locations import check_locations, differences
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import is_scalar
from geomndp.linalg import AbstractOperator, Dense
from geomndp.typing import Key, Locations


class AbstractZonalKernel(AbstractKernel):
    r"""A scalar kernel on $S^2$ that depends on the angle between two locations.

    $$ k(x, x') = \sum_\ell a_\ell P_\ell(\langle x, x'\rangle) $$

    $P_\ell$ are the Legendre polynomials. By Schoenberg's theorem these kernels, with
    $a_\ell \ge 0$, are all that are invariant under O(3). The variance is $\sum_\ell a_\ell$.
    Locations are unit vectors.

    Example:
        >>> import geomndp as gn
        >>> def spectrum(kernel: gn.kernels.AbstractZonalKernel):
        ...     return kernel.degree_variances()
        >>> spectrum(gn.kernels.ZonalSeries((0.0, 1.0, 3.0), variance=8.0)).tolist()
        [0.0, 2.0, 6.0]
    """

    @abc.abstractmethod
    def degree_variances(self) -> Float[Array, " n_degrees"]:
        r"""$a_\ell$ from degree 0 on: the part that each degree has in the variance."""

    @property
    def dim_y(self) -> int:
        return 1

    @property
    def smoothness(self) -> float:
        return math.inf

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        cosine = cosines(x, x2)
        series = legendre_series(self.degree_variances().astype(x.dtype), cosine)
        return series[:, :, None, None]

    def operator(self, x: Locations) -> AbstractOperator:
        return Dense(self.cross_covariance(x, x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return is_scalar(field_type) and field_type.dim_x == 3 and field_type.group.fixes_origin

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        raise ValueError(
            f"expected a stationary kernel on Euclidean space, got {self} on the sphere; "
            "draw from its operator, or by sample_function"
        )

    def sample_function(self, *, key: Key) -> HarmonicFunction:
        """A draw from the field, exact, as a sum of spherical harmonics.

        Arguments:
            key: A random key.
        """
        return HarmonicFunction.of_degrees(self.degree_variances(), key=key)


def cosines(x: Locations, x2: Float[Array, "n_others dim_x"]) -> Float[Array, "n_points n_others"]:
    """Cosines of the angles between unit vectors.

    Raises:
        ValueError: If they are none.
    """
    check_unit_vectors(x)
    check_unit_vectors(x2)
    # From the chord, since a cosine near 1 has lost the digits of a small angle.
    return 1 - 0.5 * jnp.sum(differences(x, x2) ** 2, -1)


def check_unit_vectors(x: Locations) -> None:
    """Refuse locations that are not on the unit sphere of space.

    Raises:
        ValueError: If they are refused.
    """
    if jnp.ndim(x) == 2 and x.shape[1] != 3:
        raise ValueError(
            f"expected unit vectors, locations of dimension 3, got dimension {x.shape[1]}; "
            "manifolds.from_geographic makes them from latitude and longitude in degrees"
        )
    check_locations(x)
    if isinstance(x, Tracer):
        return
    error = float(np.abs(np.linalg.norm(x, axis=-1) - 1).max())
    if error > 1e-4:
        raise ValueError(
            f"expected unit vectors, got one whose length is off by {error:.2g}; "
            "manifolds.from_geographic makes them from latitude and longitude"
        )
