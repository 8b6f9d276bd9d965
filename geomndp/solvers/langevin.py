"""Langevin dynamics at one time, of which correctors are made."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import AbstractNoising, AbstractNoisingAtPoints, BoundScore
from geomndp.typing import Key, Values


def langevin(
    process: AbstractNoisingAtPoints,
    score: BoundScore,
    t: Float[Array, ""],
    y: Values,
    *,
    step_size: float,
    n_steps: int,
    key: Key,
) -> Values:
    r"""Steps of Langevin dynamics towards the law at time t, which stays where it is.

    In the metric of the limit, with $\epsilon$ the step size times $\sigma_t^2$ and s the
    preconditioned score, a step is $y \leftarrow y + \epsilon s + \sqrt{2\epsilon}\, L\xi$, and on
    a manifold the end of the geodesic with this velocity. Where
    the law at time t has the variance $v \ge \sigma_t^2$, in units of the limit, the dynamics
    forget their start as $(1 - \epsilon/v)^n$ after n steps and come to the variance
    $v / (1 - \epsilon/2v)$.
    """
    manifold = process.noising.manifold
    step = step_size * squared_scale(process.noising, t)

    def advance(y: Values, key: Key) -> tuple[Values, None]:
        noise = jnp.sqrt(2 * step) * process.noise(y, key=key)
        shift = step * manifold.project_tangent(y, score(t, y))
        return manifold.exp(y, shift + noise), None

    return jax.lax.scan(advance, y, jax.random.split(key, n_steps))[0]


def squared_scale(noising: AbstractNoising, t: Float[Array, ""]) -> Float[Array, ""]:
    r"""$\sigma_t^2$, at most the variance of a normal law that fills a compact manifold.

    That is the one with the entropy of the uniform law, $V^{2/d} / 2 \pi e$ for the volume V: the
    clock of a Brownian motion goes on when the values have nowhere left to go.
    """
    manifold = noising.manifold
    most = math.exp(2 * manifold.log_volume / manifold.dim) / (2 * math.pi * math.e)
    return jnp.minimum(noising.noise_scale(t) ** 2, most)
