"""Features of irreducible kinds of O(3), several of each."""

from typing import TypeAlias

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.networks.layer_norm import layer_norm
from geomndp.networks.tangent_layer import mix_channels

Irrep: TypeAlias = tuple[int, int]
"""Degree and parity: (1, -1) is the polar vector, `1o` for e3nn."""

Features: TypeAlias = dict[Irrep, Float[Array, "_ _ _"]]
"""By kind, for each point and channel its components."""

SCALAR: Irrep = (0, 1)


def multiplicities(irreps: str) -> dict[Irrep, int]:
    """The number of channels of each kind, from e3nn's notation such as `"8x0e + 4x1o"`."""
    import e3nn_jax

    channels: dict[Irrep, int] = {}
    for count, irrep in e3nn_jax.Irreps(irreps):
        kind = (int(irrep.l), int(irrep.p))
        channels[kind] = channels.get(kind, 0) + int(count)
    return dict(sorted(channels.items()))


def joined(points: Features, others: Features) -> Features:
    """These points, then the others."""
    return {kind: jnp.concatenate([part, others[kind]]) for kind, part in points.items()}


def mix(features: Features, channels: dict[Irrep, int], name: str) -> Features:
    """Learned combinations of the channels of each kind; where there are none, 0."""
    some = next(iter(features.values()))
    n_points, dtype = some.shape[0], some.dtype
    mixed = {}
    for (degree, parity), count in channels.items():
        part = features.get((degree, parity))
        letter = "e" if parity == 1 else "o"
        mixed[degree, parity] = (
            jnp.zeros((n_points, count, 2 * degree + 1), dtype)
            if part is None or part.shape[1] == 0
            else mix_channels(part, count, f"{name}_{degree}{letter}")
        )
    return mixed


def gated(features: Features, gates: Float[Array, "n n_gates"]) -> Features:
    """Each channel times a number of its point, one for each channel in the order of the kinds."""
    scaled, begin = {}, 0
    for kind, part in features.items():
        end = begin + part.shape[1]
        scaled[kind] = part * gates[:, begin:end, None]
        begin = end
    return scaled


def normed(features: Features, name: str) -> Features:
    """Features of order one: scalars by layer normalisation, the others where they are large."""
    shrunk = {}
    for kind, part in features.items():
        if kind == SCALAR:
            shrunk[kind] = layer_norm(name)(part[..., 0])[..., None]
        else:
            squares = jnp.sum(part**2, -1, keepdims=True)
            shrunk[kind] = part / jnp.sqrt(1 + jnp.mean(squares, 1, keepdims=True))
    return shrunk


def lengths(features: Features) -> list[Float[Array, "n _"]]:
    """Invariants of all kinds but scalars: even functions of them, smooth at 0."""
    return [
        jnp.sqrt(1 + jnp.sum(part**2, -1)) - 1 for kind, part in features.items() if kind != SCALAR
    ]
