"""Vector fields without curl or divergence."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.testing.comparison import entry_at

Points = Float[Array | np.ndarray, "n_points dim"]


def assert_curl_free(f: Callable[[Any], Any], x: Points, *, rtol: float = 1e-5) -> None:
    r"""Check that $\partial_i f_j = \partial_j f_i$: the Jacobian is symmetric at every point.

    Arguments:
        f: A vector field, from a point of shape (dim,) to a vector of that shape, by JAX.
        x: The points, in two dimensions or more.
        rtol: The largest entry of the antisymmetric part, $\partial_i f_j - \partial_j f_i$, that
            is allowed, relative to the root mean square over the points of the norm of the
            Jacobian.

    Raises:
        AssertionError: If the field has curl, or is constant or not finite.
        ValueError: If there are fewer than two dimensions.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from geomndp.testing import assert_curl_free
        >>> x = jax.random.normal(jax.random.key(0), (10, 3))
        >>> assert_curl_free(jax.grad(lambda x: jnp.sin(x[0] * x[1]) + x[2] ** 2), x)
        >>> assert_curl_free(lambda x: jnp.cross(jnp.array([0.0, 0.0, 1.0]), x), x)
        Traceback (most recent call last):
            ...
        AssertionError: expected ∂ᵢfⱼ = ∂ⱼfᵢ within 1e-05 ...
    """
    jacobians, size = _jacobians(f, x)
    curl = np.abs(jacobians - jacobians.swapaxes(1, 2)) / size
    at = np.unravel_index(np.argmax(curl), curl.shape)
    if not curl[at] <= rtol:
        n, i, j = (int(k) for k in at)
        raise AssertionError(
            f"expected ∂ᵢfⱼ = ∂ⱼfᵢ within {rtol:.0e} of the size {size:.3g} of the Jacobian, got a "
            f"curl of {curl[at]:.2g} of it between components {i} and {j} at x[{n}] = {x[n]}"
        )


def assert_divergence_free(f: Callable[[Any], Any], x: Points, *, rtol: float = 1e-5) -> None:
    r"""Check that $\sum_i \partial_i f_i = 0$ at every point.

    Arguments:
        f: A vector field, from a point of shape (dim,) to a vector of that shape, by JAX.
        x: The points, in two dimensions or more.
        rtol: The largest divergence that is allowed, relative to the root mean square over the
            points of the norm of the Jacobian.

    Raises:
        AssertionError: If the field has divergence, or is constant or not finite.
        ValueError: If there are fewer than two dimensions.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from geomndp.testing import assert_divergence_free
        >>> x = jax.random.normal(jax.random.key(0), (10, 2))
        >>> assert_divergence_free(lambda x: jnp.array([jnp.sin(x[1]), x[0]]), x)
        >>> assert_divergence_free(lambda x: x, x)
        Traceback (most recent call last):
            ...
        AssertionError: expected a divergence of 0 within 1e-05 ...
    """
    jacobians, size = _jacobians(f, x)
    divergence = np.abs(np.trace(jacobians, axis1=1, axis2=2)) / size
    n = int(np.argmax(divergence))
    if not divergence[n] <= rtol:
        raise AssertionError(
            f"expected a divergence of 0 within {rtol:.0e} of the size {size:.3g} of the Jacobian, "
            f"got {divergence[n]:.2g} of it at x[{n}] = {x[n]}"
        )


def _jacobians(f: Callable[[Any], Any], x: Points) -> tuple[np.ndarray, float]:
    """The Jacobian at each point, and the root mean square of their norms."""
    points = jnp.asarray(x)
    n_points, dim = points.shape
    if dim < 2:
        raise ValueError(f"expected points of two dimensions or more, got dim={dim}")
    values = np.asarray(jax.jit(jax.vmap(f))(points))
    if values.shape != (n_points, dim):
        raise AssertionError(
            f"expected a field with {dim} components at a point of {dim} coordinates, "
            f"got shape {values.shape[1:]}"
        )
    jacobians = np.asarray(jax.jit(jax.vmap(jax.jacfwd(f)))(points), float)
    if not np.isfinite(jacobians).all():
        worst = np.argmin(np.isfinite(jacobians))
        entry = entry_at("the Jacobian", worst, jacobians.shape)
        raise AssertionError(f"expected finite derivatives, got others, the first at {entry}")
    size = float(np.sqrt(np.mean(np.sum(jacobians**2, (1, 2)))))
    # What the rounding of a constant looks like as a slope between the points.
    rounding = np.finfo(points.dtype).eps * np.abs(values).max() / (np.std(x) or 1.0)
    if size <= rounding:
        raise AssertionError(
            f"expected a field that varies, as a constant has no derivatives at all, got a "
            f"Jacobian of size {size:.1e}"
        )
    return jacobians, size
