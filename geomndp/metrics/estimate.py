"""Means with their standard errors."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Array, Num


class Estimate(NamedTuple):
    """A mean over independent cases, and how far it may be from the expectation.

    Arguments:
        mean: The mean.
        standard_error: The standard error of the mean, in its unit.
        n: The number of cases.

    Example:
        >>> import geomndp as gn
        >>> str(gn.metrics.Estimate(489.2, 16.1, 520))
        '489 ± 16 (n = 520)'
    """

    mean: float
    standard_error: float
    n: int

    def __str__(self) -> str:
        if self.standard_error == 0:
            return f"{self.mean:g} ± 0 (n = {self.n})"
        # Two digits of the error, and the mean to the same place.
        places = 1 - int(np.floor(np.log10(self.standard_error)))
        error, mean = round(self.standard_error, places), round(self.mean, places)
        return f"{mean:.{max(places, 0)}f} ± {error:.{max(places, 0)}f} (n = {self.n})"


def mean_and_standard_error(
    values: Num[Array | np.ndarray, "..."] | Sequence[float],
) -> Estimate:
    """Mean of independent values, its standard error, and their number.

    Arguments:
        values: One value per independent case: per storm, not per point of a track, because
            points of one track are not independent.

    Raises:
        ValueError: If there are less than 2 values, more than one axis, or a value that is not
            finite.

    Example:
        >>> import geomndp as gn
        >>> gn.metrics.mean_and_standard_error([1.0, 2.0, 3.0]).mean
        2.0
    """
    numbers = np.asarray(values, np.float64)
    if numbers.ndim != 1 or numbers.size < 2:
        raise ValueError(
            f"expected at least 2 values on one axis, got shape {numbers.shape}; "
            "give one value per independent case"
        )
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if wrong.size:
        raise ValueError(
            f"expected finite values, got {numbers[wrong[0]]} at {wrong[0]} and {wrong.size} such "
            "in all; find their cause, for leaving them out would flatter the mean"
        )
    error = numbers.std(ddof=1) / np.sqrt(numbers.size)
    return Estimate(float(numbers.mean()), float(error), int(numbers.size))
