"""One engine for all laws of the kind f(g·inputs) = g·f(inputs)."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from geomndp.groups import AbstractGroup
from geomndp.representations import AbstractRepresentation, DirectSum
from geomndp.testing.comparison import (
    Difference,
    arrays_of,
    call,
    checked_output,
    refuse_vanishing,
    sizes_of,
    worst_difference,
)
from geomndp.testing.elements import Element, draw_elements
from geomndp.testing.specs import Spec, check_count, map_specs, points_in, transform
from geomndp.typing import Key

Trial = tuple[Element, Difference]
"""An element, and by how much it breaks the law."""


def check_symmetry(
    fn: Callable[..., Any],
    group: AbstractGroup,
    inputs: Sequence[Spec],
    output: Spec,
    args: Sequence[Any],
    *,
    law: str,
    key: Key,
    n_draws: int,
    rtol: float,
    may_vanish: bool = False,
    least_size: float = 0.0,
) -> None:
    """Check a law at drawn elements; differences count relative to the output's largest value.

    Raises:
        AssertionError: If the law is broken, or the output could not show it.
    """
    inputs, args = tuple(inputs), tuple(args)
    check_count(inputs, args)
    base = jax.tree.map(np.asarray, checked_output(fn, args, rtol))
    if not may_vanish:
        refuse_vanishing(_parts(output, base, floats_only=True))
    # Each part of a direct sum has a size of its own, for a pressure would hide a wind.
    sizes = sizes_of(_parts(output, base), least_size)
    trials = []
    points = points_in(inputs, args, "args")
    for element in draw_elements(group, points, key=key, n_draws=n_draws):
        moved = transform(inputs, args, group, element.value, "args")
        expected = transform(output, base, group, element.value, "output")
        found = _parts(output, jax.tree.map(np.asarray, call(fn, moved)))
        trials.append((element, worst_difference(found, _parts(output, expected), sizes)))
    refuse_broken(trials, law, rtol)


def refuse_broken(trials: Sequence[Trial], law: str, rtol: float) -> None:
    """Report the worst of the simplest elements that break a law.

    Raises:
        AssertionError: If one breaks it by more than `rtol`.
    """
    broken = [trial for trial in trials if not trial[1].relative <= rtol]
    if not broken:
        return
    # Kinds are tried from the simplest on.
    first = [trial for trial in broken if trial[0].kind == broken[0][0].kind]
    element, worst = max(first, key=lambda trial: trial[1].relative)
    by_kind = _by_kind(trials)
    raise AssertionError(
        f"expected {law} within {rtol:.0e} of the size of the output, got a violation of "
        f"{worst.relative:.2g} under a {element.kind}: {worst.found:.6g} instead of "
        f"{worst.expected:.6g} at {worst.where}\n"
        f"the {element.kind}: {element.description}\n"
        f"worst by kind: {', '.join(f'{kind} {worst:.1e}' for kind, worst in by_kind.items())}"
        f"{_hint({kind for kind, worst in by_kind.items() if not worst <= rtol})}"
    )


def _by_kind(trials: Sequence[Trial]) -> dict[str, float]:
    found: dict[str, float] = {}
    for element, difference in trials:
        found[element.kind] = max(found.get(element.kind, 0.0), difference.relative)
    return found


def _hint(broken: set[str]) -> str:
    """What kinds that break a law while the other ones keep it say about its cause."""
    if "translation" in broken and not broken & {"rotation", "reflection"}:
        return "\npositions themselves enter, as in |x|², where only their differences may"
    if "reflection" in broken and not broken & {"rotation", "translation"}:
        return (
            "\nonly mirror images differ: a parity is wrong (Pseudoscalar, Pseudovector), "
            "or the group is the one without reflections"
        )
    if "rotation" in broken and "translation" not in broken:
        return "\ndirections enter by their coordinates, or a representation is not the right one"
    return ""


def _parts(spec: Spec, output: Any, *, floats_only: bool = False) -> dict[str, np.ndarray]:
    """The arrays in an output, those of direct sums part by part."""
    found: dict[str, np.ndarray] = {}

    def add(single: Spec, value: Any, name: str) -> None:
        fibre = getattr(single, "fibre", single)
        arrays = arrays_of(value, name)
        if isinstance(fibre, DirectSum) and np.ndim(value) and np.shape(value)[-1] == fibre.dim:
            arrays = _summands(fibre.parts, arrays[name], name)
        elif single is None and floats_only:
            arrays = {
                name: array
                for (name, array), leaf in zip(arrays.items(), jax.tree.leaves(value), strict=True)
                if leaf.dtype.kind in "fcV"
            }
        found.update(arrays)

    map_specs(add, spec, output, "output")
    return found


def _summands(
    parts: Sequence[AbstractRepresentation], array: np.ndarray, name: str
) -> dict[str, np.ndarray]:
    ends = np.cumsum([part.dim for part in parts])[:-1]
    pieces = np.split(array, ends, -1)
    return {
        f"part {n} of {name}, {part}": piece
        for n, (part, piece) in enumerate(zip(parts, pieces, strict=True))
    }
