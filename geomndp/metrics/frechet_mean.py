"""The centre of an ensemble."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold
from geomndp.metrics.distances import distances_to


@eqx.filter_jit
def frechet_mean(
    manifold: AbstractManifold,
    samples: Float[Array, "n_samples *batch ambient_dim"],
    *,
    max_steps: int = 200,
) -> Float[Array, "*batch ambient_dim"]:
    r"""The point of least mean squared geodesic distance to the samples.

    Each step goes to the mean in the tangent space, $y \leftarrow \exp_y \frac1M \sum_i
    \log_y z_i$, which never raises the mean squared distance on a manifold of non-negative
    curvature. It starts from the mean in the ambient space, projected, or from the best of the
    samples where that is better, as it is for samples all around the sphere; there the mean need
    not be unique, and the result is a local minimum no worse than any sample. Steps end when none
    changes a coordinate by more than ten times the rounding error of 1.

    Arguments:
        manifold: Where the samples live.
        samples: Members of the ensemble, on the first axis.
        max_steps: The most steps to take; concentrated samples take about five.

    Raises:
        ValueError: If there is no sample.

    References:
        Karcher (1977), *Riemannian center of mass and mollifier smoothing*; Afsari, Tron and
        Vidal (2013), *On the convergence of gradient descent for finding the Riemannian center
        of mass*, arXiv:1201.0925.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> samples = gn.manifolds.from_geographic(jnp.zeros(3), jnp.array([170.0, 180.0, -170.0]))
        >>> mean = gn.metrics.frechet_mean(gn.manifolds.Sphere(2), samples)
        >>> mean.round(4).tolist()[0]  # on the date line
        -1.0
    """
    if samples.shape[0] < 1:
        raise ValueError("expected at least 1 ensemble member, got 0; draw more")
    tolerance = 10 * jnp.finfo(samples.dtype).eps

    def step(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        y, _, count = state
        move = jnp.mean(jax.vmap(manifold.log, (None, 0))(y, samples), 0)
        return manifold.exp(y, move), jnp.max(jnp.abs(move)), count + 1

    def unfinished(state: tuple[Array, Array, Array]) -> Array:
        _, largest_move, count = state
        return (largest_move > tolerance) & (count < max_steps)

    infinite = jnp.array(jnp.inf, samples.dtype)
    start = (_start(manifold, samples), infinite, jnp.array(0))
    return jax.lax.while_loop(unfinished, step, start)[0]


def _start(
    manifold: AbstractManifold, samples: Float[Array, "n_samples *batch ambient_dim"]
) -> Float[Array, "*batch ambient_dim"]:
    """The better of the projected ambient mean and the most central sample."""

    def spread(y: Float[Array, "*batch ambient_dim"]) -> Float[Array, "*batch"]:
        return jnp.mean(distances_to(manifold, samples, y) ** 2, 0)

    spreads = jax.lax.map(spread, samples)
    best = jnp.argmin(spreads, 0)[None]
    medoid = jnp.take_along_axis(samples, best[..., None], 0)[0]
    projected = manifold.project(jnp.mean(samples, 0))
    # The sphere projects an ambient mean of zero to zero, which is no point of it.
    usable = jnp.any(projected != 0, -1)
    better = usable & (spread(projected) < jnp.min(spreads, 0))
    return jnp.where(better[..., None], projected, medoid)
