"""Winds at more places than can be told jointly: those between by a model's Gaussian process."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from geomndp.experiments.wind_draws import known_in
from geomndp.fields import FieldSample
from geomndp.gp import PathwisePosterior
from geomndp.model import NeuralDiffusionProcess
from geomndp.parametrisations import GaussianResidual
from geomndp.typing import Key, Locations

_MISSING = 1e4
"""Variance of what is missing of an observation, relative to that of values."""


class Places(NamedTuple):
    """Locations of which some are told by the model, and the others filled in."""

    x: Locations
    told: Int[np.ndarray, " n_told"]
    """Numbers of those told."""

    @property
    def filled(self) -> Int[np.ndarray, " n_filled"]:
        """Numbers of the others."""
        return np.setdiff1d(np.arange(len(self.x)), self.told)


def spread_out(
    x: Float[np.ndarray, "n_points dim_x"],
    n: int,
    near: Float[np.ndarray, "n_near dim_x"],
) -> Int[np.ndarray, " n"]:
    """Numbers of locations that are spread out: each the furthest from all before.

    Arguments:
        x: The locations.
        n: How many to choose, all if there are not so many.
        near: Locations whose nearest ones are chosen first.

    References:
        Gonzalez (1985), *Clustering to minimize the maximum intercluster distance*.
    """
    if n >= len(x):
        return np.arange(len(x))
    chosen: list[int] = []
    apart = np.full(len(x), np.inf)
    for number in range(n):
        if number < len(near):
            index = int(np.argmin(np.sum((x - near[number]) ** 2, -1)))
        else:
            index = int(np.argmax(apart))
        chosen.append(index)
        apart = np.minimum(apart, np.sum((x - x[index]) ** 2, -1))
    return np.unique(chosen)


def has_process(model: NeuralDiffusionProcess) -> bool:
    """Whether a model has a Gaussian process, which knows what is between places."""
    return isinstance(model.parametrisation, GaussianResidual)


def fill_in(
    model: NeuralDiffusionProcess,
    places: Places,
    told: Float[Array, "n_members n_told dim_y"],
    seen: FieldSample,
    noise_variance: Float[np.ndarray, " n"] | float,
    *,
    key: Key,
) -> Float[Array, "n_members n_points dim_y"]:
    """Members at all locations: what the model told, and between them draws of its process.

    They are given what was told, and the observations. Where the network says nothing all together
    have the law of the process, given the observations.

    Arguments:
        model: A model with a process, see `has_process`.
        places: The locations.
        told: Members at those that were told.
        seen: The observations.
        noise_variance: Of the errors of a component of their winds; what stands beside is exact.
        key: Random key.

    Raises:
        TypeError: If the model has no process.
    """
    residual = model.parametrisation
    if not isinstance(residual, GaussianResidual):
        raise TypeError(f"expected a model with a Gaussian process, got one of {residual}")
    n_told, n_scalars, law = len(places.told), len(model.quantities), residual.data
    known = seen.mask[:, None] & known_in(seen, n_scalars)
    of_winds = jnp.broadcast_to(jnp.asarray(noise_variance, seen.y.dtype), len(known))
    is_wind = jnp.arange(known.shape[1]) < known.shape[1] - n_scalars
    errors = jnp.where(is_wind[None], of_winds[:, None], 0.0)
    # What is missing is as good as that with an error far larger than the values are.
    variances = law.kernel.operator(seen.x).diagonal()
    noise = jnp.where(known, errors, _MISSING * jnp.max(variances))
    noise = jnp.concatenate([jnp.zeros((n_told, known.shape[1]), noise.dtype), noise])
    noise = noise + residual.jitter * jnp.mean(variances)
    given = jnp.concatenate([places.x[places.told], seen.x])
    posterior = PathwisePosterior(law, given, noise_variance=noise)
    values = jnp.where(known, seen.y, 0.0)
    values = jnp.broadcast_to(values, (len(told), *values.shape))
    values = jnp.concatenate([told, values], axis=1)
    between = _draw(posterior, values, places.x[places.filled], jax.random.split(key, len(told)))
    y = jnp.zeros((len(told), len(places.x), told.shape[-1]), told.dtype)
    return y.at[:, places.told].set(told).at[:, places.filled].set(between)


@eqx.filter_jit
def _draw(
    posterior: PathwisePosterior, values: Array, x: Locations, keys: Array
) -> Float[Array, "n_members n_filled dim_y"]:
    return jax.vmap(lambda y, key: posterior.sample_values(y, x, key=key))(values, keys)
