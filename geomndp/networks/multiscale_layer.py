"""A layer that sees all points through windows of several sizes."""

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.networks.equivariant_products import couple, invariants
from geomndp.networks.equivariant_state import EquivariantState, Parts, gates, mix
from geomndp.networks.kinds import Algebra
from geomndp.networks.layer_norm import layer_norm
from geomndp.networks.multiscale_geometry import MultiscaleGeometry


class MultiscaleLayer(hk.Module):
    """Sums over windows, a perceptron on what is invariant, and gates on all else.

    Whatever is no invariant stays linear in what it was, with coefficients that the invariants
    set, those of the noise and of the density of points among them: so the layer can smooth by as
    much as the noise asks for.

    Arguments:
        algebra: The kinds.
        n_carried: Channels of each kind that are carried through each window.
        name: Name of the haiku module.
    """

    def __init__(self, algebra: Algebra, n_carried: int, name: str = "layer"):
        super().__init__(name)
        self.algebra = algebra
        self.n_carried = n_carried

    def __call__(
        self,
        state: EquivariantState,
        known: Float[Array, "n n_known"],
        geometry: MultiscaleGeometry,
    ) -> EquivariantState:
        """The state after the layer; `known` are invariants that no layer changes."""
        width = state.features.shape[-1]
        normal = layer_norm("norm")(state.features)
        seen = jnp.concatenate([normal, known], -1)
        carried = self._carried(state.parts, seen, 2 * width, len(geometry.windows))
        n_scales, n, n_harmonics, _ = geometry.windows.shape
        flat = geometry.windows.reshape((n_scales, n, -1))
        passed = jnp.einsum("smk,sfm->sfk", flat, carried)
        passed = passed.reshape((n_scales, -1, n_harmonics, n))
        received = couple(self.algebra, jnp.transpose(passed, (3, 0, 2, 1)))
        both = state.beside(received).parts
        of_both = invariants(self.algebra, both, self.n_carried)
        hidden = _perceptron([seen, received.features, *of_both], 2 * width, "update")
        change = hk.Linear(width, name="features")(hidden)
        opened = {
            name: gates(hidden, part.shape[1], f"gate_{name}") * part for name, part in both.items()
        }
        parts = {
            name: part + mix(opened[name], part.shape[1], name)
            for name, part in state.parts.items()
        }
        return EquivariantState(state.features + change, parts)

    def _carried(
        self, parts: Parts, seen: Float[Array, "n n_seen"], n_hidden: int, n_scales: int
    ) -> Float[Array, "n_scales channels_and_dims n"]:
        """What is carried through each window: of each channel a scalar, then the other kinds."""
        size = n_scales * self.n_carried
        hidden = _perceptron([seen], n_hidden, "carry")
        scalars = hk.Linear(size, name="carry_scalars")(hidden)
        values = [
            mix(parts[kind.name], size, f"carry_{kind.name}")
            * gates(hidden, size, f"open_{kind.name}")
            for kind in self.algebra.kinds
        ]
        together = jnp.concatenate([scalars[..., None], *values], -1)
        return jnp.moveaxis(together.reshape((together.shape[0], n_scales, -1)), 0, -1)


def _perceptron(
    inputs: list[Float[Array, "n _"]], size: int, name: str
) -> Float[Array, "n n_hidden"]:
    return jax.nn.gelu(hk.Linear(size, name=name)(jnp.concatenate(inputs, -1)))
