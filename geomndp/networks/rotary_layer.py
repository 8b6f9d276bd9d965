"""A layer of attention that is told differences of locations by turning queries and keys."""

from typing import NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.networks.attention_layer import WEIGHTS, with_perceptron
from geomndp.networks.layer_norm import layer_norm


class Located(NamedTuple):
    """What points hold between layers, and where they are."""

    features: Float[Array, "n width"]
    cos: Float[Array, "n n_heads n_waves"]
    """Of the phase of each wave at each point."""
    sin: Float[Array, "n n_heads n_waves"]
    mask: Bool[Array, " n"]
    """True at real points."""

    def join(self, other: "Located") -> "Located":
        """These points, then the others."""
        return Located(*(jnp.concatenate(parts) for parts in zip(self, other, strict=True)))


class RotaryLayer(hk.Module):
    """Attention to the real sources in the frame of each point, then a perceptron.

    Pairs of features are turned by the phases at their points. A query meets a key turned by the
    difference of both, and what is carried is turned back at the point that receives it, so that
    it too knows how far it came: with weights that are even, it is the terms of a Fourier series.

    Arguments:
        name: Name of the haiku module.
    """

    def __init__(self, name: str = "layer"):
        super().__init__(name)

    def __call__(self, points: Located, sources: Located) -> Float[Array, "n width"]:
        """The features of the points after the layer."""
        width = points.features.shape[-1]
        norm = layer_norm("norm_attention")
        normal = norm(sources.features)
        query = self._turned("query", norm(points.features), points)
        key = self._turned("key", normal, sources)
        value = self._turned("value", normal, sources)
        logits = jnp.einsum("nhd,mhd->hnm", query, key) / query.shape[-1] ** 0.5
        # A finite floor: without real sources the weights are even, and nothing reads such points.
        weights = jax.nn.softmax(jnp.where(sources.mask, logits, -1e30), -1)
        carried = turn(jnp.einsum("hnm,mhd->nhd", weights, value), points.cos, -points.sin)
        message = hk.Linear(width, w_init=WEIGHTS, name="message")
        return with_perceptron(points.features + message(carried.reshape((-1, width))))

    def _turned(
        self, name: str, features: Float[Array, "n width"], at: Located
    ) -> Float[Array, "n heads size"]:
        linear = hk.Linear(features.shape[-1], with_bias=False, w_init=WEIGHTS, name=name)
        return turn(linear(features).reshape((*at.cos.shape[:2], -1)), at.cos, at.sin)


def turn(
    features: Float[Array, "n heads size"],
    cos: Float[Array, "n heads waves"],
    sin: Float[Array, "n heads waves"],
) -> Float[Array, "n heads size"]:
    """Pairs of features, one of either half, turned in their plane by phases."""
    first, second = jnp.split(features, 2, -1)
    return jnp.concatenate([first * cos - second * sin, first * sin + second * cos], -1)
