"""Fields of two points on the sphere with a known law, which Brownian motion carries to noise."""

from typing import Any

import jax
import jax.numpy as jnp

import geomndp as gn

GLOBE = gn.manifolds.Sphere(2)
SCHEDULE = gn.sde.LinearSchedule(beta_min=0.01, beta_max=28.0, t_min=0.01)
"""So long that at its end the law is uniform to 1e-6."""
MOTION = gn.sde.BrownianMotion(GLOBE, SCHEDULE)
X = jnp.zeros((2, 1))
CENTRES = GLOBE.project(jax.random.normal(jax.random.key(5), (3, 2, 3)))
LAW = gn.sde.HeatMixture(MOTION, CENTRES, jnp.array([0.2, 0.5, 0.3]), clock=0.3)


def draws(law: gn.sde.HeatMixture, t: float, n_draws: int, seed: int = 0) -> Any:
    """Fields at a time."""
    return jax.vmap(lambda key: law.sample(t, key=key))(
        jax.random.split(jax.random.key(seed), n_draws)
    )


def rotation(seed: int) -> Any:
    """An orthogonal matrix, which may mirror."""
    return jnp.linalg.qr(jax.random.normal(jax.random.key(seed), (3, 3)))[0]
