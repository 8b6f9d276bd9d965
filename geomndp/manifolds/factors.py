"""Parts of the coordinates of a product of manifolds."""

from collections.abc import Iterator, Sequence
from typing import Any

from jaxtyping import Array, Float

from geomndp.manifolds.base import AbstractManifold


def each_factor(
    factors: Sequence[AbstractManifold], *vectors: Float[Array, "*batch ambient_dim"]
) -> Iterator[tuple[Any, ...]]:
    """Every factor, with its coordinates of each vector."""
    start = 0
    for factor in factors:
        end = start + factor.ambient_dim
        yield (factor, *(v[..., start:end] for v in vectors))
        start = end
