"""Langevin dynamics at one time, of which correctors are made."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import BoundScore, GaussianNoisingAtPoints
from geomndp.typing import Key, Values


def langevin(
    process: GaussianNoisingAtPoints,
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
    preconditioned score, a step is $y \leftarrow y + \epsilon s + \sqrt{2\epsilon}\, L\xi$. Where
    the law at time t has the variance $v \ge \sigma_t^2$, in units of the limit, the dynamics
    forget their start as $(1 - \epsilon/v)^n$ after n steps and come to the variance
    $v / (1 - \epsilon/2v)$.
    """
    step = step_size * process.noising.noise_scale(t) ** 2

    def advance(y: Values, key: Key) -> tuple[Values, None]:
        noise = jnp.sqrt(2 * step) * process.noise(y, key=key)
        return y + step * score(t, y) + noise, None

    return jax.lax.scan(advance, y, jax.random.split(key, n_steps))[0]
