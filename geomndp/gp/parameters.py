"""The parameters of a process as unconstrained numbers, and back."""

import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array

from geomndp.kernels.parameters import is_positive

Module = TypeVar("Module", bound=eqx.Module)


class Parameter(NamedTuple):
    """A number or an array of a module."""

    value: Any
    is_positive: bool


def parameters_of(module: Any) -> Iterator[Parameter]:
    """All numbers of a module and the modules in it, whole numbers of other meaning left out.

    A field counts if it is declared positive, or holds a float or an array of floats.
    """
    if isinstance(module, tuple | list):
        for item in module:
            if isinstance(item, eqx.Module):
                yield from parameters_of(item)
        return
    for field in dataclasses.fields(module):
        value = getattr(module, field.name)
        if isinstance(value, eqx.Module | tuple | list):
            yield from parameters_of(value)
        elif is_positive(field) or isinstance(value, float) or eqx.is_inexact_array(value):
            yield Parameter(value, is_positive(field))


def to_unconstrained(module: eqx.Module) -> list[Array]:
    """The parameters, positive ones by their logarithm."""
    arrays = [(jnp.asarray(p.value, float), p.is_positive) for p in parameters_of(module)]
    return [jnp.log(array) if positive else array for array, positive in arrays]


def from_unconstrained(module: Module, numbers: list[Array]) -> Module:
    """The module with other parameters."""
    flags = [p.is_positive for p in parameters_of(module)]
    values = [jnp.exp(x) if flag else x for x, flag in zip(numbers, flags, strict=True)]
    return eqx.tree_at(lambda m: [p.value for p in parameters_of(m)], module, values)
