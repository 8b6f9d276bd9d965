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

    path: tuple[str | int, ...]
    value: Any
    is_positive: bool


def parameters_of(module: Any, path: tuple[str | int, ...] = ()) -> Iterator[Parameter]:
    """All numbers of a module and the modules in it, whole numbers of other meaning left out.

    A field counts if it is declared positive, or holds a float or an array of floats.
    """
    if isinstance(module, tuple | list):
        for index, item in enumerate(module):
            if isinstance(item, eqx.Module):
                yield from parameters_of(item, (*path, index))
        return
    for field in dataclasses.fields(module):
        if field.metadata.get("static", False):
            continue
        value, here = getattr(module, field.name), (*path, field.name)
        if isinstance(value, eqx.Module | tuple | list):
            yield from parameters_of(value, here)
        elif is_positive(field) or isinstance(value, float) or eqx.is_inexact_array(value):
            yield Parameter(here, value, is_positive(field))


def to_unconstrained(module: eqx.Module, dtype: jnp.dtype) -> list[Array]:
    """The parameters, positive ones by their logarithm."""
    arrays = [(jnp.asarray(p.value, dtype), p.is_positive) for p in parameters_of(module)]
    return [jnp.log(array) if positive else array for array, positive in arrays]


def from_unconstrained(module: Module, numbers: list[Array]) -> Module:
    """The module with other parameters."""
    parameters = list(parameters_of(module))
    values = [
        jnp.exp(number) if parameter.is_positive else number
        for parameter, number in zip(parameters, numbers, strict=True)
    ]
    return eqx.tree_at(lambda m: [_at(m, p.path) for p in parameters], module, values)


def _at(module: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        module = getattr(module, step) if isinstance(step, str) else module[step]
    return module
