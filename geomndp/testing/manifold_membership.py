"""Points on a manifold, and vectors tangent to it."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold
from geomndp.testing.comparison import entry_at

Points = Float[Array | np.ndarray, "*batch ambient_dim"]


def assert_on_manifold(y: Points, manifold: AbstractManifold, *, atol: float = 1e-6) -> None:
    r"""Check that points lie on a manifold: they are their own projections, $\pi(y) = y$.

    Arguments:
        y: Points in ambient coordinates, with any leading axes.
        manifold: The manifold.
        atol: How far a point may lie from it, in ambient coordinates.

    Raises:
        AssertionError: If a point is off the manifold or not finite.

    Example:
        >>> import jax, geomndp as gn
        >>> from geomndp.testing import assert_on_manifold
        >>> globe = gn.manifolds.Sphere(2)
        >>> y = globe.random_uniform((5,), key=jax.random.key(0))
        >>> assert_on_manifold(y, globe)
        >>> assert_on_manifold(1.01 * y, globe)
        Traceback (most recent call last):
            ...
        AssertionError: expected points on Sphere(n=2) within 1e-06, got ...
    """
    y = _checked(y, manifold, "points")
    step = 1e-3
    aside = manifold.project(y + jnp.asarray(step, y.dtype))
    # A centre, such as 0 for a sphere, may be its own projection, but not that of its neighbours.
    is_centre = np.linalg.norm(np.asarray(aside - y), axis=-1) > 2 * step * np.sqrt(y.shape[-1])
    distance = np.linalg.norm(np.asarray(manifold.project(y) - y), axis=-1)
    distance = np.where(is_centre & (distance <= atol), np.inf, distance)
    _refuse(distance, y, atol, f"points on {manifold}", "one at a distance")


def assert_tangent(y: Points, v: Points, manifold: AbstractManifold, *, atol: float = 1e-6) -> None:
    r"""Check that vectors are tangent to a manifold at points: they are their own projections.

    Arguments:
        y: Points in ambient coordinates, with any leading axes.
        v: A vector at each point.
        manifold: The manifold.
        atol: How long the part across the manifold may be: relative to the longest vector, where
            that is longer than 1.

    Raises:
        AssertionError: If a vector is not tangent or not finite, or a point is off the manifold.

    Example:
        >>> import jax, geomndp as gn
        >>> from geomndp.testing import assert_tangent
        >>> globe = gn.manifolds.Sphere(2)
        >>> y = globe.random_uniform((5,), key=jax.random.key(0))
        >>> assert_tangent(y, globe.random_tangent(y, key=jax.random.key(1)), globe)
        >>> assert_tangent(y, y, globe)
        Traceback (most recent call last):
            ...
        AssertionError: expected vectors tangent to Sphere(n=2) within 1e-06, got ...
    """
    assert_on_manifold(y, manifold, atol=max(atol, 1e-6))
    y, v = _checked(y, manifold, "points"), _checked(v, manifold, "vectors")
    across = np.linalg.norm(np.asarray(v - manifold.project_tangent(y, v)), axis=-1)
    longest = np.linalg.norm(np.asarray(v), axis=-1).max(initial=1.0)
    _refuse(across / longest, v, atol, f"vectors tangent to {manifold}", "one with a part across")


def _checked(points: Points, manifold: AbstractManifold, what: str) -> Array:
    array = jnp.asarray(points)
    if array.ndim == 0 or array.shape[-1] != manifold.ambient_dim:
        raise ValueError(
            f"expected {what} with {manifold.ambient_dim} coordinates, as {manifold} has, "
            f"got shape {array.shape}"
        )
    return array


def _refuse(distance: np.ndarray, y: Array, atol: float, law: str, what: str) -> None:
    if not np.isfinite(np.asarray(y)).all():
        raise AssertionError(f"expected {law}, got some that are not finite")
    worst = np.argmax(distance)
    if distance.size and not distance.flat[worst] <= atol:
        where = entry_at("", worst, distance.shape) or "it"
        value = np.asarray(y).reshape(-1, y.shape[-1])[worst].tolist()
        raise AssertionError(
            f"expected {law} within {atol:.0e}, got {what} of {distance.flat[worst]:.2g}: "
            f"{where} = {value}"
        )
