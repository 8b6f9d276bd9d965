"""Settings that networks refuse."""

import math
from collections.abc import Sequence
from typing import Any

from geomndp.fields import FieldType
from geomndp.groups import T
from geomndp.networks.graphs import AbstractGraph, CompleteGraph

_SIZES = (
    *("width", "n_layers", "n_heads", "n_channels", "n_carried"),
    *("pair_width", "max_order", "n_octaves"),
)
_SHARED = ("width", "n_channels")
_ALL = CompleteGraph()


def check_translations(kind: FieldType) -> None:
    """Refuse fields whose group is not of translations.

    Raises:
        ValueError: If it is not.
    """
    if not isinstance(kind.group, T):
        raise ValueError(f"expected a field type whose group is of translations, got {kind.group}")


def check_range(name: str, ends: tuple[float, float], meaning: str) -> None:
    """Refuse a setting whose two numbers are no range of lengths.

    Raises:
        ValueError: If they are not positive, finite and in order.
    """
    if len(ends) != 2 or not 0 < ends[0] < ends[1] < math.inf:
        raise ValueError(f"expected {meaning}, got {name}={ends}")


def check_settings(network: Any, *, units: Sequence[str], shared: Sequence[str] = _SHARED) -> None:
    """Refuse sizes and units of a network that make no sense.

    Arguments:
        network: The network.
        units: Names of the settings that are units.
        shared: Names of the sizes that the heads share between them.

    Raises:
        ValueError: If a size is no positive whole number, the graph is none, a unit not positive
            and finite, or a shared size no multiple of `n_heads`.
    """
    for name in _SIZES:
        size = getattr(network, name, 1)
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"expected a positive whole {name}, got {name}={size!r}")
    n_tokens = getattr(network, "n_tokens", 0)
    if not isinstance(n_tokens, int) or n_tokens < 0:
        raise ValueError(f"expected a whole n_tokens of at least 0, got n_tokens={n_tokens!r}")
    if not isinstance(getattr(network, "graph", _ALL), AbstractGraph):
        raise ValueError(
            f"expected a graph such as NearestNeighbourGraph(16), got graph={network.graph!r}; "
            "CompleteGraph() joins all points"
        )
    for name in units:
        unit = getattr(network, name)
        if not 0 < unit < math.inf:
            raise ValueError(f"expected a positive finite {name}, got {name}={unit!r}")
    for name in shared:
        size = getattr(network, name)
        if size % network.n_heads:
            raise ValueError(
                f"expected a {name} that is a multiple of n_heads, "
                f"got {name}={size}, n_heads={network.n_heads}"
            )
