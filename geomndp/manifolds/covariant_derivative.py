"""The derivative of a vector field within a manifold, of which the trace is its divergence."""

from collections.abc import Callable
from typing import TypeAlias

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from geomndp.manifolds.base import AbstractManifold

Points: TypeAlias = Float[Array, "n_points ambient_dim"]


def covariant_derivative(
    manifold: AbstractManifold, field: Callable[[Points], Points], y: Points
) -> tuple[Points, Callable[[Points], Points]]:
    r"""The tangent part of a field at y, and its derivative as a linear map of vectors at y.

    Along a tangent vector u it is $\nabla_u v = P D_u (P v)$ with the projection P onto the tangent
    spaces, and of the normal part of a vector it is 0. So its trace is the Riemannian divergence,
    in any basis and without the metric; the trace of $D v$ itself is another number.

    References:
        Lee (2018), *Introduction to Riemannian Manifolds*, chapter 4.
    """

    def tangent_part(y: Points) -> Points:
        return manifold.project_tangent(y, field(y))

    value, derivative = jax.linearize(tangent_part, y)

    def along(v: Points) -> Points:
        return manifold.project_tangent(y, derivative(manifold.project_tangent(y, v)))

    return value, along


def frame_vector(
    frame: Float[Array, "n_points dim ambient_dim"], number: Int[Array, ""]
) -> Float[Array, "n_points ambient_dim"]:
    """One vector of the frames at all points: zero at the others, and for numbers beyond the last.

    Arguments:
        frame: A basis of the tangent space at each point.
        number: Which one, point by point.
    """
    n_points, dim, _ = frame.shape
    chosen = jax.nn.one_hot(number, n_points * dim, dtype=frame.dtype).reshape(n_points, dim)
    return jnp.einsum("nd,nda->na", chosen, frame)
