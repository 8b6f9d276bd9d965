"""Settings of a model as JSON, and back.

A module is described by its public name and its fields. Only classes that this library exports
can be named, and each is built through its constructor, so that a file can neither run code nor
make a model that the constructors would refuse.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from geomndp import (
    fields,
    gp,
    groups,
    kernels,
    manifolds,
    networks,
    parametrisations,
    representations,
    sde,
)

_PACKAGES = (
    fields,
    gp,
    groups,
    kernels,
    manifolds,
    networks,
    parametrisations,
    representations,
    sde,
)


def describe(value: Any) -> Any:
    """A module, or an array, a number, a string, None or a list of such, as JSON-ready data.

    Raises:
        TypeError: If a field is neither, such as a class of the user's own.
    """
    if isinstance(value, eqx.Module):
        cls = type(value)
        if _classes().get(_name(cls)) is not cls:
            raise TypeError(
                f"expected a class that geomndp exports, got {cls.__name__}: a model with a class "
                "of your own can be used but not saved; save its parameters yourself"
            )
        fields_of = value.__dataclass_fields__
        return {
            "class": _name(cls),
            **{name: describe(getattr(value, name)) for name in fields_of},
        }
    if isinstance(value, list | tuple):
        return [describe(item) for item in value]
    if isinstance(value, jax.Array):
        return {"array": value.tolist(), "dtype": str(value.dtype)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(
        f"expected a module, array, number, string or list to describe, got {type(value)}: a model "
        "with a function of your own can be used but not saved; save its parameters yourself"
    )


def build(description: Any) -> Any:
    """What `describe` described.

    Raises:
        ValueError: If a class is unknown, or refuses its fields.
    """
    if isinstance(description, list):
        return tuple(build(item) for item in description)
    if not isinstance(description, dict):
        return description
    if set(description) == {"array", "dtype"}:
        return _build_array(description["array"], description["dtype"])
    name = description.get("class")
    classes = _classes()
    if not isinstance(name, str) or name not in classes:
        raise ValueError(
            f"expected one of the classes {', '.join(sorted(classes))}, got {name!r}; "
            "a newer version of geomndp may know it"
        )
    arguments = {key: build(item) for key, item in description.items() if key != "class"}
    try:
        return classes[name](**arguments)
    except TypeError as error:
        raise ValueError(
            f"expected the settings of {name}, got {sorted(arguments)}: {error}"
        ) from error


def _name(cls: type) -> str:
    """Package and name, such as `networks.AbstractNetwork`; no package for one of `__main__`."""
    return f"{cls.__module__.partition('.')[2].partition('.')[0]}.{cls.__name__}"


def _build_array(numbers: Any, dtype: Any) -> jax.Array:
    try:
        return jnp.asarray(numbers, jnp.dtype(dtype))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"expected numbers of one type, got {numbers!r} of type {dtype!r}: {error}"
        ) from error


def _classes() -> dict[str, type[eqx.Module]]:
    exported = (getattr(package, name) for package in _PACKAGES for name in package.__all__)
    return {
        _name(item): item
        for item in exported
        if isinstance(item, type) and issubclass(item, eqx.Module)
    }
