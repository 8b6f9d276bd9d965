"""Distances between the members of an ensemble."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold


def mean_distance_to_others(
    manifold: AbstractManifold, samples: Float[Array, "n_samples *batch ambient_dim"]
) -> Float[Array, "n_samples *batch"]:
    """Mean geodesic distance of each sample to all others, itself left out.

    One row of the matrix of distances is held at a time, so memory grows with the ensemble and
    not with its square.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> line = gn.manifolds.Euclidean(1)
        >>> mean_distance_to_others(line, jnp.array([[0.0], [1.0], [5.0]])).tolist()
        [3.0, 2.5, 4.5]
    """
    others = samples.shape[0] - 1
    return jax.lax.map(
        lambda point: jnp.sum(distances_to(manifold, samples, point), 0) / others, samples
    )


def distances_to(
    manifold: AbstractManifold,
    samples: Float[Array, "n_samples *batch ambient_dim"],
    point: Float[Array, "*batch ambient_dim"],
) -> Float[Array, "n_samples *batch"]:
    """Geodesic distance of every sample to one point.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> line = gn.manifolds.Euclidean(1)
        >>> distances_to(line, jnp.array([[0.0], [3.0]]), jnp.array([1.0])).tolist()
        [1.0, 2.0]
    """
    return jax.vmap(manifold.dist, (0, None))(samples, point)


def check_ensemble(
    samples: Float[Array, "n_samples *batch ambient_dim"],
    truth: Float[Array, "*batch ambient_dim"],
    minimum: int,
) -> None:
    """Refuse an ensemble that does not match the truth, or has less than `minimum` members.

    Raises:
        ValueError: If it does not.

    Example:
        >>> import jax.numpy as jnp
        >>> check_ensemble(jnp.zeros((8, 5, 3)), jnp.zeros((5, 3)), minimum=2)
    """
    if samples.shape[1:] != truth.shape:
        raise ValueError(
            f"expected samples of shape (n_samples, {', '.join(map(str, truth.shape))}), as the "
            f"truth has, got {samples.shape}; put the members on the first axis"
        )
    if samples.shape[0] < minimum:
        raise ValueError(
            f"expected at least {minimum} ensemble members, got {samples.shape[0]}; draw more"
        )
