"""Gaussian data with observations, for tests of conditioning."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from conditioning_laws import Task

import geomndp as gn

K = gn.kernels
SCHEDULE = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=10.0)
KEY = jax.random.key(0)


def series() -> Task:
    """A smooth series with a little noise, 8 observations, and where it is asked for."""
    data = gn.GaussianProcess(K.SquaredExponential(0.25, 1.0) + K.White(0.05))
    x = jax.random.uniform(jax.random.key(1), (8, 1), minval=-2.0, maxval=2.0)
    y = data.sample(x, key=jax.random.key(2))
    return Task(data, gn.FieldSample(x, y), jnp.linspace(-2, 2, 20)[:, None])


def winds(kernel: Any) -> Task:
    data = gn.GaussianProcess(kernel + K.White(0.02, 2))
    keys = jax.random.split(jax.random.key(3), 3)
    x = jax.random.uniform(keys[0], (8, 2), minval=-4.0, maxval=4.0)
    asked = jax.random.uniform(keys[1], (10, 2), minval=-4.0, maxval=4.0)
    return Task(data, gn.FieldSample(x, data.sample(x, key=keys[2])), asked)


def small_series() -> Task:
    """Three observations, and five points asked for."""
    data = gn.GaussianProcess(K.SquaredExponential(0.5, 1.0) + K.White(0.05))
    x = jnp.array([[-1.0], [0.2], [1.1]])
    return Task(data, gn.FieldSample(x, jnp.array([[1.0], [-0.6], [0.4]])), SMALL_X)


SMALL_X = jnp.linspace(-1.5, 1.5, 5)[:, None]
SERIES_SMALL = small_series()
SMOOTH = K.SquaredExponential(5**0.5, 1.0)
TASKS = {
    "series": series(),
    "curl-free": winds(K.CurlFree(SMOOTH)),
    "divergence-free": winds(K.DivergenceFree(SMOOTH)),
}
LIMITS: dict[str, Any] = {
    "white": lambda p: K.White(1.0, p),
    "correlated": lambda p: K.Isotropic(K.Matern52(0.2, 0.95), p) + K.White(0.05, p),
}


def noising_to(data: gn.GaussianProcess, limit: str) -> gn.sde.OrnsteinUhlenbeck:
    return gn.sde.OrnsteinUhlenbeck(gn.GaussianProcess(LIMITS[limit](data.dim_y)), SCHEDULE)


def drawn(method: Any, context: gn.sampling.Context, **settings: Any) -> np.ndarray:
    data, _, x = TASKS["series"]
    noising = noising_to(data, "white")
    score = gn.sde.ExactGaussianScore(noising, data)
    settings = {"n_samples": 4, "key": KEY, **settings}
    return np.asarray(
        gn.sampling.sample_conditional(noising, score, context, x, method=method, **settings)
    )
