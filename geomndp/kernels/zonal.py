"""Kernels on the globe that depend on the angle alone."""

import abc
import math

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
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
        _check_unit_vectors(x)
        _check_unit_vectors(x2)
        # From the chord, since a cosine near 1 has lost the digits of a small angle.
        cosine = 1 - 0.5 * jnp.sum(differences(x, x2) ** 2, -1)
        series = _legendre_series(self.degree_variances().astype(x.dtype), cosine)
        return series[:, :, None, None]

    def operator(self, x: Locations) -> AbstractOperator:
        return Dense(self.cross_covariance(x, x))

    def is_equivariant(self, field_type: FieldType) -> bool:
        return is_scalar(field_type) and field_type.dim_x == 3 and field_type.group.fixes_origin

    def random_features(self, n_features: int, dim_x: int, *, key: Key) -> RandomFeatures:
        raise ValueError(
            f"expected a stationary kernel on Euclidean space, got {self} on the sphere; "
            "draw from its operator"
        )


def _legendre_series(
    weights: Float[Array, " n_degrees"], cosine: Float[Array, "n_points n_others"]
) -> Float[Array, "n_points n_others"]:
    """The sum of weighted Legendre polynomials, by their recurrence in the degree."""

    def add_degree(carry: tuple[Array, ...], weight: Array) -> tuple[tuple[Array, ...], None]:
        degree, before, now, total = carry
        following = ((2 * degree + 1) * cosine * now - degree * before) / (degree + 1)
        return (degree + 1, now, following, total + weight * now), None

    zero = jnp.zeros_like(cosine)
    start = (jnp.zeros((), cosine.dtype), zero, jnp.ones_like(cosine), zero)
    (*_, total), _ = jax.lax.scan(add_degree, start, weights)
    return total


def _check_unit_vectors(x: Locations) -> None:
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
