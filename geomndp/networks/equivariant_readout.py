"""From what the points hold to values of a fibre."""

import haiku as hk
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.networks.equivariant_state import EquivariantState, Parts
from geomndp.networks.kinds import Algebra, Kind
from geomndp.networks.layer_norm import layer_norm
from geomndp.representations import AbstractRepresentation, intertwiners


class EquivariantReadout(hk.Module):
    """A sum of the values of every kind, mapped to the fibre, with coefficients by the features.

    Arguments:
        algebra: The kinds.
        fibre: The fibre.
        name: Name of the haiku module.
    """

    def __init__(self, algebra: Algebra, fibre: AbstractRepresentation, name: str = "readout"):
        super().__init__(name)
        self.algebra = algebra
        self.fibre = fibre

    def __call__(self, state: EquivariantState, first: Parts) -> Float[Array, "n dim_y"]:
        """Values at the points, of what they hold at the end and, as it was given, at first."""
        normal = layer_norm("norm")(state.features)
        found = jnp.zeros((normal.shape[0], self.fibre.dim), normal.dtype)
        maps = self._maps(self.algebra.scalar, normal.dtype)[:, :, 0]
        if len(maps):
            found = found + _coefficients(normal, len(maps), "of_scalar") @ maps
        for kind in self.algebra.kinds:
            maps = self._maps(kind, normal.dtype)
            if len(maps):
                values = jnp.concatenate([state.parts[kind.name], first[kind.name]], 1)
                n_points, n_channels, _ = values.shape
                weights = _coefficients(normal, len(maps) * n_channels, f"of_{kind.name}")
                weights = weights.reshape((n_points, len(maps), n_channels))
                sums = jnp.einsum("nac,ncd->nad", weights, values)
                found = found + jnp.einsum("nad,ayd->ny", sums, maps)
        return found

    def _maps(self, kind: Kind, dtype: jnp.dtype) -> Float[Array, "n_maps dim_y dim"]:
        maps = intertwiners(kind.representation, self.fibre, self.algebra.group)
        return jnp.asarray(maps, dtype)


def _coefficients(
    normal: Float[Array, "n width"], size: int, name: str
) -> Float[Array, "n n_coefficients"]:
    # They start at 0, so that training starts from the score 0.
    return hk.Linear(size, w_init=hk.initializers.Constant(0.0), name=name)(normal)
