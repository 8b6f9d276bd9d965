"""A trained model: draws fields, freely or given observations."""

import os
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood import AbstractDivergence, AbstractIntegrator, log_prob
from geomndp.model.inputs import (
    check_field,
    origin,
    padded_field,
    padded_locations,
    padded_noise,
)
from geomndp.model.neural_diffusion_process import NeuralDiffusionProcess
from geomndp.model.storage import write_model
from geomndp.networks import Params
from geomndp.sampling import (
    AbstractConditionalMethod,
    ObservationNoise,
    sample,
    sample_conditional,
)
from geomndp.solvers import AbstractSolver
from geomndp.typing import Key, Locations


class TrainedProcess(eqx.Module):
    """A model with its parameters.

    Arguments:
        model: The model.
        params: Its parameters, from training.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> cyclones = gn.load("cyclones")
        >>> days = jnp.arange(0, 5, 0.25)[:, None]
        >>> tracks = cyclones.sample(days, n_samples=2, key=jax.random.key(0))
        >>> tracks.shape  # unit vectors
        (2, 20, 3)
    """

    model: NeuralDiffusionProcess
    params: Params

    def sample(
        self,
        x: Locations,
        *,
        n_samples: int,
        covariates: Float[Array, "n_rows dim_c"] | None = None,
        solver: AbstractSolver | None = None,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Independent fields at the locations x.

        Arguments:
            x: Locations.
            n_samples: How many fields.
            covariates: Numbers per location, for a model that has them.
            solver: The reverse-time solver; when left out a `DPMSolver`, or on manifolds a
                `GeodesicRandomWalk`.
            key: Random key.

        Raises:
            ValueError: If locations or covariates are not such as the model is made for.
        """
        start = origin(self.model.network.field_type, x)
        padded, mask, covariates = padded_locations(self.model, x, covariates, start, self._dtype)
        score, noising = self.model.score(self.params, covariates=covariates), self.model.noising
        y = sample(noising, score, padded, mask, n_samples=n_samples, solver=solver, key=key)
        return y[:, : x.shape[0]]

    def log_prob(
        self,
        sample: FieldSample,
        *,
        divergence: AbstractDivergence | None = None,
        integrator: AbstractIntegrator | None = None,
        key: Key | None = None,
    ) -> Float[Array, ""]:
        """Log-density of the values of one field at its locations, in nats.

        It is that of the probability flow, at `t_min`, see `likelihood.log_prob`.

        Arguments:
            sample: The field.
            divergence: How the divergence is found; exact when left out.
            integrator: How the flow is followed; `FixedGrid()` when left out.
            key: Random key, for a divergence that needs one.

        Raises:
            ValueError: If the field is not one of finite values that the model is made for.

        Example:
            >>> import jax, jax.numpy as jnp, geomndp as gn
            >>> sample = gn.FieldSample(jnp.array([[0.0], [0.1]]), jnp.array([[1.0], [0.9]]))
            >>> close = gn.load("regression1d-se").log_prob(sample)
            >>> far = gn.load("regression1d-se").log_prob(
            ...     gn.FieldSample(sample.x, jnp.array([[1.0], [-0.9]]))
            ... )
            >>> bool(close > far)
            True
        """
        return _log_prob(self, sample, None, divergence, integrator, key)

    def condition(
        self, context: FieldSample, *, observation_noise: ObservationNoise = 0.0
    ) -> "ConditionedProcess":
        """The process given observations of one field.

        Arguments:
            context: The observations.
            observation_noise: Variance of independent noise in them, beside any in the data that
                the model was trained on: one number, or one for each observation.

        Example:
            >>> import jax, jax.numpy as jnp, geomndp as gn
            >>> y = gn.manifolds.from_geographic(jnp.array([15.0, 15.4]), jnp.array([-50.0, -51.2]))
            >>> context = gn.FieldSample(jnp.array([[0.0], [0.25]]), y)
            >>> forecast = gn.load("cyclones").condition(context)
            >>> forecast.sample(jnp.array([[0.5]]), n_samples=4, key=jax.random.key(0)).shape
            (4, 1, 3)
        """
        check_field(self.model, context, "context")
        return ConditionedProcess(self, context, observation_noise)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one file: parameters as safetensors, settings as JSON in its header.

        The file appears whole or not at all; an existing one is replaced.

        Arguments:
            path: The file, by convention ending in `.geomndp`.
        """
        write_model(self.model, self.params, Path(path))

    @property
    def _dtype(self) -> jnp.dtype:
        return jax.tree.leaves(self.params)[0].dtype


class ConditionedProcess(eqx.Module):
    """A trained process given observations: its posterior.

    Arguments:
        prior: The trained process.
        context: Observations of one field.
        observation_noise: Variance of noise in them.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> y = gn.manifolds.from_geographic(jnp.array([15.0]), jnp.array([-50.0]))
        >>> context = gn.FieldSample(jnp.array([[0.0]]), y)
        >>> posterior = gn.model.ConditionedProcess(gn.load("cyclones"), context)
        >>> posterior.sample(jnp.array([[1.0]]), n_samples=2, key=jax.random.key(0)).shape
        (2, 1, 3)
    """

    prior: TrainedProcess
    context: FieldSample
    observation_noise: ObservationNoise = 0.0

    def sample(
        self,
        x: Locations,
        *,
        n_samples: int,
        covariates: Float[Array, "n_rows dim_c"] | None = None,
        method: AbstractConditionalMethod | None = None,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Fields at the locations x, drawn jointly, given the observations.

        Arguments:
            x: Locations.
            n_samples: How many fields.
            covariates: Numbers per location, for a model that has them.
            method: The method of conditioning; when left out `TweedieGuidance` for Gaussian
                noising, and `Amortised` for models on manifolds, which are trained with contexts.
            key: Random key.

        Raises:
            ValueError: If locations or covariates are not such as the model is made for.
        """
        process = self.prior
        model, start = process.model, self._origin
        padded, mask, covariates = padded_locations(model, x, covariates, start, process._dtype)
        y = sample_conditional(
            model.noising,
            model.score(process.params, covariates=covariates),
            padded_field(self.context, start, process._dtype),
            padded,
            mask,
            n_samples=n_samples,
            method=method,
            observation_noise=padded_noise(self.observation_noise, self.context),
            key=key,
        )
        return y[:, : x.shape[0]]

    def log_prob(
        self,
        sample: FieldSample,
        *,
        divergence: AbstractDivergence | None = None,
        integrator: AbstractIntegrator | None = None,
        key: Key | None = None,
    ) -> Float[Array, ""]:
        """Log-density of values at other points of the field, given the observations, in nats.

        It is that of the flow of the conditional score, and so a normalised density of the values,
        whether or not marginals of the prior agree with one another.

        Arguments:
            sample: The values at the other points.
            divergence: How the divergence is found; exact when left out.
            integrator: How the flow is followed; `FixedGrid()` when left out.
            key: Random key, for a divergence that needs one.

        Raises:
            ValueError: If the field is not one of finite values that the model is made for.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> y = gn.manifolds.from_geographic(jnp.array([15.0, 15.4]), jnp.array([-50.0, -51.2]))
            >>> seen = gn.FieldSample(jnp.array([[0.0], [0.25]]), y)
            >>> near, far = (
            ...     gn.manifolds.from_geographic(jnp.array([15.8]), jnp.array([longitude]))
            ...     for longitude in (-52.4, 100.0)
            ... )
            >>> forecast, x = gn.load("cyclones").condition(seen), jnp.array([[0.5]])
            >>> densities = [forecast.log_prob(gn.FieldSample(x, y)) for y in (near, far)]
            >>> bool(densities[0] > densities[1])
            True
        """
        return _log_prob(self.prior, sample, self.context, divergence, integrator, key)

    @property
    def _origin(self) -> Float[Array, "n_first dim_x"]:
        return origin(self.prior.model.network.field_type, self.context.x)


def _log_prob(
    process: TrainedProcess,
    sample: FieldSample,
    context: FieldSample | None,
    divergence: AbstractDivergence | None,
    integrator: AbstractIntegrator | None,
    key: Key | None,
) -> Float[Array, ""]:
    """Log-density of a field, of its own or given a context."""
    model, dtype = process.model, process._dtype
    check_field(model, sample, "sample")
    start = origin(model.network.field_type, (sample if context is None else context).x)
    given = None if context is None else padded_field(context, start, dtype)
    sample = padded_field(sample, start, dtype)
    return log_prob(
        model.noising,
        model.score(process.params, given, sample.covariates),
        sample,
        divergence=divergence,
        integrator=integrator,
        key=key,
    )
