"""A trained model: draws fields, freely or given observations."""

import os
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Bool, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.groups import T
from geomndp.model.neural_diffusion_process import NeuralDiffusionProcess
from geomndp.model.storage import write_model
from geomndp.networks import Params
from geomndp.sampling import AbstractConditionalMethod, sample, sample_conditional
from geomndp.solvers import AbstractSolver
from geomndp.typing import Key, Locations

_OFF = 1e-3
"""By how much an observation may miss the manifold, in the unit of values."""

_PAD_TO = 8
"""Numbers of points are rounded up to a multiple of this, so that few shapes are compiled."""


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
        solver: AbstractSolver | None = None,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Independent fields at the locations x.

        Arguments:
            x: Locations.
            n_samples: How many fields.
            solver: The reverse-time solver; when left out a `DPMSolver`, or on manifolds a
                `GeodesicRandomWalk`.
            key: Random key.
        """
        padded, mask = self._pad_locations(x - self._origin(x))
        score, noising = self.model.score(self.params), self.model.noising
        y = sample(noising, score, padded, mask, n_samples=n_samples, solver=solver, key=key)
        return y[:, : x.shape[0]]

    def log_prob(
        self,
        sample: FieldSample,
        *,
        divergence: Any | None = None,
        key: Key | None = None,
    ) -> Float[Array, ""]:
        """Log-density of the values of one field at its locations, in nats.

        It is that of the probability flow, at `t_min`, see `likelihood.log_prob`.

        Arguments:
            sample: The field.
            divergence: How the divergence is found; exact when left out.
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
        from geomndp.likelihood import Exact, log_prob

        kind, n = self.model.network.field_type, sample.n_points
        shapes = sample.x.shape, sample.y.shape
        if shapes != ((n, kind.dim_x), (n, kind.dim_y)) or n == 0:
            raise ValueError(
                f"expected one field with x of shape (n, {kind.dim_x}) and y of shape "
                f"(n, {kind.dim_y}), n > 0, got {shapes[0]} and {shapes[1]}"
            )
        _refuse_bad_values(sample, kind, "sample")
        sample = eqx.tree_at(lambda s: s.x, sample, sample.x - self._origin(sample.x))
        sample = _cast(sample.pad(-(-n // _PAD_TO) * _PAD_TO), self._dtype)
        score = self.model.score(self.params, covariates=sample.covariates)
        divergence = Exact() if divergence is None else divergence
        return log_prob(self.model.noising, score, sample, divergence=divergence, key=key)

    def condition(self, context: FieldSample) -> "ConditionedProcess":
        """The process given observations of one field, taken as exact.

        Example:
            >>> import jax, jax.numpy as jnp, geomndp as gn
            >>> y = gn.manifolds.from_geographic(jnp.array([15.0, 15.4]), jnp.array([-50.0, -51.2]))
            >>> context = gn.FieldSample(jnp.array([[0.0], [0.25]]), y)
            >>> forecast = gn.load("cyclones").condition(context)
            >>> forecast.sample(jnp.array([[0.5]]), n_samples=4, key=jax.random.key(0)).shape
            (4, 1, 3)
        """
        kind, n = self.model.network.field_type, context.n_points
        shapes = context.x.shape, context.y.shape
        if shapes != ((n, kind.dim_x), (n, kind.dim_y)) or n == 0:
            raise ValueError(
                f"expected a context of one field with x of shape (n, {kind.dim_x}) and y of shape "
                f"(n, {kind.dim_y}), n > 0, got {shapes[0]} and {shapes[1]}"
            )
        _refuse_bad_values(context, kind, "context")
        return ConditionedProcess(self, context)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one file: parameters as safetensors, settings as JSON in its header.

        The file appears whole or not at all; an existing one is replaced.

        Arguments:
            path: The file, by convention ending in `.geomndp`.
        """
        write_model(self.model, self.params, Path(path))

    def _pad_locations(
        self, x: Locations
    ) -> tuple[Float[Array, "n_padded dim_x"], Bool[Array, " n_padded"]]:
        dim_x = self.model.network.field_type.dim_x
        if x.ndim != 2 or x.shape[0] == 0 or x.shape[1] != dim_x:
            raise ValueError(f"expected locations of shape (n, {dim_x}), n > 0, got {x.shape}")
        if not isinstance(x, Tracer) and not np.isfinite(np.asarray(x)).all():
            raise ValueError("expected finite locations, got NaN or infinity; leave them out")
        x = x.astype(self._dtype)
        n_points = -(-x.shape[0] // _PAD_TO) * _PAD_TO
        padding = jnp.broadcast_to(x[-1:], (n_points - x.shape[0], x.shape[1]))
        return jnp.concatenate([x, padding]), jnp.arange(n_points) < x.shape[0]

    def _origin(self, x: Locations) -> Float[Array, "n_first dim_x"]:
        """Where to count locations from: to a network invariant to translations all are the same.

        Near this origin differences keep their digits when locations are cast to single precision.
        """
        invariant = isinstance(self.model.network.field_type.group, T)
        return x[:1] if invariant else 0 * x[:1]

    @property
    def _dtype(self) -> jnp.dtype:
        return jax.tree.leaves(self.params)[0].dtype


class ConditionedProcess(eqx.Module):
    """A trained process given observations: its posterior.

    Arguments:
        prior: The trained process.
        context: Observations of one field.

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

    def sample(
        self,
        x: Locations,
        *,
        n_samples: int,
        method: AbstractConditionalMethod | None = None,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Fields at the locations x, drawn jointly, given the observations.

        Arguments:
            x: Locations.
            n_samples: How many fields.
            method: The method of conditioning, `Amortised` when left out.
            key: Random key.
        """
        process = self.prior
        origin = process._origin(self.context.x)
        padded, mask = process._pad_locations(x - origin)
        n_context = -(-self.context.n_points // _PAD_TO) * _PAD_TO
        context = eqx.tree_at(lambda sample: sample.x, self.context, self.context.x - origin)
        context = _cast(context.pad(n_context), process._dtype)
        score = process.model.score(process.params)
        y = sample_conditional(
            process.model.noising,
            score,
            context,
            padded,
            mask,
            n_samples=n_samples,
            method=method,
            key=key,
        )
        return y[:, : x.shape[0]]


def _refuse_bad_values(context: FieldSample, kind: FieldType, name: str) -> None:
    """Refuse values that are not finite, or not on the manifold of the values."""
    if isinstance(context.y, Tracer):
        return
    finite = np.isfinite(np.asarray(context.x)).all() and np.isfinite(np.asarray(context.y)).all()
    if not finite:
        raise ValueError(f"expected a finite {name}, got NaN or infinity; leave such points out")
    miss = float(jnp.abs(kind.codomain.project(context.y) - context.y).max())
    if miss > _OFF:
        raise ValueError(
            f"expected a {name} with values on {kind.codomain}, got one that misses it by "
            f"{miss:.3g}; project the values, or check their unit"
        )


def _cast(sample: FieldSample, dtype: jnp.dtype) -> FieldSample:
    return jax.tree.map(lambda a: a if a.dtype == bool else a.astype(dtype), sample)
