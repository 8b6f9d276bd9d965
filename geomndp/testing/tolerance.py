"""When algebraic laws count as kept."""

from typing import Any

import jax.numpy as jnp
import numpy as np


def rounding() -> float:
    """What rounding makes of algebraic laws at most, in the default precision."""
    return 1e-10 if jnp.zeros(()).dtype == jnp.float64 else 1e-5


def expect_same(law: str, found: Any, expected: Any, atol: float) -> None:
    """Refuse arrays that differ, relative to the larger of 1 and their size.

    Raises:
        AssertionError: If they differ by more than `atol`, or in shape.
    """
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape:
        raise AssertionError(f"expected {law}, got shape {found.shape} for {expected.shape}")
    difference = np.abs(found - expected).max(initial=0) / np.abs(expected).max(initial=1)
    if not difference <= atol:
        raise AssertionError(
            f"expected {law} within {atol:.0e}, got a difference of {difference:.2g}"
        )
