"""Equivariance of matrix-valued covariance functions."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.testing.symmetry import check_symmetry
from geomndp.typing import Key


def assert_kernel_equivariant(
    kernel: Callable[[Any, Any], Any],
    field_type: FieldType,
    *,
    key: Key,
    x: Float[Array | np.ndarray, "n_points dim_x"] | None = None,
    n_draws: int = 2,
    rtol: float = 1e-5,
) -> None:
    r"""Check that $k(gx, gx') = \rho(h)\, k(x, x')\, \rho(h)^\top$.

    It is the law of the covariance of a field whose law is invariant.

    Arguments:
        kernel: From two single points to a matrix of shape (dim_y, dim_y).
        field_type: The group, and the fibre of the values.
        key: A random key.
        x: Points, of which all pairs are tried; when left out, three standard normal ones, on the
            domain of the field.
        n_draws: Number of elements of each kind and determinant.
        rtol: The largest difference allowed, relative to the largest entry of the kernel.

    Raises:
        ValueError: If drawn points say nothing of the kernel, whose lengthscale is far from one.
        AssertionError: If the kernel breaks the law, is zero, not finite, or of another shape.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> from geomndp.testing import assert_kernel_equivariant
        >>> wind = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
        >>> def isotropic(x1, x2):
        ...     return jnp.exp(-jnp.sum((x1 - x2) ** 2)) * jnp.eye(2)
        >>> assert_kernel_equivariant(isotropic, wind, key=jax.random.key(0))
        >>> def longer_to_the_east(x1, x2):
        ...     return isotropic(x1 / jnp.array([2.0, 1.0]), x2 / jnp.array([2.0, 1.0]))
        >>> assert_kernel_equivariant(longer_to_the_east, wind, key=jax.random.key(0))
        Traceback (most recent call last):
            ...
        AssertionError: expected k(gx, gx') = rho k(x, x') rhoᵀ within 1e-05 of the size ...
    """
    of_points, of_elements = jax.random.split(key)
    if x is None:
        x = field_type.domain.project(jax.random.normal(of_points, (3, field_type.dim_x)))
        _refuse_if_blind(flat_gram(kernel, x, field_type.dim_y))
    check_symmetry(
        lambda x: flat_gram(kernel, x, field_type.dim_y),
        field_type.group,
        ("points",),
        # Row by row, the matrix rho K rhoᵀ is the tensor product of rho with itself, times K.
        field_type.fibre * field_type.fibre,
        (jnp.asarray(x),),
        law="k(gx, gx') = rho k(x, x') rhoᵀ",
        key=of_elements,
        n_draws=n_draws,
        rtol=rtol,
    )


def _refuse_if_blind(gram: np.ndarray) -> None:
    """Refuse drawn points that are all as one to the kernel, or all strangers."""
    variance = np.abs(gram[np.arange(3), np.arange(3)]).max()
    apart = gram[np.triu_indices(3, 1)]
    if min(np.abs(apart - gram[0, 0]).max(), np.abs(apart).max()) < 1e-3 * variance:
        raise ValueError(
            "expected a kernel whose covariance varies over distances of order one, that of the "
            "points drawn, got one that is all but constant or zero there; give x in its units"
        )


def flat_gram(kernel: Callable[[Any, Any], Any], x: Any, dim_y: int) -> np.ndarray:
    """The kernel between all pairs of points, its matrices row by row on the last axis."""
    blocks = [[np.asarray(kernel(x1, x2)) for x2 in x] for x1 in x]
    shape = blocks[0][0].shape
    if shape != (dim_y, dim_y):
        raise AssertionError(
            f"expected a kernel that returns a matrix of shape {(dim_y, dim_y)} for two points, "
            f"got {shape}"
        )
    return np.asarray(blocks).reshape(len(x), len(x), dim_y**2)
