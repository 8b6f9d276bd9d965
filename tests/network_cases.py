"""Networks with which the laws of networks are tested: small, and of every group and graph."""

from typing import Any, NamedTuple

import haiku as hk
import jax.numpy as jnp

import geomndp as gn
from geomndp import groups, networks
from geomndp.representations import IrrepO2, Pseudoscalar, Pseudovector, Trivial, Vector

GLOBE = gn.manifolds.Sphere(2)


class NetworkCase(NamedTuple):
    """A network with what it takes."""

    network: networks.AbstractNetwork
    n_covariates: int = 0
    is_odd: bool = False
    """Whether the group has an element that leaves locations alone and turns round all values."""
    is_pointwise: bool = False
    """Whether a value is seen by itself: no location, other point or context tells it anything."""
    has_exact_shifts: bool = False
    """Whether it computes with differences of locations, and with nothing else of them."""


def tracks(group: groups.AbstractGroup) -> gn.FieldType:
    """Tracks on the globe, of which shifts move the clock, and a group the positions."""
    return gn.FieldType(
        groups.InputOutput(groups.T(1), group), Vector(3), codomain=gn.manifolds.Sphere(2)
    )


def on_globe(group: groups.AbstractGroup, fibre: gn.representations.AbstractRepresentation):
    return gn.FieldType(group, fibre, domain=GLOBE)


def equivariant(group, fibre, **settings: Any) -> networks.EquivariantTransformer:
    sizes: dict[str, Any] = {
        "width": 8,
        "n_layers": 1,
        "n_heads": 2,
        "n_channels": 4,
        "pair_width": 4,
    }
    return networks.EquivariantTransformer(gn.FieldType(group, fibre), **sizes | settings)


def spherical(kind: gn.FieldType, **settings: Any) -> networks.SphereEquivariant:
    sizes: dict[str, Any] = {
        "width": 8,
        "n_layers": 1,
        "n_heads": 2,
        "n_channels": 4,
        "pair_width": 4,
    }
    return networks.SphereEquivariant(kind, **sizes | settings)


def multiscale(group, fibre, **settings: Any) -> networks.MultiscaleConvolution:
    sizes: dict[str, Any] = {
        "width": 8,
        "n_layers": 2,
        "n_channels": 4,
        "n_carried": 2,
        "scales": (2.0, 10.0),
    }
    return networks.MultiscaleConvolution(gn.FieldType(group, fibre), **sizes | settings)


def of_averages(noise_scale, _x, y, mask, context, _covariates):
    """A plain haiku function, such as a user may write."""
    known = [y, jnp.full_like(y[:, :1], noise_scale)]
    for values, real in [(y, mask), *([] if context is None else [(context.y, context.mask)])]:
        total = jnp.sum(jnp.sin(values) * real[:, None].astype(y.dtype), 0, keepdims=True)
        known.append(jnp.broadcast_to(total, y.shape))
    if context is None:
        known.append(jnp.zeros_like(y))
    return hk.nets.MLP([16, y.shape[-1]])(jnp.concatenate(known, -1))


_TRACKS = gn.FieldType(groups.T(1), Trivial(3), codomain=GLOBE)
_STORMS = gn.FieldType(
    groups.T(1), Trivial(5), codomain=gn.manifolds.Product((GLOBE, gn.manifolds.Euclidean(2)))
)
_MAPS = gn.FieldType(groups.T(2), Trivial(2))
_FREE = gn.FieldType(groups.Trivial(2), Vector(2))

NETWORKS: dict[str, NetworkCase] = {
    "translation-tracks": NetworkCase(
        networks.TranslationInvariantTransformer(
            _TRACKS, unit_x=0.25, unit_y=0.1, width=8, n_layers=1, n_heads=2
        ),
        has_exact_shifts=True,
    ),
    "translation-maps": NetworkCase(
        networks.TranslationInvariantTransformer(_MAPS, width=8, n_layers=1, n_heads=2),
        n_covariates=2,
        has_exact_shifts=True,
    ),
    "rotary": NetworkCase(
        networks.RotaryTransformer(_MAPS, width=8, n_layers=2, n_heads=2),
        n_covariates=2,
        has_exact_shifts=True,
    ),
    "rotary-harmonic": NetworkCase(
        networks.RotaryTransformer(
            gn.FieldType(groups.T(1), Trivial(2)),
            width=8,
            n_layers=1,
            n_heads=2,
            periods=(2.0, 16.0),
        ),
        n_covariates=2,
        has_exact_shifts=True,
    ),
    "missing-values": NetworkCase(
        networks.MissingValues(
            networks.TranslationInvariantTransformer(
                _STORMS, unit_x=0.25, unit_y=0.1, width=8, n_layers=1, n_heads=2
            ),
            n_values=2,
        ),
        n_covariates=3,
        has_exact_shifts=True,
    ),
    "pointwise": NetworkCase(
        networks.PointwiseNetwork(_TRACKS, width=8, n_layers=1, n_octaves=2),
        n_covariates=2,
        is_pointwise=True,
    ),
    "haiku": NetworkCase(networks.HaikuNetwork(_FREE, of_averages)),
    "transformer": NetworkCase(
        networks.Transformer(_FREE, width=8, n_layers=1, n_heads=2), n_covariates=2
    ),
    "bi-dimensional": NetworkCase(
        networks.BiDimensionalAttention(
            gn.FieldType(groups.T(2), Trivial(1)), width=8, n_layers=1, n_heads=2, centred=True
        ),
        n_covariates=2,
        has_exact_shifts=True,
    ),
    "steerable-plane": NetworkCase(
        networks.SteerableNetwork(
            gn.FieldType(groups.E(2), Vector(2)),
            irreps="4x0e+2x1e+2x1o",
            n_layers=1,
            radius=None,
            n_neighbours=None,
        ),
        n_covariates=2,
        has_exact_shifts=True,
    ),
    "steerable-space": NetworkCase(
        networks.SteerableNetwork(
            gn.FieldType(groups.SO(3), Vector(3)),
            irreps="4x0e+2x0o+2x1e+2x1o",
            n_layers=1,
            radius=20.0,
            n_neighbours=6,
        )
    ),
    "e2-wind": NetworkCase(
        equivariant(groups.E(2), Vector(2)), n_covariates=2, has_exact_shifts=True
    ),
    "se2-mixed-neighbours": NetworkCase(
        equivariant(
            groups.SE(2),
            Vector(2) + Trivial(1) + Pseudoscalar(1),
            graph=networks.NearestNeighbourGraph(4),
            n_tokens=2,
            rematerialise=True,
        ),
        has_exact_shifts=True,
    ),
    "e1": NetworkCase(equivariant(groups.E(1), Vector(1) + Trivial(1)), has_exact_shifts=True),
    "e2-order-3": NetworkCase(
        equivariant(groups.E(2), IrrepO2(3) + Pseudoscalar(1), max_order=3, n_tokens=1)
    ),
    "e3-order-2": NetworkCase(equivariant(groups.E(3), Vector(3) + Pseudovector(3), max_order=2)),
    "se3": NetworkCase(equivariant(groups.SE(3), Vector(3))),
    "e2-and-time": NetworkCase(
        equivariant(
            groups.SpaceTime(groups.E(2)),
            Vector(2),
            graph=networks.RadiusGraph(40.0, max_neighbours=10),
        ),
        has_exact_shifts=True,
    ),
    "multiscale-e2": NetworkCase(
        multiscale(groups.E(2), Vector(2)), n_covariates=2, has_exact_shifts=True
    ),
    "multiscale-se2-mixed": NetworkCase(
        multiscale(groups.SE(2), Vector(2) + Trivial(1) + Pseudoscalar(1)), has_exact_shifts=True
    ),
    "multiscale-e3-order-2": NetworkCase(
        multiscale(groups.E(3), Vector(3) + Pseudovector(3), max_order=2)
    ),
    "multiscale-line": NetworkCase(multiscale(groups.T(1), Trivial(1)), has_exact_shifts=True),
    "multiscale-about-origin": NetworkCase(multiscale(groups.SO(2), Vector(2))),
    "about-origin": NetworkCase(equivariant(groups.O(2), Vector(2))),
    "grid-symmetries": NetworkCase(
        equivariant(groups.SemidirectProduct(groups.D(4)), Vector(2), max_order=4)
    ),
    "globe-temperature": NetworkCase(spherical(on_globe(groups.O(3), Trivial(1)))),
    "globe-wind": NetworkCase(
        spherical(on_globe(groups.SO(3), Vector(3)), tangent=True), n_covariates=1
    ),
    "globe-wind-axial": NetworkCase(
        spherical(on_globe(groups.Axial(equatorial_mirror=True), Vector(3)), tangent=True)
    ),
    "tracks-o3": NetworkCase(spherical(tracks(groups.O(3)), unit_x=0.25, unit_y=0.1), is_odd=True),
    "tracks-axial": NetworkCase(spherical(tracks(groups.Axial()), unit_x=0.25, unit_y=0.1)),
}

OF_EACH_CLASS = {
    name: NETWORKS[name]
    for name in (
        "translation-tracks",
        "transformer",
        "rotary-harmonic",
        "bi-dimensional",
        "steerable-plane",
        "e2-wind",
        "se2-mixed-neighbours",
        "multiscale-e2",
        "globe-wind",
    )
}
"""What is tested of the computation, such as its gradients, need not be of every group."""

GRAPHS: dict[str, networks.AbstractGraph] = {
    "complete": networks.CompleteGraph(),
    "neighbours": networks.NearestNeighbourGraph(3),
    "radius": networks.RadiusGraph(1.5, max_neighbours=4),
}
