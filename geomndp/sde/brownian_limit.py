"""Where Brownian motion ends: the uniform law, and in flat directions what takes its place."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold, Product
from geomndp.manifolds.factors import each_factor
from geomndp.typing import Key, Values


def sample_end(
    manifold: AbstractManifold, clock: Float[Array, ""], n_points: int, *, key: Key
) -> Values:
    """Independent values of the law that `log_prob_end` is the density of.

    Arguments:
        manifold: Where values live.
        clock: The clock of the motion at its end.
        n_points: How many.
        key: Random key.
    """
    if isinstance(manifold, Product):
        keys = jax.random.split(key, len(manifold.factors))
        parts = [
            sample_end(factor, clock, n_points, key=own)
            for factor, own in zip(manifold.factors, keys, strict=True)
        ]
        return jnp.concatenate(parts, -1).astype(clock.dtype)
    if manifold.is_compact:
        return manifold.random_uniform((n_points,), key=key).astype(clock.dtype)
    base = manifold.base_point().astype(clock.dtype)
    base = jnp.broadcast_to(base, (n_points, manifold.ambient_dim))
    return manifold.heat_kernel.sample(base, jnp.broadcast_to(clock, n_points), key=key)


def log_prob_end(
    manifold: AbstractManifold, clock: Float[Array, ""], y: Values
) -> Float[Array, " n_points"]:
    """The log-density of each value at the end of the motion, in nats.

    The uniform law where the volume is finite; elsewhere that of a motion from the base point; in
    a product the sum over its factors.

    Arguments:
        manifold: Where values live.
        clock: The clock of the motion at its end.
        y: Values.
    """
    if isinstance(manifold, Product):
        parts = [log_prob_end(m, clock, part) for m, part in each_factor(manifold.factors, y)]
        return jnp.sum(jnp.stack(parts), 0)
    if manifold.is_compact:
        return jnp.full(y.shape[:1], -manifold.log_volume, y.dtype)
    base = jnp.broadcast_to(manifold.base_point().astype(y.dtype), y.shape)
    clocks = jnp.broadcast_to(clock.astype(y.dtype), y.shape[:1])
    return manifold.heat_kernel.log_density(base, y, clocks)
