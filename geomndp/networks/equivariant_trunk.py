"""The trunk that equivariant networks share: embedding, layers and readout."""

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias, runtime_checkable

import haiku as hk
import jax
import jax.numpy as jnp
import jmp
from jaxtyping import Array, Float

from geomndp.groups import AbstractGroup
from geomndp.networks.equivariant_attention import EquivariantAttention
from geomndp.networks.equivariant_embedding import (
    EquivariantEmbedding,
    Known,
    PairEmbedding,
    known_parts,
)
from geomndp.networks.equivariant_layer import EquivariantLayer
from geomndp.networks.equivariant_readout import EquivariantReadout
from geomndp.networks.equivariant_state import EquivariantState
from geomndp.networks.kinds import Algebra
from geomndp.networks.pair_geometry import PairGeometry
from geomndp.networks.points import Points
from geomndp.representations import AbstractRepresentation


@runtime_checkable
class TransformerSettings(Protocol):
    """The sizes that networks on this trunk have as fields."""

    width: int
    n_layers: int
    n_heads: int
    n_channels: int
    pair_width: int
    n_tokens: int
    rematerialise: bool
    half_precision: bool


KnownOfPoints: TypeAlias = Callable[[Points], Known]
"""What is known of points."""


class EquivariantTrunk(hk.Module):
    """Layers of equivariant attention between an embedding and a readout.

    Points of a context attend only to one another, and the noised points to both.

    Arguments:
        algebra: The kinds.
        known: What is known of points.
        group: The group, of which what it leaves in place is known too.
        fibre: The fibre of what is read out.
        settings: The sizes, a network's.
        name: Name of the haiku module.
    """

    def __init__(
        self,
        algebra: Algebra,
        known: KnownOfPoints,
        group: AbstractGroup,
        fibre: AbstractRepresentation,
        settings: TransformerSettings,
        name: str = "transformer",
    ):
        super().__init__(name)
        self.algebra = algebra
        self.known = known
        self.group = group
        self.fibre = fibre
        self.settings = settings

    def __call__(
        self,
        targets: Points,
        geometry: PairGeometry,
        given: Points | None,
        geometry_given: PairGeometry | None,
    ) -> Float[Array, "n dim_y"]:
        if (given is None) != (geometry_given is None):
            found = "without one" if geometry_given is None else "with one"
            raise ValueError(
                "expected the geometry of these points and this context, got one that was found "
                f"{found}; find it by network.geometry(x, mask, context)"
            )
        embed = EquivariantEmbedding(self.algebra, self.settings.width, self.settings.n_channels)
        see = PairEmbedding(self.settings.pair_width)
        readout = EquivariantReadout(self.algebra, self.fibre)
        scalars, first = known_parts(self.algebra, self.group, self.known(targets))
        state = embed(targets, scalars, first)
        if given is None or geometry_given is None:
            pairs = see(geometry, targets, targets)
            state = self._layers(lambda layer, s: layer(s, s, pairs, geometry, targets.mask), state)
            return readout(state, first)
        held = embed(given, *known_parts(self.algebra, self.group, self.known(given)))
        joined = targets.join(given)
        pairs, pairs_given = see(geometry, targets, joined), see(geometry_given, given, given)

        def step(layer: EquivariantLayer, states: tuple[EquivariantState, EquivariantState]):
            state, held = states
            return (
                layer(state, state.join(held), pairs, geometry, joined.mask),
                layer(held, held, pairs_given, geometry_given, given.mask),
            )

        return readout(self._layers(step, (state, held))[0], first)

    def _layers(self, step: Callable[[EquivariantLayer, Any], Any], states: Any) -> Any:
        """The states after all layers: compiled as one layer, in a loop."""

        def apply(states: Any) -> Any:
            settings = self.settings
            layer = EquivariantLayer(self.algebra, settings.n_heads, settings.n_tokens)
            with half_precision(settings.half_precision, jax.tree.leaves(states)[0].dtype):
                return step(layer, states)

        apply = hk.remat(apply) if self.settings.rematerialise else apply
        return hk.layer_stack(self.settings.n_layers)(apply)(states)


def half_precision(is_half: bool, dtype: jnp.dtype) -> AbstractContextManager[None]:
    """What is computed for pairs in bfloat16, between values of another precision."""
    if not is_half:
        return contextlib.nullcontext()
    policy = jmp.Policy(param_dtype=dtype, compute_dtype=jnp.bfloat16, output_dtype=dtype)
    return hk.mixed_precision.push_policy(EquivariantAttention, policy)
