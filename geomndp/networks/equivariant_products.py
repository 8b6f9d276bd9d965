"""Equivariant products: of what is carried with harmonics, and of values with one another."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.networks.equivariant_state import EquivariantState, Parts, mix
from geomndp.networks.kinds import Algebra, coupling


def couple(
    algebra: Algebra, carried: Float[Array, "n heads harmonics channels_and_dims"]
) -> EquivariantState:
    """What was carried through each harmonic, coupled to all kinds.

    Arguments:
        algebra: The kinds.
        carried: Of each head and component of the harmonics, the channels, and of each channel
            the components of one value of every kind, the invariant scalar first.
    """
    constants = coupling(algebra)
    n, heads, n_harmonics, _ = carried.shape
    n_values = 1 + sum(kind.dim for kind in algebra.kinds)
    carried = carried.reshape((n, heads, n_harmonics, -1, n_values)).swapaxes(2, 3)
    carried = carried.reshape((n, -1, n_harmonics * n_values))
    products = carried @ jnp.asarray(constants.matrix, carried.dtype)
    received, begin = {}, 0
    for kind, n_paths in constants.n_paths:
        end = begin + n_paths * kind.dim
        received[kind.name] = products[..., begin:end].reshape((n, -1, kind.dim))
        begin = end
    features = received.pop(algebra.scalar.name)
    return EquivariantState(features.reshape((n, -1)), received)


def invariants(
    algebra: Algebra, parts: Parts, n_mixed: int | None = None
) -> list[Float[Array, "n n_invariants"]]:
    """Products of two values of a kind that are invariant, by asinh: far ones by logarithm.

    The values are learned combinations of the channels: of each kind as many as it has channels,
    or so many as are asked for.
    """
    found = []
    for kind in algebra.kinds:
        part = parts[kind.name]
        n_values = part.shape[1] if n_mixed is None else n_mixed
        left, right = (mix(part, n_values, f"{side}_{kind.name}") for side in "ab")
        for product in algebra.products(kind, kind, algebra.scalar):
            value = jnp.einsum("ij,nci,ncj->nc", product[0].astype(part.dtype), left, right)
            found.append(jnp.arcsinh(value))
    return found
