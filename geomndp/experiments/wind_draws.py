"""Winds at random points, as models and Gaussian processes are fitted to them."""

import numpy as np

from geomndp.data import Winds
from geomndp.fields import FieldSample

PATCH_KM, GLOBAL_PATCH_KM = 400.0, 2500.0
"""Radii of patches, in which points are near enough to each other, on a map and on the globe."""


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
