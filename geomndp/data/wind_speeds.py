"""Speeds that no wind has."""

import numpy as np
from jaxtyping import Float

from geomndp.data.errors import WindFileError

_FASTEST = 200.0  # m/s


def refuse_impossible(values: Float[np.ndarray, "..."], source: str) -> None:
    """Refuse numbers that are no winds in m/s, such as those that stand for missing values.

    Arguments:
        values: Components of winds, NaN where missing.
        source: What they are, for the message.

    Raises:
        WindFileError: If a wind is faster than any is.
    """
    fast = np.abs(values) > _FASTEST  # False where they are missing
    if fast.any():
        raise WindFileError(
            f"{source}: expected winds below {_FASTEST:g} m/s, got {values[fast][0]:g} and "
            f"{fast.sum()} such in all; are they of another unit, or do they stand for missing "
            "values, which _FillValue has to name?"
        )
