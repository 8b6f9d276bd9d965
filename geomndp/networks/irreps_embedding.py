"""From values of a fibre to features that turn with space, and back."""

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.networks.irreps_features import SCALAR, Features, Irrep, lengths, mix, normed
from geomndp.networks.plane_in_space import Steering
from geomndp.networks.points import Points
from geomndp.networks.steerable_layer import HIDDEN, perceptron_and_gates
from geomndp.representations import AbstractRepresentation, Trivial, Vector


class IrrepsEmbedding(hk.Module):
    """What a point knows by itself: its value, noise and covariates, and what the group fixes.

    Arguments:
        steering: How values are made of irreducible ones.
        fibre: The kind of the values.
        channels: How many features of each kind.
        unit_x: A typical distance, where the group fixes the origin, so that locations are vectors
            from it; None where only differences of locations are.
        name: Name of the haiku module.
    """

    def __init__(
        self,
        steering: Steering,
        fibre: AbstractRepresentation,
        channels: dict[Irrep, int],
        unit_x: float | None,
        name: str = "embedding",
    ):
        super().__init__(name)
        self.steering = steering
        self.fibre = fibre
        self.channels = channels
        self.unit_x = unit_x

    def __call__(self, points: Points, noise: Float[Array, "n n_noise"]) -> Features:
        one = jnp.ones((points.y.shape[0], 1, 1), points.y.dtype)
        known: list[tuple[AbstractRepresentation, Array]] = [
            (self.fibre, points.y[:, None]),
            (Trivial(), one),
        ]
        locations = None if self.unit_x is None else _bounded(points.x / self.unit_x)
        if locations is not None:
            known.append((Vector(points.x.shape[-1]), locations))
        held: Features = {
            kind: jnp.concatenate([self._held(kind, *part) for part in known], 1)
            for kind in self.channels
        }
        scalars = held[SCALAR][..., 0]
        octaves = jnp.concatenate([scalars * 2.0**k for k in range(4)], -1)
        invariants = [jnp.sin(octaves), jnp.cos(octaves), noise]
        invariants += lengths(mix(held, self.channels, "length"))
        if locations is not None:
            invariants.append(jnp.sum(locations**2, -1))
        if points.covariates is not None:
            invariants.append(points.covariates)
        return perceptron_and_gates(held, self.channels, invariants)

    def _held(
        self, kind: Irrep, fibre: AbstractRepresentation, values: Float[Array, "n count dim"]
    ) -> Float[Array, "n channels components"]:
        """All features of a kind that values are mapped to."""
        maps = jnp.asarray(self.steering.to_irrep(fibre, *kind), values.dtype)
        mapped = jnp.einsum("aij,ncj->ncai", maps, values)
        return mapped.reshape((values.shape[0], -1, 2 * kind[0] + 1))


class IrrepsReadout(hk.Module):
    """A value for each point: a sum, by invariant coefficients, of all that maps to values.

    These are the features, the value that was given, and the values that the group fixes.

    Arguments:
        steering: How values are made of irreducible ones.
        fibre: The kind of the values.
        name: Name of the haiku module.
    """

    def __init__(self, steering: Steering, fibre: AbstractRepresentation, name: str = "readout"):
        super().__init__(name)
        self.steering = steering
        self.fibre = fibre

    def __call__(self, features: Features, y: Float[Array, "n dim_y"]) -> Float[Array, "n dim_y"]:
        normal = normed(features, "norm")
        one = jnp.ones_like(y[:, :1])
        candidates = [
            (self.steering.between(self.fibre, self.fibre), y[:, None]),
            (self.steering.between(Trivial(), self.fibre), one[:, None]),
            *((self.steering.from_irrep(self.fibre, *kind), part) for kind, part in normal.items()),
        ]
        values = jnp.concatenate(
            [
                jnp.einsum("adi,nci->ncad", jnp.asarray(maps, y.dtype), part).reshape(
                    (y.shape[0], -1, y.shape[1])
                )
                for maps, part in candidates
            ],
            1,
        )
        invariants = jnp.concatenate([normal[SCALAR][..., 0], *lengths(normal)], -1)
        hidden = jax.nn.silu(hk.Linear(HIDDEN, name="hidden")(invariants))
        # Coefficients start at 0, so that training starts from the score 0.
        zero = hk.initializers.Constant(0.0)
        coefficients = hk.Linear(values.shape[1], w_init=zero, name="coefficients")(hidden)
        return jnp.einsum("nk,nkd->nd", coefficients, values)


def _bounded(x: Float[Array, "n dim_x"]) -> Float[Array, "n 3 dim_x"]:
    """Locations at three scales, each bounded: vectors, as they only shrink."""
    scales = jnp.asarray([1.0, 4.0, 16.0], x.dtype).reshape((1, 3, 1))
    squares = jnp.sum(x**2, -1)[:, None, None]
    return x[:, None] / jnp.sqrt(scales**2 + squares)
