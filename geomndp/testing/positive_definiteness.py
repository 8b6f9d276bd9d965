"""Whether a function of two points is a covariance."""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Array, Float

from geomndp.testing.comparison import NEGLIGIBLE

Points = Float[Array | np.ndarray, "n_points dim_x"]
Gram = Float[Array | np.ndarray, "n_points n_points dim_y dim_y"]


def assert_positive_definite(
    kernel: Callable[[Any, Any], Any] | Gram, x: Points | None = None, *, rtol: float = 1e-5
) -> None:
    r"""Check that $K(x, x') = K(x', x)^\top$, and that the Gram matrix has no negative eigenvalue.

    Arguments:
        kernel: From two single points to a matrix of shape (dim_y, dim_y); or a Gram matrix, of
            shape (n_points, n_points, dim_y, dim_y).
        x: The points, for a kernel; the more, the sharper the check.
        rtol: How far below zero an eigenvalue may lie by rounding, relative to the largest, and how
            far the matrix may be from symmetric.

    Raises:
        AssertionError: If the kernel is no covariance at the points, or is zero or not finite.
        ValueError: If points are given for a matrix, or none for a kernel.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from geomndp.testing import assert_positive_definite
        >>> x = jax.random.normal(jax.random.key(0), (10, 2))
        >>> assert_positive_definite(lambda a, b: jnp.exp(-jnp.sum((a - b) ** 2))[None, None], x)
        >>> assert_positive_definite(lambda a, b: jnp.cos(jnp.sum((a - b) ** 2))[None, None], x)
        Traceback (most recent call last):
            ...
        AssertionError: expected no eigenvalue below -1e-05 times the largest, got ...
    """
    if callable(kernel) == (x is None):
        raise ValueError(
            "expected a kernel and points x, or a Gram matrix alone, got "
            f"{'a kernel without points' if x is None else 'points and a matrix'}"
        )
    gram = kernel if x is None else [[np.asarray(kernel(a, b)) for b in x] for a in x]  # type: ignore[operator]
    gram = np.asarray(gram, float)
    if gram.ndim != 4 or gram.shape[2] != gram.shape[3]:
        raise AssertionError(
            f"expected a kernel that returns a square matrix for two points, got {gram.shape[2:]}"
        )
    n_rows = gram.shape[0] * gram.shape[2]
    matrix = gram.transpose(0, 2, 1, 3).reshape(n_rows, n_rows)
    if not np.isfinite(matrix).all():
        raise AssertionError("expected finite covariances, got some that are not")
    size = np.abs(matrix).max()
    if size <= NEGLIGIBLE:
        raise AssertionError(f"expected a kernel other than zero, got at most {size:.1e}")
    difference = np.abs(matrix - matrix.T).max() / size
    if difference > rtol:
        i, j = np.unravel_index(np.argmax(np.abs(matrix - matrix.T)), matrix.shape)
        p = gram.shape[2]
        raise AssertionError(
            f"expected K(x, x') = K(x', x)ᵀ within {rtol:.0e} of the largest entry, got a "
            f"difference of {difference:.2g} at points {i // p} and {j // p}, "
            f"components {i % p} and {j % p}"
        )
    eigenvalues = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    least, largest = eigenvalues[0], eigenvalues[-1]
    if least < -rtol * np.abs(eigenvalues).max():
        raise AssertionError(
            f"expected no eigenvalue below -{rtol:.0e} times the largest, got {least:.3g} beside "
            f"{largest:.3g}: the function is the covariance of no field"
        )
