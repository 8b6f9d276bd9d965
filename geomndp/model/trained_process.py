"""A trained model: draws fields, freely or given observations."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood import AbstractDivergence, AbstractIntegrator, log_prob
from geomndp.model.inputs import (
    check_field,
    check_observations,
    origin,
    padded_field,
    padded_locations,
)
from geomndp.model.neural_diffusion_process import NeuralDiffusionProcess
from geomndp.model.storage import write_model
from geomndp.networks import Params
from geomndp.sampling import Context, ObservationNoise, sample
from geomndp.solvers import AbstractSolver
from geomndp.typing import Key, Locations

if TYPE_CHECKING:
    from geomndp.model.conditioned_process import ConditionedProcess


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
        padded, mask, covariates = padded_locations(self.model, x, covariates, start, self.dtype)
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
            integrator: How the flow is followed; that of `likelihood` when left out.
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
        check_field(self.model, sample, "sample")
        start = origin(self.model.network.field_type, sample.x)
        padded = padded_field(sample, start, self.dtype)
        return log_prob(
            self.model.noising,
            self.model.score(self.params, covariates=padded.covariates),
            padded,
            divergence=divergence,
            integrator=integrator,
            key=key,
        )

    def condition(
        self, context: Context, *, observation_noise: ObservationNoise = 0.0
    ) -> "ConditionedProcess":
        """The process given observations of one field.

        Arguments:
            context: The observations: values of the field at points, or `LinearObservations`.
            observation_noise: Variance of independent noise in them, beside any in the data that
                the model was trained on: one number, or one for each observation.

        Raises:
            ValueError: If the observations are none that the model is made for, or the noise is
                negative or neither one number nor one for each.

        Example:
            >>> import jax, jax.numpy as jnp, geomndp as gn
            >>> y = gn.manifolds.from_geographic(jnp.array([15.0, 15.4]), jnp.array([-50.0, -51.2]))
            >>> context = gn.FieldSample(jnp.array([[0.0], [0.25]]), y)
            >>> forecast = gn.load("cyclones").condition(context)
            >>> forecast.sample(jnp.array([[0.5]]), n_samples=4, key=jax.random.key(0)).shape
            (4, 1, 3)
        """
        from geomndp.model.conditioned_process import ConditionedProcess

        check_observations(self.model, context, observation_noise)
        return ConditionedProcess(self, context, observation_noise)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one file: parameters as safetensors, settings as JSON in its header.

        The file appears whole or not at all; an existing one is replaced.

        Arguments:
            path: The file, by convention ending in `.geomndp`.
        """
        write_model(self.model, self.params, Path(path))

    @property
    def dtype(self) -> jnp.dtype:
        """The precision of the parameters, in which everything is computed."""
        return jax.tree.leaves(self.params)[0].dtype
