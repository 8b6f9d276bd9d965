"""Kernels on the globe that depend on the angle alone."""

import abc

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.kernels.base import AbstractKernel, Covariances
from geomndp.kernels.locations import check_locations
from geomndp.kernels.parameters import Parameter
from geomndp.kernels.random_features import RandomFeatures
from geomndp.kernels.symmetry import is_scalar
from geomndp.linalg import AbstractOperator, Dense
from geomndp.typing import Key, Locations


class AbstractZonalKernel(AbstractKernel):
    r"""A scalar kernel on $S^2$ that depends on the angle between two locations.

    $$ k(x, x') = \sigma^2 \sum_\ell a_\ell P_\ell(\langle x, x'\rangle) $$

    $P_\ell$ are the Legendre polynomials. By Schoenberg's theorem these kernels, with
    $a_\ell \ge 0$, are all that are invariant under O(3). The weights are scaled to the sum 1, so
    that the variance is $\sigma^2$. Locations are unit vectors.

    Example:
        >>> import geomndp as gn
        >>> def spectrum(kernel: gn.kernels.AbstractZonalKernel):
        ...     return kernel.weights() / kernel.weights().sum()
        >>> spectrum(gn.kernels.ZonalSeries((0.0, 1.0, 3.0), variance=1.0)).tolist()
        [0.0, 0.25, 0.75]
    """

    variance: eqx.AbstractVar[Parameter]

    @abc.abstractmethod
    def weights(self) -> Float[Array, " n_degrees"]:
        r"""$a_\ell$ from degree 0 on, up to a common factor: none negative, and not all zero."""

    @property
    def dim_y(self) -> int:
        return 1

    def cross_covariance(self, x: Locations, x2: Float[Array, "n_others dim_x"]) -> Covariances:
        _check_unit_vectors(x)
        _check_unit_vectors(x2)
        cosine = jnp.clip(jnp.matmul(x, x2.T, precision=jax.lax.Precision.HIGHEST), -1, 1)
        weights = self.weights().astype(x.dtype)
        series = _legendre_series(weights / jnp.sum(weights), cosine)
        return self.variance * series[:, :, None, None]

    def operator(self, x: Locations) -> AbstractOperator:
        return Dense(self.cross_covariance(x, x))

    def is_equivariant(self, kind: FieldType) -> bool:
        return is_scalar(kind) and kind.dim_x == 3 and kind.group.fixes_origin

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
    check_locations(x, 3)
    if isinstance(x, Tracer):
        return
    error = float(np.abs(np.linalg.norm(x, axis=-1) - 1).max())
    if error > 1e-4:
        raise ValueError(
            f"expected unit vectors, got one whose length is off by {error:.2g}; "
            "manifolds.from_geographic makes them from latitude and longitude"
        )
