"""Elements of a group that tell apart the ways in which a symmetry can break."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.groups import (
    AbstractDirectProduct,
    AbstractGroup,
    AbstractRigidMotions,
    InputOutput,
    RigidMotion,
    SpaceTime,
    T,
)
from geomndp.typing import Key


class Element(NamedTuple):
    """An element of a group, and what it does."""

    kind: str
    """translation, rotation or reflection, or one of the latter with a translation."""
    is_pure: bool
    """Whether it is no product of others of these elements."""
    value: Any
    description: str
    """Its matrices and shift."""


def draw_elements(
    group: AbstractGroup, points: Sequence[Any], *, key: Key, n_draws: int
) -> list[Element]:
    """For each determinant `n_draws` elements, their translations and linear parts, each alone.

    Translations are in proportion to the spread of the points. The identity is left out.
    """
    x = _rows(points, group.dim)
    found: list[Element] = []
    of_determinants = jax.random.split(key, len(group.determinants))
    for determinant, of_determinant in zip(group.determinants, of_determinants, strict=True):
        is_first = determinant == group.determinants[0]
        for g in _some(group, determinant, of_determinant, n_draws):
            whole = _in_proportion(group, g, x)
            pieces = [describe(group, piece, is_pure=True) for piece in _pieces(group, whole)]
            pieces = [piece for piece in pieces if piece is not None]
            # Translations are the same for every determinant.
            found += [piece for piece in pieces if is_first or piece.kind != "translation"]
            product = describe(group, whole, is_pure=False)
            if len(pieces) > 1 and product is not None:
                found.append(product)
    return found


def describe(group: AbstractGroup, g: Any, *, is_pure: bool) -> Element | None:
    """An element by what it does to locations and values; None for the identity."""
    shift = np.asarray(group.act(g, jnp.asarray(np.zeros(group.dim), float)))
    # Far enough out for a large shift not to drown the axes in rounding.
    far = max(1.0, float(np.abs(shift).max()))
    columns = np.asarray(group.act(g, jnp.asarray(far * np.eye(group.dim), float)))
    of_locations, of_values = (columns - shift).T / far, np.asarray(group.linear_part(g))
    matrices = (of_locations, of_values)
    is_mirror = any(np.linalg.det(matrix) < 0 for matrix in matrices)
    is_linear = any(np.abs(matrix - np.eye(len(matrix))).max() > 1e-4 for matrix in matrices)
    linear = "reflection" if is_mirror else "rotation" if is_linear else ""
    kind = " with ".join(filter(None, [linear, "translation" if np.any(shift != 0) else ""]))
    if not kind:
        return None
    text = f"matrix {_rounded(of_values)}"
    if of_values.shape != of_locations.shape or np.abs(of_values - of_locations).max() > 1e-4:
        text = f"matrix on values {_rounded(of_values)}, on locations {_rounded(of_locations)}"
    return Element(kind, is_pure, g, f"{text}, shift {_listed(shift)}")


def _some(group: AbstractGroup, determinant: int, key: Key, n_draws: int) -> list[Any]:
    """Elements other than the identity, which small finite groups draw often."""
    found = []
    for of_draw in jax.random.split(key, 8 * n_draws):
        g = group.sample(key=of_draw, determinant=determinant)
        if describe(group, g, is_pure=True) is not None:
            found.append(g)
        if len(found) == n_draws:
            break
    return found


def _pieces(group: AbstractGroup, g: Any) -> Iterator[Any]:
    """The factors of an element, each a translation or linear, of groups made of known ones."""
    match group:
        case AbstractRigidMotions():
            one = group.identity()
            yield RigidMotion(one.linear, g.shift)
            yield RigidMotion(g.linear, one.shift)
        case AbstractDirectProduct():
            first, second = group.identity()
            yield from ((piece, second) for piece in _pieces(group.first, g[0]))
            yield from ((first, piece) for piece in _pieces(group.second, g[1]))
        case _:
            yield g


def _in_proportion(group: AbstractGroup, g: Any, x: np.ndarray) -> Any:
    """The element with its translations, standard normal when drawn, in units of the points."""
    match group:
        case T():
            return g * _spread(x)
        case AbstractRigidMotions():
            return RigidMotion(g.linear, g.shift * _spread(x))
        case SpaceTime():
            place, time = x[:, :-1], x[:, -1:]
            later = _in_proportion(group.second, g[1], time)
            return _in_proportion(group.first, g[0], place), later
        case InputOutput():
            return _in_proportion(group.first, g[0], x), g[1]
        case _:
            return g


def _rows(points: Sequence[Any], dim: int) -> np.ndarray:
    rows = [np.asarray(array, float).reshape(-1, dim) for array in points]
    return np.concatenate([np.zeros((0, dim)), *rows])


def _spread(x: np.ndarray) -> float:
    """Root mean square distance of coordinates from their mean; 1 where there is no telling."""
    return float(x.std(0).max(initial=0)) or 1.0 if len(x) else 1.0


def _rounded(matrix: np.ndarray) -> Any:
    return np.round(matrix.astype(float), 4).tolist()


def _listed(shift: np.ndarray) -> str:
    """A shift of whatever unit, to four digits."""
    return f"[{', '.join(f'{float(u):.4g}' for u in shift)}]"
