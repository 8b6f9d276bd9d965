"""How a group acts on the arguments and results of a function: on points, on values, or not."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.fields import FieldType
from geomndp.groups import AbstractGroup
from geomndp.groups.base import apply_linear
from geomndp.representations import AbstractRepresentation
from geomndp.typing import Key

Spec: TypeAlias = Any
"""`"points"`, a representation, a `FieldType`, None, or a tuple, list or dict of these."""


def map_specs(function: Callable[[Any, Any, str], Any], spec: Spec, value: Any, name: str) -> Any:
    """`function(spec, value, name)` of every single specification and the value that it is of.

    Raises:
        ValueError: If the value is not nested as its specification is.
    """
    paths = jax.tree_util.tree_leaves_with_path(spec, is_leaf=_is_single)
    structure = jax.tree.structure(spec, is_leaf=_is_single)
    try:
        values = structure.flatten_up_to(value)
    except ValueError as error:
        raise ValueError(
            f"expected {name} nested as its specification {spec} is, got {_shapes(value)}; "
            "a value that has no specification of its own is left alone by None"
        ) from error
    mapped = [
        function(single, value, name + jax.tree_util.keystr(path))
        for (path, single), value in zip(paths, values, strict=True)
    ]
    return jax.tree.unflatten(structure, mapped)


def transform(spec: Spec, value: Any, group: AbstractGroup, g: Any, name: str) -> Any:
    """The value after g has acted on it."""
    return map_specs(functools.partial(_transform_one, group=group, g=g), spec, value, name)


def draw(spec: Spec, group: AbstractGroup, n_points: int, key: Key) -> Any:
    """A random value: standard normal rows, on the manifold of a field; for None a time."""
    structure = jax.tree.structure(spec, is_leaf=_is_single)
    keys = iter(jax.random.split(key, max(structure.num_leaves, 1)))
    return jax.tree.map(
        lambda single: _draw_one(single, group, n_points, next(keys)), spec, is_leaf=_is_single
    )


def points_in(spec: Spec, value: Any, name: str) -> list[Any]:
    """The arrays of locations among the values."""
    found = []
    map_specs(lambda s, v, _: found.append(v) if _is_points(s) else None, spec, value, name)
    return found


def check_count(inputs: Sequence[Spec], args: Sequence[Any]) -> None:
    """Refuse arguments that are not one for each specification.

    Raises:
        ValueError: If their numbers differ.
    """
    if len(inputs) != len(args):
        raise ValueError(
            f"expected one argument for each of the {len(inputs)} specifications in `inputs`, "
            f"got {len(args)}; an argument that is left alone has the specification None"
        )


def is_array(value: Any) -> bool:
    """Whether a value is one that can be transformed, and given to a function as it came."""
    return isinstance(value, np.ndarray | jax.Array)


def _is_single(spec: Spec) -> bool:
    return not isinstance(spec, tuple | list | dict)


def _is_points(spec: Spec) -> bool:
    return isinstance(spec, str) and spec == "points"


def _fibre(spec: Spec, name: str) -> AbstractRepresentation:
    if isinstance(spec, FieldType):
        return spec.fibre
    if isinstance(spec, AbstractRepresentation):
        return spec
    raise TypeError(
        f'expected "points", a representation, a FieldType or None for {name}, got {spec!r}'
    )


def _transform_one(spec: Spec, value: Any, name: str, *, group: AbstractGroup, g: Any) -> Any:
    if spec is None:
        return value
    if not is_array(value):
        raise TypeError(
            f"expected a NumPy or JAX array for {name}, got {type(value).__name__}; "
            "convert arrays of another framework inside the function"
        )
    is_float = jnp.issubdtype(value.dtype, jnp.floating)
    array = jnp.asarray(value) if is_float else jnp.asarray(value, float)
    if _is_points(spec):
        _check_coordinates(array, group.dim, group, name)
        moved = group.act(g, array)
    else:
        fibre = _fibre(spec, name)
        _check_coordinates(array, fibre.dim, fibre, name)
        moved = apply_linear(fibre.matrix(group.linear_part(g)), array)
    if isinstance(value, np.ndarray):
        return np.array(moved, value.dtype if is_float else None)
    return moved


def _check_coordinates(array: jax.Array, dim: int, owner: Any, name: str) -> None:
    if array.ndim == 0 or array.shape[-1] != dim:
        raise ValueError(
            f"expected {name} with {dim} coordinates on its last axis, as {owner} has, "
            f"got shape {array.shape}"
        )


def _draw_one(spec: Spec, group: AbstractGroup, n_points: int, key: Key) -> jax.Array:
    if spec is None:
        return jax.random.uniform(key, minval=0.05, maxval=0.95)
    if _is_points(spec):
        return jax.random.normal(key, (n_points, group.dim))
    y = jax.random.normal(key, (n_points, _fibre(spec, "an argument").dim))
    return spec.codomain.project(y) if isinstance(spec, FieldType) else y


def _shapes(value: Any) -> Any:
    return jax.tree.map(lambda leaf: getattr(leaf, "shape", leaf), value)
