"""Windows of several sizes on the sources of each point."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from geomndp.networks.kinds import Algebra


class MultiscaleGeometry(NamedTuple):
    """Which sources a point sees through each window, and how many."""

    windows: Float[Array, "n_scales sources n_harmonics n"]
    """Weights of the sources, times components of the harmonics of the way to them.

    Sources come first, and values are given as (n_scales, n_values, sources): the order in which
    products cost least, theirs and those of their gradients.
    """
    density: Float[Array, "n n_scales"]
    r"""Real sources in each window, counted by their weights: at least 1 at a real point."""


def multiscale_geometry(
    algebra: Algebra,
    places: Float[Array, "n d"],
    mask: Bool[Array, " n"],
    scales: tuple[float, ...],
) -> MultiscaleGeometry:
    r"""Gaussian windows between points, with the solid harmonics of the way from one to another.

    In a window of size l a source at a way r counts
    $e^{-|r|^2/2l^2} / \sqrt{\rho_i \rho_j}$ with the densities $\rho$ at both ends, times the
    harmonics of r/l: 1, its coordinates, and the equivariant products of these. So what a point
    receives is bounded, smooth in the locations, and of the size of what the sources hold.
    """
    # One coordinate at a time: planes of pairs are faster than arrays of more axes.
    ways = [places[:, None, i] - places[None, :, i] for i in range(places.shape[1])]
    squares = sum(way**2 for way in ways[1:]) + ways[0] ** 2
    harmonics = _solid_harmonics(algebra, ways)
    scale = jnp.asarray(scales, places.dtype).reshape((-1, 1, 1))
    weight = jnp.exp(-squares[None] / (2 * scale**2)) * mask[None, :, None].astype(places.dtype)
    density = jnp.sum(weight, 1)
    # Below 1 only at padding, far from all that is real.
    root = jnp.sqrt(jnp.maximum(density, 1))
    weight = weight / (root[:, :, None] * root[:, None])
    planes = jnp.stack([component for each in harmonics for component in each], 1)
    orders = np.repeat(np.arange(len(harmonics)), [len(each) for each in harmonics])
    units = scale[..., None] ** -jnp.asarray(orders, places.dtype).reshape((1, 1, -1, 1))
    return MultiscaleGeometry(weight[:, :, None] * (planes[None] * units), density.T)


def _solid_harmonics(
    algebra: Algebra, ways: list[Float[Array, "sources n"]]
) -> list[list[Float[Array, "sources n"]]]:
    """Components of the harmonics, by their order: each the product of the one before with r."""
    found = [[jnp.ones_like(ways[0])]]
    for number in range(len(algebra.harmonics)):
        lower, components = found[-1], []
        for power in algebra.power(number):
            terms = [
                float(power[i, j]) * (ways[i] * lower[j])
                for i, j in zip(*power.nonzero(), strict=True)
            ]
            components.append(sum(terms[1:], terms[0]))
        found.append(components)
    return found
