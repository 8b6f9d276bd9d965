"""What users give a trained model: refused if unfit, and brought into the form of the network."""

from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Bool, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.groups import InputOutput, T
from geomndp.manifolds import AbstractManifold, Euclidean
from geomndp.model.neural_diffusion_process import NeuralDiffusionProcess
from geomndp.sampling import (
    AbstractGuidance,
    Amortised,
    Context,
    LinearObservations,
    ObservationNoise,
)
from geomndp.sampling.method import noise_of
from geomndp.typing import Locations

Observations = TypeVar("Observations", bound=FieldSample | LinearObservations)

_OFF = 1e-3
"""By how much a value may miss the manifold, in its unit."""

_PAD_TO = 8
"""Numbers of points are rounded up to a multiple of this, so that few shapes are compiled."""


def check_field(model: NeuralDiffusionProcess, sample: FieldSample, name: str) -> None:
    """Refuse what is not one field of finite values that a model is made for.

    Raises:
        ValueError: If it is refused.
    """
    kind, n = model.network.field_type, sample.n_points
    shapes = sample.x.shape, sample.y.shape
    if shapes != ((n, kind.dim_x), (n, kind.dim_y)) or n == 0:
        raise ValueError(
            f"expected a {name} of one field with x of shape (n, {kind.dim_x}) and y of shape "
            f"(n, {kind.dim_y}), n > 0, got {shapes[0]} and {shapes[1]}"
        )
    model.check_covariates(sample.covariates, f"a {name}")
    for part in (sample.x, sample.covariates):
        if part is not None:
            _check_finite(part, f"a {name} of finite numbers")
    check_values(kind.codomain, sample.y, f"a {name}")


def check_observations(
    model: NeuralDiffusionProcess, context: Context, observation_noise: ObservationNoise
) -> None:
    """Refuse what is not observations of one field that a model is made for, with their noise.

    Raises:
        ValueError: If it is refused.
    """
    check_context(model, context)
    noise_of(context, observation_noise)


def check_context(model: NeuralDiffusionProcess, context: Context) -> None:
    """Refuse what is not observations of one field that a model is made for.

    Raises:
        ValueError: If it is refused.
    """
    if isinstance(context, FieldSample):
        check_field(model, context, "context")
        return
    kind, shapes = model.network.field_type, (context.x.shape, context.weights.shape)
    if not isinstance(kind.codomain, Euclidean):
        raise ValueError(
            "expected values of the field as observations of a model with values on "
            f"{kind.codomain}, got {type(context).__name__}"
        )
    if (shapes[0][1], shapes[1][2]) != (kind.dim_x, kind.dim_y):
        raise ValueError(
            f"expected observations with x of shape (n, {kind.dim_x}) and weights of shape "
            f"(n_observed, n, {kind.dim_y}), got {shapes[0]} and {shapes[1]}"
        )
    model.check_covariates(context.covariates, "observations")
    for part in (context.x, context.y[:, None], context.covariates):
        if part is not None:
            _check_finite(part, "observations of finite numbers")


def n_observed(context: Context) -> int:
    """Number of real points of a context; with padding where that is not known yet."""
    if isinstance(context.mask, Tracer):
        return context.n_points
    return int(np.sum(np.asarray(context.mask)))


def density_method(
    model: NeuralDiffusionProcess, method: AbstractGuidance | Amortised | None
) -> AbstractGuidance | Amortised:
    """What the density given observations is of: the network, if it was trained with some.

    Raises:
        ValueError: If it was not, and there is no other method.
    """
    if method is None and model.n_context == 0:
        raise ValueError(
            "expected a method for a model that was trained without observations, got none; "
            "give method=gn.sampling.TweedieGuidance(ridge=1e-3), or train with `n_context`"
        )
    return Amortised() if method is None else method


def check_values(
    manifold: AbstractManifold, y: Float[Array | np.ndarray, "n ambient_dim"], name: str
) -> None:
    """Refuse values, where they are known, that are not finite or not on a manifold.

    Raises:
        ValueError: If they are refused.
    """
    if isinstance(y, Tracer):
        return
    _check_finite(y, f"{name} of finite numbers")
    points = jnp.asarray(y)
    miss = float(jnp.abs(manifold.project(points) - points).max())
    if miss > _OFF:
        raise ValueError(
            f"expected {name} with values on {manifold}, got one that misses it by {miss:.3g}; "
            "project the values, or check their unit"
        )


def origin(kind: FieldType, x: Locations) -> Float[Array, "n_first dim_x"]:
    """Where to count locations from: to a law invariant to translations all are the same.

    Near this origin differences keep their digits when locations are cast to single precision.
    """
    group = kind.group
    on_locations = group.on_locations if isinstance(group, InputOutput) else group
    return x[:1] if isinstance(on_locations, T) else 0 * x[:1]


def padded_field(
    sample: Observations, start: Float[Array, "n_first dim_x"], dtype: jnp.dtype
) -> Observations:
    """A field, or observations of one, padded, in the precision of the parameters.

    Locations are counted from a start.
    """
    sample = eqx.tree_at(lambda s: s.x, sample, sample.x - start)
    sample = sample.pad(_round_up(sample.n_points))
    return jax.tree.map(lambda a: a if a.dtype == bool else a.astype(dtype), sample)


def padded_noise(noise: ObservationNoise, context: Context) -> ObservationNoise:
    """Noise of observations for a context as `padded_field` pads it."""
    if np.ndim(noise) == 0 or not isinstance(context, FieldSample):
        return noise
    missing = _round_up(context.n_points) - context.n_points
    return np.pad(np.asarray(noise), (0, missing), mode="edge")


def padded_locations(
    model: NeuralDiffusionProcess,
    x: Locations,
    covariates: Float[Array, "n_rows dim_c"] | None,
    start: Float[Array, "n_first dim_x"],
    dtype: jnp.dtype,
) -> tuple[
    Float[Array, "n_padded dim_x"],
    Bool[Array, " n_padded"],
    Float[Array, "n_padded dim_c"] | None,
]:
    """Locations and their covariates, padded, in the precision of the parameters, with the mask.

    Raises:
        ValueError: If they are not finite, or not such as the model takes.
    """
    dim_x = model.network.field_type.dim_x
    if x.ndim != 2 or x.shape[0] == 0 or x.shape[1] != dim_x:
        raise ValueError(f"expected locations of shape (n, {dim_x}), n > 0, got {x.shape}")
    model.check_covariates(covariates, "locations")
    _check_finite(x, "finite locations")
    n_points = _round_up(x.shape[0])

    def pad(part: Float[Array, "n dim"]) -> Float[Array, "n_padded dim"]:
        extra = jnp.broadcast_to(part[-1:], (n_points - x.shape[0], part.shape[1]))
        return jnp.concatenate([part, extra]).astype(dtype)

    mask = jnp.arange(n_points) < x.shape[0]
    if covariates is None:
        return pad(x - start), mask, None
    if covariates.shape[0] != x.shape[0]:
        raise ValueError(
            f"expected covariates at {x.shape[0]} locations, got {covariates.shape[0]} rows"
        )
    _check_finite(covariates, "finite covariates")
    return pad(x - start), mask, pad(covariates)


def _round_up(n: int) -> int:
    return -(-n // _PAD_TO) * _PAD_TO


def _check_finite(part: Float[Array | np.ndarray, "n dim"], expected: str) -> None:
    if not isinstance(part, Tracer) and not np.isfinite(np.asarray(part)).all():
        raise ValueError(f"expected {expected}, got NaN or infinity; leave such points out")
