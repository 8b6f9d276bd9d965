"""Hyper-parameters: positive numbers, checked where their values are known."""

import dataclasses
from typing import Any, TypeAlias

import equinox as eqx
import jax
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

Parameter: TypeAlias = Float[Array, ""] | float | int
"""A hyper-parameter: a number, which `GaussianProcess.fit` may turn into an array."""

POSITIVE = "positive"


def positive(**options: Any) -> Any:
    """A field that holds a positive number; it is fitted by its logarithm."""
    return eqx.field(metadata={POSITIVE: True}, **options)


def is_positive(field: dataclasses.Field) -> bool:
    """Whether a field was declared by `positive`."""
    return field.metadata.get(POSITIVE, False)


def check_parameters(module: eqx.Module) -> None:
    """Refuse what is no positive number in the fields declared by `positive`.

    Raises:
        ValueError: If one is not a single number, or is not positive and finite.
    """
    for field in dataclasses.fields(module):
        if not is_positive(field):
            continue
        name, value = field.name, getattr(module, field.name)
        if not (is_known(value) or isinstance(value, Tracer)):
            continue
        if np.ndim(value) != 0:
            raise ValueError(
                f"expected one number as {name} of {type(module).__name__}, got an array of shape "
                f"{np.shape(value)}: one for each axis would break the symmetry under rotations; "
                "parts of a value with kernels of their own make a DirectSum"
            )
        if is_known(value) and not 0 < float(value) < float("inf"):
            raise ValueError(
                f"expected a positive {name} of {type(module).__name__}, got {name}={value}"
            )


def is_known(value: Any) -> bool:
    """Whether a value can be checked: transformations of JAX put placeholders, no numbers."""
    numbers = (float, int, list, tuple, np.ndarray, np.generic, jax.Array)
    return isinstance(value, numbers) and not isinstance(value, Tracer)
