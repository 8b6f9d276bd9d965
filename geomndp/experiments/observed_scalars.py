"""Observations of winds with numbers beside them, as a model takes them."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from geomndp.data import WindFileError, WindObservations
from geomndp.experiments.wind_draws import parts_of
from geomndp.fields import FieldSample
from geomndp.model import NeuralDiffusionProcess
from geomndp.sampling import LinearObservations
from geomndp.sde import AbstractGaussianNoising

_FURTHEST = 12.0
"""Standard deviations from the mean of training: hPa in the place of Pa, or degrees Celsius in that
of K, are further, and no weather is."""


def known_numbers(
    context: FieldSample,
    model: NeuralDiffusionProcess,
    noise: Float[np.ndarray, " n"] | float,
) -> tuple[LinearObservations, Float[np.ndarray, " n_known"]]:
    """What is known of values of which parts are missing, number by number, for guidance.

    Arguments:
        context: The values, of which covariates say what is known.
        model: The model, with quantities.
        noise: Variances of the noise in a component of the winds; quantities are taken to be exact.

    Returns:
        The numbers, and the variance of the noise in each.
    """
    known = np.repeat(np.asarray(context.covariates) > 0.5, parts_of(model.quantities), axis=-1)
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
