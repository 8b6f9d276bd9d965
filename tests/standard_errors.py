"""Expectations from samples, judged in standard errors.

With fixed seeds a test that passes once passes always; five standard errors make it unlikely, one
in two million per number, that a right law fails when a seed is changed.
"""

from typing import Any

import numpy as np

LIMIT = 5.0


def assert_mean(samples: Any, expected: Any, *, slack: Any = 0.0) -> None:
    """The mean over the first axis is the expected one.

    Arguments:
        samples: Independent samples, on the first axis.
        expected: The expectation.
        slack: What the expectation is known to err by, for example by discretisation.
    """
    samples = np.asarray(samples, np.float64)
    assert np.isfinite(samples).all(), "samples are not finite"
    error = np.abs(samples.mean(0) - np.asarray(expected))
    allowed = LIMIT * standard_error(samples) + slack
    assert np.all(error <= allowed), f"off by {error}, allowed {allowed}"


def assert_same_mean(first: Any, second: Any) -> None:
    """Two independent sets of samples have the same mean over the first axis."""
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    error = np.abs(first.mean(0) - second.mean(0))
    allowed = LIMIT * np.hypot(standard_error(first), standard_error(second))
    assert np.all(error <= allowed), f"off by {error}, allowed {allowed}"


def assert_law(samples: Any, distribution: Any) -> None:
    """Numbers have a distribution function, by the Kolmogorov-Smirnov test.

    The threshold is exceeded by the right law once in 300 000 times.
    """
    values = np.sort(np.asarray(samples, np.float64))
    below = distribution(values)
    steps = np.arange(values.size + 1) / values.size
    distance = max(np.max(steps[1:] - below), np.max(below - steps[:-1]))
    assert distance * np.sqrt(values.size) < LIMIT / 2, f"distance {distance}"


def standard_error(samples: np.ndarray) -> np.ndarray:
    """Standard error of the mean over the first axis, which is never below rounding."""
    rounding = 1e-12 * np.abs(samples).max(0)
    return samples.std(0, ddof=1) / np.sqrt(samples.shape[0]) + rounding


def second_moments(samples: Any) -> np.ndarray:
    """Products of all pairs of coordinates of each sample, whose mean is the second moment."""
    flat = np.asarray(samples).reshape(len(samples), -1)
    return flat[:, :, None] * flat[:, None, :]
