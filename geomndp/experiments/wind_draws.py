"""Winds at random points, as models and Gaussian processes are fitted to them."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from geomndp.data import UnitSphere, Winds, wind_batches
from geomndp.fields import FieldSample, Quantity, known_coordinates
from geomndp.groups import SpaceTime
from geomndp.model import NeuralDiffusionProcess

PATCH_KM, GLOBAL_PATCH_KM = 400.0, 2500.0
"""Radii of patches, in which points are near enough to each other, on a map and on the globe."""

N_WATCHED = 256
"""Fields of which variances are found, and on which the loss is watched."""

HOURS = 12.0
"""Length of the windows of time of models that see several times."""


def sees_times(model: NeuralDiffusionProcess) -> bool:
    """Whether a model is of winds in space and time, and not at one time."""
    return isinstance(model.network.field_type.group, SpaceTime)


def window_hours(model: NeuralDiffusionProcess, hours: float | None) -> float | None:
    """Length of the windows of a model: what is asked for, or the usual; None at one time.

    Raises:
        ValueError: If hours are asked for of a model of winds at one time.
    """
    if sees_times(model):
        return HOURS if hours is None else hours
    if hours is not None:
        raise ValueError(
            f"expected no hours, for a model of winds at one time, got hours={hours:g}; leave them "
            "out, or take a model of a group of space and time, SE2xT or E2xT"
        )
    return None


def without_covariates(winds: Winds) -> Winds:
    """The winds alone, for models that know nothing else."""
    return Winds(winds.dataset.drop_vars(winds.covariates))


def standardised(winds: Winds, variance: float, n_points: int, seed: int) -> tuple[Quantity, ...]:
    """What stands beside winds, in coordinates with the mean 0 and a given variance.

    It is that of a component of the winds, so that one white noise, and one loss, is for both.

    Raises:
        ValueError: If one is the same everywhere.
    """
    quantities = winds.quantities
    sizes = {"n_points": n_points, "batch_size": N_WATCHED, "seed": seed}
    fields = next(wind_batches(winds, UnitSphere(), **sizes, quantities=quantities))
    values = np.asarray(fields.y, np.float64)[np.asarray(fields.mask)][:, -len(quantities) :]
    found = zip(quantities, values.mean(0).tolist(), values.std(0).tolist(), strict=True)
    return tuple(
        Quantity(q.name, q.units, q.standard_name, offset, spread / variance**0.5)
        for q, offset, spread in found
    )


def parts_of(quantities: Sequence[Quantity]) -> tuple[int, ...]:
    """Sizes of what is observed as a whole, on a map: a wind, and each quantity."""
    return 2, *(1 for _ in quantities)


def known_in(context: FieldSample, n_scalars: int) -> Bool[Array, "n_points dim_y"]:
    """Which coordinates of the values of a context are known: all of real points, or some."""
    if not n_scalars or context.covariates is None:
        return jnp.broadcast_to(context.mask[:, None], context.y.shape)
    return known_coordinates(context, (context.y.shape[-1] - n_scalars, *n_scalars * (1,)))


def flags_of(
    model: NeuralDiffusionProcess, n_points: int
) -> Float[Array, "n_points n_parts"] | None:
    """Covariates of points at which all is asked for; None for a model of winds alone."""
    return jnp.ones((n_points, model.n_covariates)) if model.n_covariates else None


def mean_square(fields: FieldSample, n_scalars: int = 0) -> float:
    """Mean square of a component of the winds of a batch of fields, padding left out.

    Winds have two components, in whatever space they are; scalars stand after them.

    Raises:
        ValueError: If all are 0.
    """
    winds = fields.y[..., : fields.y.shape[-1] - n_scalars]
    values = np.asarray(winds, np.float64)[np.asarray(fields.mask)]
    found = float(np.mean(np.sum(values**2, -1)) / 2)
    if not found > 0:
        raise ValueError("expected winds, got calms only; check the data")
    return found
