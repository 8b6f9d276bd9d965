"""What the locations of points and sources say about each pair of them."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.networks.edges import AbstractEdges
from geomndp.networks.kinds import Algebra

_SOFT = 0.125
"""Distance, in units, below which a direction fades: coincident points have none."""


class PairGeometry(NamedTuple):
    """Edges, and for each edge functions of its direction and numbers that no motion changes."""

    edges: AbstractEdges
    harmonics: tuple[Float[Array, "n dim seen"], ...]
    """Components of the constant 1, then of each kind of the algebra's harmonics."""
    invariants: Float[Array, "n_invariants n seen"]


def harmonics_of(
    algebra: Algebra, steps: Float[Array, "n m d"]
) -> tuple[Float[Array, "n dim m"], ...]:
    """Functions of the direction of steps, in units, from order 0 on: bounded, smooth, 0 at 0.

    Each order is the equivariant product of the one before with the direction.
    """
    squares = jnp.sum(steps**2, -1, keepdims=True)
    direction = steps / jnp.sqrt(squares + _SOFT**2)
    found = [jnp.ones_like(squares)]
    for number in range(len(algebra.harmonics)):
        power = jnp.asarray(algebra.power(number), steps.dtype)
        found.append(jnp.einsum("kij,nmi,nmj->nmk", power, direction, found[-1]))
    return tuple(jnp.swapaxes(harmonic, 1, 2) for harmonic in found)


def distance_features(
    steps: Float[Array, "n m d"], n_scales: int = 8
) -> Float[Array, "n_scales n m"]:
    r"""Smooth functions of the length of steps, in units: $r^2 / (r^2 + l^2)$, l from 1/8 to 16."""
    squares = jnp.sum(steps**2, -1)
    scales = 2.0 ** jnp.arange(-3, n_scales - 3, dtype=steps.dtype)
    return squares[None] / (squares[None] + scales[:, None, None] ** 2)


def difference_features(
    steps: Float[Array, "n m d"], n_scales: int = 6
) -> Float[Array, "n_features n m"]:
    """How far and which way along each axis, in units, bounded, at scales from 1/4 to 8.

    For what no group turns, such as differences of time.
    """
    planes = jnp.moveaxis(steps, -1, 0)
    found = []
    for scale in (2.0**k for k in range(-2, n_scales - 2)):
        far = jnp.abs(planes) + scale
        found += [planes / far, scale / far]
    return jnp.concatenate(found)
