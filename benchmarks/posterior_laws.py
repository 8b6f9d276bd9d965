"""Posteriors that are known and not Gaussian: of steps, and of a mixture of two processes.

An event is that a value is above 0, at each point asked for, or of what kind the function is.
"""

import abc
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

import geomndp as gn


class AbstractPosterior(eqx.Module):
    """A law of functions given some of their values, at points that are asked for."""

    context: eqx.AbstractVar[gn.FieldSample]
    x: eqx.AbstractVar[Any]

    @property
    @abc.abstractmethod
    def above(self) -> jax.Array:
        """Probability that the value is above 0, at each point."""

    @property
    @abc.abstractmethod
    def kind(self) -> jax.Array:
        """Probability of the kind of functions that `of_kind` knows."""

    @abc.abstractmethod
    def of_kind(self, y: jax.Array) -> jax.Array:
        """Probability of functions to be of that kind, given the context and their values y."""

    @abc.abstractmethod
    def sample(self, n_samples: int, *, key: Any) -> jax.Array:
        """Functions of the posterior at the points."""


class StepPosterior(AbstractPosterior):
    """Of `StepFunctions`: the rise is uniform between the last low and the first high value.

    The kind is that of functions with values near -1/2 and 1/2 that rise once at most: all are.
    """

    context: gn.FieldSample
    x: Any
    law: gn.data.StepFunctions
    tolerance: float = 0.15

    @property
    def ends(self) -> tuple[jax.Array, jax.Array]:
        """Between which the rise is."""
        x, high = self.context.x[:, 0], self.context.y[:, 0] > 0
        low = jnp.max(jnp.where(high, -jnp.inf, x), initial=self.law.low)
        return low, jnp.min(jnp.where(high, x, jnp.inf), initial=self.law.high)

    @property
    def above(self) -> jax.Array:
        low, high = self.ends
        return jnp.clip((self.x[:, 0] - low) / (high - low), 0, 1)

    @property
    def kind(self) -> jax.Array:
        return jnp.ones(())

    def of_kind(self, y: jax.Array) -> jax.Array:
        values = y[:, jnp.argsort(self.x[:, 0]), 0]
        near = jnp.all(jnp.abs(jnp.abs(values) - 0.5) < self.tolerance, 1)
        falls = (values[:, :-1] > 0) & (values[:, 1:] < 0)
        return (near & ~jnp.any(falls, 1)).astype(y.dtype)

    def sample(self, n_samples: int, *, key: Any) -> jax.Array:
        low, high = self.ends
        rise = jax.random.uniform(key, (n_samples, 1, 1), minval=low, maxval=high)
        return jnp.where(self.x[None] >= rise, 0.5, -0.5)


class MixturePosterior(AbstractPosterior):
    """Of a mixture of Gaussian processes: a mixture of theirs, with weights as their evidences.

    The kind is that of functions of the first process.
    """

    context: gn.FieldSample
    x: Any
    processes: tuple[gn.GaussianProcess, ...]

    @property
    def weights(self) -> jax.Array:
        """Probabilities of the processes."""
        seen = self.context
        return jax.nn.softmax(jnp.stack([gp.log_prob(seen.x, seen.y) for gp in self.processes]))

    @property
    def above(self) -> jax.Array:
        each = [gp.mean_and_variance(self.x, latent=False) for gp in self._given]
        tails = [jax.scipy.stats.norm.cdf(mean / jnp.sqrt(of_mean)) for mean, of_mean in each]
        return jnp.einsum("k,ki->i", self.weights, jnp.stack(tails)[..., 0])

    @property
    def kind(self) -> jax.Array:
        return self.weights[0]

    def of_kind(self, y: jax.Array) -> jax.Array:
        parts = [
            jax.vmap(lambda y, gp=gp: gp.log_prob(self.x, y, latent=False))(y) for gp in self._given
        ]
        return jax.nn.softmax(jnp.stack(parts) + jnp.log(self.weights)[:, None], axis=0)[0]

    def sample(self, n_samples: int, *, key: Any) -> jax.Array:
        choose, *keys = jax.random.split(key, 1 + len(self.processes))
        chosen = jax.random.categorical(choose, jnp.log(self.weights), shape=(n_samples,))
        draws = [
            gp.sample(self.x, n_samples=n_samples, latent=False, key=key)
            for gp, key in zip(self._given, keys, strict=True)
        ]
        return jnp.stack(draws)[chosen, jnp.arange(n_samples)]

    @property
    def _given(self) -> list[Any]:
        return [gp.condition(self.context.x, self.context.y) for gp in self.processes]
