"""Observations of winds with numbers beside them, as a model takes them."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from geomndp.data import WindFileError, WindObservations
from geomndp.experiments.wind_draws import known_in
from geomndp.fields import FieldSample, Quantity
from geomndp.model import NeuralDiffusionProcess
from geomndp.sampling import (
    AbstractConditionalMethod,
    Amortised,
    Context,
    LinearObservations,
    ObservationNoise,
)
from geomndp.sde import AbstractGaussianNoising

_FURTHEST = 12.0
"""Standard deviations from the mean of training: hPa in the place of Pa, or degrees Celsius in that
of K, are further, and no weather is."""


def observed_for(
    method: AbstractConditionalMethod,
    context: FieldSample,
    quantities: Sequence[Quantity],
    noise: ObservationNoise = 0.0,
) -> tuple[Context, ObservationNoise]:
    """Observations as a method takes them, with their noise.

    A network that was trained with such is told by covariates what is missing. Other methods are
    given what is known number by number.

    Arguments:
        method: The method.
        context: Values, of which covariates say what is known where there are quantities.
        quantities: Those of the model.
        noise: Variances of the noise in a component of the winds; quantities are taken to be exact.
    """
    if not quantities or context.covariates is None or isinstance(method, Amortised):
        return context, noise
    known = np.asarray(known_in(context, len(quantities)))
    point, coordinate = np.nonzero(known)
    weights = np.zeros((len(point), *known.shape))
    weights[np.arange(len(point)), point, coordinate] = 1.0
    of_points = np.broadcast_to(np.asarray(noise, np.float64), len(known))
    numbers = LinearObservations(
        context.x,
        jnp.asarray(weights, context.y.dtype),
        context.y[point, coordinate],
        covariates=jnp.ones_like(context.covariates),
    )
    return numbers, np.where(coordinate < 2, of_points[point], 0.0)


def refuse_unlikely(seen: WindObservations, model: NeuralDiffusionProcess) -> None:
    """Refuse quantities that are far from all that a model was trained on.

    Raises:
        WindFileError: If one is, as where it is of another unit.
    """
    noising, kind = model.noising, model.network.field_type
    if not (model.quantities and isinstance(noising, AbstractGaussianNoising)):
        return
    place = jnp.zeros((1, kind.dim_x))
    spread = np.sqrt(np.asarray(noising.at(place).variances))[0, -len(model.quantities) :]
    for i, quantity in enumerate(model.quantities):
        numbers = seen.scalars[:, i]
        far = np.abs(quantity.coordinates(numbers)) > _FURTHEST * spread[i]  # False where missing
        if far.any():
            raise WindFileError(
                f"expected {quantity.name} in {quantity.units} near {quantity.offset:g}, where it "
                f"was in training, got {numbers[far][0]:g} and {far.sum()} such in all; is it of "
                "another unit?"
            )
