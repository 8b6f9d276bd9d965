"""The update of a normal law by observations."""

import math
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


class Update(NamedTuple):
    """How observations weigh, and how likely they are."""

    weights: Float[Array, " n_values"]
    """The residual divided by the covariance."""
    log_likelihood: Float[Array, ""]
    """Log-density of the residual."""


def update(
    residual: Float[Array, " n_values"],
    covariance: Float[Array, "n_values n_values"],
    is_real: Bool[Array, " n_values"],
) -> Update:
    """The update by observations that differ from what was expected by a residual.

    Arguments:
        residual: What was observed less its mean, 0 at padding.
        covariance: Its covariance, with that of the noise; the identity at padding.
        is_real: True at what was observed.
    """
    # In units of its own size: near the data it is so small that rounding would tell. What is
    # repeated makes it singular, but for what rounding leaves.
    n_real = jnp.sum(is_real).astype(residual.dtype)
    trace = jnp.sum(jnp.where(is_real, jnp.diagonal(covariance), 0))
    scale = jnp.maximum(trace / jnp.maximum(n_real, 1), jnp.finfo(residual.dtype).tiny)
    both = is_real[:, None] & is_real[None]
    least = 10 * jnp.finfo(residual.dtype).eps
    scaled = jnp.where(both, covariance / scale, 0) + jnp.diag(jnp.where(is_real, least, 1))
    weights = jnp.linalg.solve(scaled, residual) / scale
    log_det = jnp.linalg.slogdet(scaled)[1] + n_real * (jnp.log(scale) + math.log(2 * math.pi))
    return Update(weights, -0.5 * (residual @ weights + log_det))
