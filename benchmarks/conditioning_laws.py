"""The posterior of Gaussian data, and the law of what a method of conditioning draws for it."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from laws_of_solvers import Law

import geomndp as gn
from geomndp.sampling import AbstractGuidance, GuidedScore, Observed


class Task(NamedTuple):
    """Gaussian data of which some values are observed, and others asked for."""

    data: gn.GaussianProcess
    context: gn.FieldSample
    x: jax.Array


def posterior(task: Task, noise: float = 0.0) -> Law:
    """That of the Gaussian process; values asked for have the data's own noise.

    Arguments:
        task: The data.
        noise: Variance of noise in the observations beside that of the data.
    """
    data, context, x = task
    known = data.condition(context.x, context.y, noise_variance=noise)
    mean, covariance = known.mean_and_covariance(x, latent=False)
    size = mean.size
    flat = np.moveaxis(np.asarray(covariance, np.float64), 2, 1).reshape(size, size)
    return Law(np.asarray(mean, np.float64).ravel(), flat)


def law_of_guidance(
    task: Task,
    noising: gn.sde.AbstractGaussianNoising,
    method: AbstractGuidance,
    noise: float = 0.0,
) -> Law:
    """Of a method whose solver draws no noise: an affine map of the exact law at `t_max`."""
    data, context, x = task
    observed = Observed(context.y, context.mask, jnp.full_like(context.y, noise))
    score = GuidedScore(noising, gn.sde.ExactGaussianScore(noising, data), method, observed)
    process = noising.at(jnp.concatenate([context.x, x]))
    bound = score.bind(process)
    solver = gn.solvers.DPMSolver() if method.solver is None else method.solver
    n, shape = context.n_points, process.mean.shape

    def solve(y: Any) -> Any:
        return solver.reverse(process, bound, y, key=jax.random.key(0))[n:].ravel()

    @jax.jit
    def law() -> tuple[Any, Any]:
        start = gn.sde.NoisedGaussian.of(process, data)
        mean = start.mean_at(noising.t_max)
        units = jnp.eye(mean.size, dtype=mean.dtype)
        scaled = units * jnp.sqrt(start.variances_at(noising.t_max))[None]
        columns = jax.vmap(lambda z: start.from_basis(z))(scaled).reshape(-1, *shape)
        found, push = jax.linearize(solve, mean)
        pushed = jax.vmap(push)(columns)
        return found, pushed.T @ pushed

    return Law(*(np.asarray(part, np.float64) for part in law()))


def law_of_draws(y: jax.Array) -> Law:
    """Mean and covariance of draws.

    Their divergence from the truth, per value, is about (n + 3)/4N too large, with n values and N
    draws.
    """
    values = np.asarray(y, np.float64).reshape(len(y), -1)
    return Law(values.mean(0), np.cov(values.T))


def divergence(law: Law, truth: Law, n_points: int) -> float:
    """KL divergence of a law from the truth, in nats per point."""
    inverse, shift = np.linalg.inv(truth.covariance), law.mean - truth.mean
    logs = np.linalg.slogdet(truth.covariance)[1] - np.linalg.slogdet(law.covariance)[1]
    total = np.trace(inverse @ law.covariance) - len(shift) + shift @ inverse @ shift + logs
    return float(0.5 * total / n_points)
