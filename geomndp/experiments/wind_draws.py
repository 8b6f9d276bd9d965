"""Winds at random points, as models and Gaussian processes are fitted to them."""

import numpy as np

from geomndp.data import Winds
from geomndp.fields import FieldSample
from geomndp.groups import SpaceTime
from geomndp.model import NeuralDiffusionProcess

PATCH_KM, GLOBAL_PATCH_KM = 400.0, 2500.0
"""Radii of patches, in which points are near enough to each other, on a map and on the globe."""

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


def mean_square(fields: FieldSample) -> float:
    """Mean square of a component of the winds of a batch of fields, padding left out.

    Winds have two components, in whatever space they are.

    Raises:
        ValueError: If all are 0.
    """
    values = np.asarray(fields.y, np.float64)[np.asarray(fields.mask)]
    found = float(np.mean(np.sum(values**2, -1)) / 2)
    if not found > 0:
        raise ValueError("expected winds, got calms only; check the data")
    return found
