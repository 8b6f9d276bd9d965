"""The posterior of Gaussian data, and the law of what a method of conditioning draws for it."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from laws_of_solvers import Law, law_of_map

import geomndp as gn
from geomndp.sampling import (
    AbstractGuidance,
    Context,
    GuidedScore,
    LinearObservations,
    Observed,
)


class Task(NamedTuple):
    """Gaussian data of which some values are observed, and others asked for."""

    data: gn.GaussianProcess
    context: Context
    x: jax.Array


def posterior(task: Task, noise: float = 0.0) -> Law:
    """That of the Gaussian process, with mean zero; values asked for have the data's own noise.

    Arguments:
        task: The data.
        noise: Variance of noise in the observations beside that of the data.
    """
    data, context, x = task
    n, size = context.n_points, x.shape[0] * data.dim_y
    joint = np.asarray(data.operator(jnp.concatenate([context.x, x])).dense(), np.float64)
    prior = np.moveaxis(joint, 2, 1).reshape(n * data.dim_y + size, -1)
    is_context = isinstance(context, gn.FieldSample)
    linear = LinearObservations.values(context) if is_context else context
    weights = np.asarray(linear.weights, np.float64).reshape(linear.y.size, -1)
    across = prior[:, : n * data.dim_y] @ weights.T
    inner = weights @ across[: n * data.dim_y] + noise * np.eye(linear.y.size)
    gain = np.linalg.solve(inner, across.T).T
    mean = gain @ np.asarray(linear.y, np.float64)
    covariance = prior - gain @ across.T
    return Law(mean[-size:], covariance[-size:, -size:])


def law_of_guidance(
    task: Task,
    noising: gn.sde.AbstractGaussianNoising,
    method: AbstractGuidance,
    noise: float = 0.0,
) -> Law:
    """Of values asked for, by a method whose solver draws no noise."""
    points, n = jnp.concatenate([task.context.x, task.x]), task.context.n_points
    return law_at_points(points, n, task.data, task.context, noising, method, noise)


def law_at_points(
    points: jax.Array,
    n_left_out: int,
    data: gn.GaussianProcess,
    context: Context,
    noising: gn.sde.AbstractGaussianNoising,
    method: AbstractGuidance,
    noise: float = 0.0,
) -> Law:
    """Of values at points but the first ones: an affine map of the limit, as samples are.

    Arguments:
        points: Where the field is drawn, those of the context first.
        n_left_out: How many of them are not asked for.
        data: The law of the data.
        context: The observations.
        noising: The process.
        method: A method whose solver draws no noise.
        noise: Variance of noise in the observations beside that of the data.
    """
    observed = Observed.of(context, noise)
    score = GuidedScore(noising, gn.sde.ExactGaussianScore(noising, data), method, observed)
    process = noising.at(points)
    bound = score.bind(process)
    solver = method.solver or gn.solvers.DPMSolver()

    def solve(y: Any) -> Any:
        return solver.reverse(process, bound, y, key=jax.random.key(0))[n_left_out:]

    return law_of_map(solve, process)


def law_of_draws(y: jax.Array | np.ndarray) -> Law:
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
