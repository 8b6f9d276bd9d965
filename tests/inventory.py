"""Implementations of each interface, listed by hand: every one is put to the laws of its interface.

A class that is exported and not listed fails a test.
"""

import inspect
from collections.abc import Collection, Mapping
from types import ModuleType
from typing import Any, NamedTuple

import geomndp as gn


class NetworkCase(NamedTuple):
    """A network with what it takes."""

    network: gn.networks.AbstractNetwork
    n_covariates: int = 0


_TRACKS = gn.FieldType(
    gn.groups.T(1), gn.representations.Trivial(3), codomain=gn.manifolds.Sphere(2)
)
_MAPS = gn.FieldType(gn.groups.T(2), gn.representations.Trivial(2))

NETWORKS: dict[str, NetworkCase] = {
    "transformer-tracks": NetworkCase(
        gn.networks.TranslationInvariantTransformer(
            _TRACKS, unit_x=0.25, unit_y=0.1, width=8, n_layers=2, n_heads=2
        )
    ),
    "transformer-maps": NetworkCase(
        gn.networks.TranslationInvariantTransformer(_MAPS, width=8, n_layers=1, n_heads=2),
        n_covariates=2,
    ),
}


def unlisted(package: ModuleType, interface: type, listed: Collection[Any]) -> list[str]:
    """Names of the implementations of an interface that a package exports and no one listed."""
    classes = {type(item) for item in listed}
    exported: Mapping[str, Any] = {name: getattr(package, name) for name in package.__all__}
    return sorted(
        name
        for name, item in exported.items()
        if isinstance(item, type)
        and issubclass(item, interface)
        and not inspect.isabstract(item)
        and item not in classes
    )
