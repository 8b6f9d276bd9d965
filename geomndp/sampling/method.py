"""The interface of a method of conditioning, and what it is given."""

import abc
from typing import Any, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.sampling.linear_observations import LinearObservations
from geomndp.sde import AbstractNoising
from geomndp.typing import Key, Locations, Mask

ObservationNoise: TypeAlias = float | Float[Array | np.ndarray, "..."]
"""Variance of the noise in observations: one number, or one for each."""

Context: TypeAlias = FieldSample | LinearObservations
"""What was observed of a field: its values at some points, or numbers that are linear in them."""


class AbstractConditionalMethod(eqx.Module):
    """A way to draw fields given observations; its solver is one of its fields.

    Example:
        >>> import geomndp as gn
        >>> method: gn.sampling.AbstractConditionalMethod = gn.sampling.Amortised()
        >>> method.solver is None
        True
    """

    @abc.abstractmethod
    def sample(
        self,
        noising: AbstractNoising,
        score: Any,
        context: Context,
        x: Locations | None,
        mask: Mask | None,
        *,
        n_samples: int,
        observation_noise: ObservationNoise = 0.0,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Fields at the locations x, or at those of the context if x is None, given the context.

        Arguments are those of `sample_conditional`.
        """


def noise_of(context: Context, observation_noise: ObservationNoise) -> Float[Array, "..."]:
    """The variance of the noise of each observed number, in the shape of what was observed.

    Raises:
        ValueError: If it is negative, or not one number nor one for each observation.
    """
    n_observed = context.y.shape[0]
    noise = jnp.asarray(observation_noise, context.y.dtype)
    if noise.shape not in ((), (n_observed,)):
        raise ValueError(
            "expected observation_noise as one number or one for each of the "
            f"{n_observed} observations, got shape {noise.shape}"
        )
    if not isinstance(noise, Tracer) and not (np.asarray(noise) >= 0).all():
        raise ValueError(f"expected variances observation_noise >= 0, got {observation_noise}")
    each = jnp.broadcast_to(noise, (n_observed,))
    return jnp.broadcast_to(each.reshape(-1, *[1] * (context.y.ndim - 1)), context.y.shape)


def has_noise(observation_noise: ObservationNoise) -> bool:
    """Whether observations have noise, or may have, where its variance is not known yet.

    Arguments:
        observation_noise: Its variance.

    Example:
        >>> import geomndp as gn
        >>> gn.sampling.has_noise(0.1)
        True
    """
    return isinstance(observation_noise, Tracer) or bool(np.any(np.asarray(observation_noise) != 0))


def join_observations(
    *chunks: tuple[Context, ObservationNoise],
) -> tuple[Context, Float[Array, " n_observed"]]:
    """Several sets of observations of one field, each with its noise, as one.

    Arguments:
        chunks: Observations without padding, and the variance of noise in them. Those of values
            alone make a context; with others among them they are `LinearObservations`.

    Returns:
        The observations, and the variance of each.

    Raises:
        ValueError: If some have covariates and others none.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> at = lambda x: gn.FieldSample(jnp.array([[x]]), jnp.array([[1.0]]))
        >>> context, noise = gn.sampling.join_observations((at(0.0), 0.0), (at(1.0), 0.5))
        >>> context.x.ravel().tolist(), noise.tolist()
        ([0.0, 1.0], [0.0, 0.5])
    """
    noises = [noise_of(context, noise) for context, noise in chunks]
    contexts = [context for context, _ in chunks]
    with_covariates = [context.covariates is not None for context in contexts]
    if len(set(with_covariates)) > 1:
        raise ValueError(
            f"expected covariates with all observations or with none, got {with_covariates}"
        )
    samples = [context for context in contexts if isinstance(context, FieldSample)]
    if len(samples) == len(contexts):
        joined = jax.tree.map(lambda *parts: jnp.concatenate(parts), *samples)
        return joined, jnp.concatenate([noise[:, 0] for noise in noises])
    linear = [
        LinearObservations.values(context) if isinstance(context, FieldSample) else context
        for context in contexts
    ]
    n_points = sum(part.n_points for part in linear)
    first, weights = 0, []
    for part in linear:
        after = n_points - first - part.n_points
        weights.append(jnp.pad(part.weights, [(0, 0), (first, after), (0, 0)]))
        first += part.n_points
    covariates = [part.covariates for part in linear if part.covariates is not None]
    joined = LinearObservations(
        jnp.concatenate([part.x for part in linear]),
        jnp.concatenate(weights),
        jnp.concatenate([part.y for part in linear]),
        jnp.concatenate([part.mask for part in linear]),
        jnp.concatenate(covariates) if covariates else None,
    )
    return joined, jnp.concatenate([noise.ravel() for noise in noises])
