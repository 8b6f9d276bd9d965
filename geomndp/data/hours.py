"""Times as numbers: hours since a beginning, the last coordinate of locations in space and time."""

from typing import Any

import numpy as np
from jaxtyping import Float, Int, Shaped


def hours_since(times: Shaped[np.ndarray, " n"], start: Any) -> Float[np.ndarray, " n"]:
    """Hours from a time to others, in float64.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> times = np.array(["2024-01-01T06", "2024-01-02T00"], "datetime64[ns]")
        >>> gn.data.hours_since(times, np.datetime64("2024-01-01T00")).tolist()
        [6.0, 24.0]
    """
    apart = np.asarray(times, "datetime64[ns]") - np.datetime64(start, "ns")
    return apart / np.timedelta64(3600 * 10**9, "ns")


def with_hours(
    x: Float[np.ndarray, "n dim_x"], hours: Float[np.ndarray, " n"] | float
) -> Float[np.ndarray, "n dim_x_and_1"]:
    """Locations of places with the hours of times as a last coordinate.

    Arguments:
        x: Locations.
        hours: Hours since a beginning, of each location or of all.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> gn.data.with_hours(np.zeros((1, 2)), 6.0).tolist()
        [[0.0, 0.0, 6.0]]
    """
    x = np.asarray(x)
    return np.concatenate([x, np.broadcast_to(hours, len(x))[:, None].astype(x.dtype)], -1)


def windows_of(
    times: Shaped[np.ndarray, " n_times"], hours: float | None
) -> Int[np.ndarray, "n_windows 2"]:
    """Numbers of the first time of each window, and of that after the last; of two times at least.

    Arguments:
        times: Times in order.
        hours: Length of the windows, both ends included; each time alone when left out.

    Raises:
        ValueError: If the length is not positive, or no window has two times.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> times = np.datetime64("2024-01-01T00") + np.array([0, 1, 5, 30])
        >>> windows_of(times, 6.0).tolist()
        [[0, 3], [1, 3]]
    """
    first = np.arange(len(times))
    if hours is None:
        return np.stack([first, first + 1], -1)
    if not hours > 0:
        raise ValueError(f"expected windows of a positive number of hours, got hours={hours}")
    elapsed = hours_since(times, times[0])
    near = 1e-6  # of the rounding of floats
    after = np.searchsorted(elapsed, elapsed + hours + near, side="right")
    windows = np.stack([first, after], -1)[after - first >= 2]
    if not len(windows):
        least = np.diff(elapsed).min() if len(times) > 1 else np.inf
        found = "one time" if len(times) == 1 else f"times at least {least:g} hours apart"
        raise ValueError(
            f"expected two times in a window of {hours:g} hours, got {found}; "
            "take longer windows, or times that are nearer to each other"
        )
    return windows
