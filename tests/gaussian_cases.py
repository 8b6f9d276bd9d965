"""Gaussian noising processes with data, and their laws by dense linear algebra."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import geomndp as gn

K = gn.kernels


class SubVariancePreserving(gn.sde.AbstractGaussianNoising):
    """A process of a user's own, of Song et al. (2021): what it need not say is derived."""

    limit: gn.GaussianProcess
    beta: float = 10.0
    t_min: float = 1e-3  # pyright: ignore[reportIncompatibleMethodOverride]
    t_max: float = 1.0  # pyright: ignore[reportIncompatibleMethodOverride]

    def signal(self, t: Any) -> Any:
        return jnp.exp(-self.beta * jnp.asarray(t) / 2)

    def noise_scale(self, t: Any) -> Any:
        return -jnp.expm1(-self.beta * jnp.asarray(t))

    def time_at_half_log_snr(self, half_log_snr: Any) -> Any:
        return 2 / self.beta * jnp.arcsinh(0.5 * jnp.exp(-half_log_snr))


WHITE = gn.GaussianProcess(K.White(1.5))
SMOOTH = gn.GaussianProcess(
    K.SquaredExponential(1.0, 0.95) + K.White(0.05), gn.gp.ConstantMean(jnp.array([0.7]))
)
CURL_FREE = gn.GaussianProcess(K.CurlFree(K.SquaredExponential(1.0, 1.0)) + K.White(0.1, 2))
DIVERGENCE_FREE = gn.GaussianProcess(
    K.DivergenceFree(K.SquaredExponential(1.0, 0.8)) + K.White(0.2, 2),
    gn.gp.ConstantMean(jnp.array([0.3, -1.0])),
)

GAUSSIAN_NOISINGS: dict[str, gn.sde.AbstractGaussianNoising] = {
    "ou-white": gn.sde.OrnsteinUhlenbeck(WHITE, gn.sde.LinearSchedule()),
    "ou-smooth-with-mean": gn.sde.OrnsteinUhlenbeck(
        SMOOTH, gn.sde.ConstantSchedule(beta=4.0, t_min=1e-3)
    ),
    "ou-curl-free": gn.sde.OrnsteinUhlenbeck(CURL_FREE, gn.sde.CosineSchedule()),
    "interpolant-divergence-free": gn.sde.LinearInterpolant(DIVERGENCE_FREE),
}

WITH_OWN = {**GAUSSIAN_NOISINGS, "own": SubVariancePreserving(WHITE)}

DATA: dict[int, gn.GaussianProcess] = {
    1: gn.GaussianProcess(
        K.Matern32(0.6, 0.5) + K.White(0.02), gn.gp.ConstantMean(jnp.array([-0.4]))
    ),
    2: gn.GaussianProcess(
        K.Isotropic(K.Matern52(0.8, 1.2), 2) + K.White(0.05, 2),
        gn.gp.ConstantMean(jnp.array([0.5, 0.2])),
    ),
}
"""By the dimension of the values."""

N_POINTS = 4


class Law(NamedTuple):
    """A normal law of flattened values."""

    mean: Any
    covariance: Any

    def log_prob(self, y: Any) -> Any:
        """By the library of JAX, which knows nothing of this one."""
        return jax.scipy.stats.multivariate_normal.logpdf(y.ravel(), self.mean, self.covariance)


class Case(NamedTuple):
    """A process at points, with Gaussian data."""

    noising: gn.sde.AbstractGaussianNoising
    data: gn.GaussianProcess
    process: gn.sde.GaussianNoisingAtPoints
    limit_law: Law
    data_law: Law

    def law(self, t: Any) -> Law:
        """Of the noised values at time t."""
        signal, noise = self.noising.signal(t), self.noising.noise_scale(t)
        mean = self.limit_law.mean + signal * (self.data_law.mean - self.limit_law.mean)
        covariance = signal**2 * self.data_law.covariance + noise**2 * self.limit_law.covariance
        return Law(mean, covariance)


def law_of(gp: gn.GaussianProcess, x: Any) -> Law:
    """The law of the values of a Gaussian process, by its kernel."""
    gram = gp.kernel.gram(x)
    size = gram.shape[0] * gram.shape[2]
    return Law(gp.mean(x).ravel(), jnp.moveaxis(gram, 2, 1).reshape(size, size))


def points(n_points: int = N_POINTS, dim_x: int = 2) -> Any:
    """Distinct, and not too near to one another."""
    rng = np.random.default_rng(3)
    grid = np.stack(np.meshgrid(*[np.arange(3.0)] * dim_x), -1).reshape(-1, dim_x)
    return jnp.asarray(grid[:n_points] + 0.4 * rng.uniform(size=(n_points, dim_x)))


def case_of(
    noising: gn.sde.AbstractGaussianNoising, x: Any = None, data: gn.GaussianProcess | None = None
) -> Case:
    """With data of the same dimension, and some points, where they are not given."""
    x = points() if x is None else x
    data = DATA[noising.limit.dim_y] if data is None else data
    process = noising.at(x)
    return Case(noising, data, process, law_of(noising.limit, x), law_of(data, x))


def kl_divergence(first: Law, second: Law) -> float:
    """Of two normal laws, by dense linear algebra."""
    shift = np.asarray(first.mean - second.mean)
    a, b = np.asarray(first.covariance), np.asarray(second.covariance)
    ratio = np.linalg.solve(b, a)
    log_det = np.linalg.slogdet(a)[1] - np.linalg.slogdet(b)[1]
    squared = shift @ np.linalg.solve(b, shift)
    return 0.5 * (np.trace(ratio) - len(shift) - log_det + squared)
