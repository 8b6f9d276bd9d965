"""Divergence and curl of tangent fields on the globe."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

Points = Float[Array | np.ndarray, "n_points 3"]
Tangents = Callable[[Any], Any]
"""A tangent field, from a point of shape (3,) to a vector of that shape, by JAX."""


def surface_divergence(f: Tangents, x: Points) -> Float[Array, " n_points"]:
    r"""The divergence of a tangent field on the unit sphere, $\nabla \cdot f = \mathrm{tr}(P J P)$.

    J is the Jacobian of f as a function in space, of which derivatives along the sphere alone
    count, so that it is of no account how f is continued off it; $P = I - x x^\top$.

    Arguments:
        f: A tangent field, from a point of shape (3,) to a vector of that shape, by JAX.
        x: The points, unit vectors.

    Returns:
        A number for each point, in units of f per radian.

    Example:
        >>> import jax.numpy as jnp
        >>> from geomndp.testing import surface_divergence
        >>> north = jnp.array([0.0, 0.0, 1.0])
        >>> to_the_north = lambda x: north - x * x[2]  # the gradient of the height
        >>> surface_divergence(to_the_north, jnp.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])).tolist()
        [-2.0, 0.0]
    """
    return _divergence(jnp.asarray(x), _covariant_jacobians(f, jnp.asarray(x)))


def surface_curl(f: Tangents, x: Points) -> Float[Array, " n_points"]:
    r"""The curl of a tangent field on the unit sphere, $x \cdot (\nabla \times f)$.

    It is positive where f goes anticlockwise, seen from above: the relative vorticity of a wind.

    Arguments:
        f: A tangent field, from a point of shape (3,) to a vector of that shape, by JAX.
        x: The points, unit vectors.

    Returns:
        A number for each point, in units of f per radian.

    Example:
        >>> import jax.numpy as jnp
        >>> from geomndp.testing import surface_curl
        >>> rotation = lambda x: jnp.cross(jnp.array([0.0, 0.0, 1.0]), x)
        >>> surface_curl(rotation, jnp.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])).tolist()
        [2.0, 0.0]
    """
    return _curl(jnp.asarray(x), _covariant_jacobians(f, jnp.asarray(x)))


def assert_surface_divergence_free(f: Tangents, x: Points, *, rtol: float = 1e-4) -> None:
    r"""Check that a tangent field on the unit sphere has divergence 0 at every point.

    Arguments:
        f: A tangent field, from a point of shape (3,) to a vector of that shape, by JAX.
        x: The points, unit vectors.
        rtol: The largest divergence that is allowed, relative to the root mean square over the
            points of $\|\nabla f\|$, the norm of the covariant derivative.

    Raises:
        AssertionError: If the field has divergence, is not tangent, or is constant or not finite.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> from geomndp.testing import assert_surface_divergence_free
        >>> x = gn.manifolds.Sphere(2).random_uniform((10,), key=jax.random.key(0))
        >>> north = jnp.array([0.0, 0.0, 1.0])
        >>> assert_surface_divergence_free(lambda x: x[0] * jnp.cross(jnp.eye(3)[0], x), x)
        >>> assert_surface_divergence_free(lambda x: north - x * x[2], x)
        Traceback (most recent call last):
            ...
        AssertionError: expected a surface divergence of 0 within 1e-04 ...
    """
    _assert_zero("divergence", _divergence, f, x, rtol)


def assert_surface_curl_free(f: Tangents, x: Points, *, rtol: float = 1e-4) -> None:
    r"""Check that a tangent field on the unit sphere has curl 0 at every point.

    Arguments:
        f: A tangent field, from a point of shape (3,) to a vector of that shape, by JAX.
        x: The points, unit vectors.
        rtol: The largest curl that is allowed, relative to the root mean square over the points of
            $\|\nabla f\|$, the norm of the covariant derivative.

    Raises:
        AssertionError: If the field has curl, is not tangent, or is constant or not finite.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> from geomndp.testing import assert_surface_curl_free
        >>> x = gn.manifolds.Sphere(2).random_uniform((10,), key=jax.random.key(0))
        >>> north = jnp.array([0.0, 0.0, 1.0])
        >>> assert_surface_curl_free(lambda x: north - x * x[2], x)
        >>> assert_surface_curl_free(lambda x: jnp.cross(north, x), x)
        Traceback (most recent call last):
            ...
        AssertionError: expected a surface curl of 0 within 1e-04 ...
    """
    _assert_zero("curl", _curl, f, x, rtol)


def _divergence(
    _: Float[Array, "n_points 3"], jacobians: Float[Array, "n_points 3 3"]
) -> Float[Array, " n_points"]:
    return jnp.trace(jacobians, axis1=1, axis2=2)


def _curl(
    x: Float[Array, "n_points 3"], jacobians: Float[Array, "n_points 3 3"]
) -> Float[Array, " n_points"]:
    """The sum over b and c of J_cb (e_b x e_c) . x, which is J_cb (x x e_b)_c."""
    turned = jnp.cross(x[:, None], jnp.eye(3, dtype=x.dtype)[None])
    return jnp.einsum("ncb,nbc->n", jacobians, turned)


def _covariant_jacobians(
    f: Tangents, x: Float[Array, "n_points 3"]
) -> Float[Array, "n_points 3 3"]:
    """P J P at each point: the tangent part of the derivatives along the sphere."""

    def at(x: Float[Array, " 3"]) -> Float[Array, "3 3"]:
        projection = jnp.eye(3, dtype=x.dtype) - x[:, None] * x[None, :]
        return projection @ jax.jacfwd(f)(x) @ projection

    return jax.vmap(at)(x)


def _assert_zero(
    name: str, derivative: Callable[[Any, Any], Any], f: Tangents, x: Points, rtol: float
) -> None:
    points = jnp.asarray(x)
    shape = jax.eval_shape(f, points[0]).shape
    if shape != (3,):
        raise AssertionError(f"expected a field with 3 components at a point, got shape {shape}")

    def everything(x: Any) -> tuple[Any, Any, Any]:
        jacobians = _covariant_jacobians(f, x)
        return jax.vmap(f)(x), derivative(x, jacobians), jacobians

    values, found, jacobians = (np.asarray(each) for each in jax.jit(everything)(points))
    _check_tangent(values, np.asarray(points))
    if not np.isfinite(jacobians).all():
        bad = int(np.argmin(np.isfinite(jacobians).all((1, 2))))
        raise AssertionError(f"expected finite derivatives, got others at x[{bad}] = {x[bad]}")
    size = float(np.sqrt(np.mean(np.sum(jacobians**2, (1, 2)))))
    if size <= 100 * np.finfo(points.dtype).eps * np.abs(values).max():
        raise AssertionError(
            f"expected a field that varies, got derivatives of size {size:.1e} beside values of "
            f"size {np.abs(values).max():.1e}"
        )
    relative = np.abs(found) / size
    n = int(np.argmax(relative))
    if not relative[n] <= rtol:
        raise AssertionError(
            f"expected a surface {name} of 0 within {rtol:.0e} of the size {size:.3g} of the "
            f"derivatives, got {relative[n]:.2g} of it at x[{n}] = {x[n]}"
        )


def _check_tangent(values: np.ndarray, x: np.ndarray) -> None:
    across = np.abs(np.sum(values * x, -1))
    n = int(np.argmax(across))
    if not across[n] <= 1e-4 * np.abs(values).max():
        raise AssertionError(
            f"expected tangent vectors, got one with a part {across[n]:.2g} across the sphere at "
            f"x[{n}] = {x[n]}; Sphere(2).project_tangent(x, y) leaves that out"
        )
