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


GROUPS: dict[str, gn.groups.AbstractGroup] = {
    "T(1)": gn.groups.T(1),
    "T(2)": gn.groups.T(2),
    "T(3)": gn.groups.T(3),
}

REPRESENTATIONS: dict[str, gn.representations.AbstractRepresentation] = {
    "trivial-1": gn.representations.Trivial(1),
    "trivial-3": gn.representations.Trivial(3),
}

MANIFOLDS: dict[str, gn.manifolds.AbstractManifold] = {
    "R1": gn.manifolds.Euclidean(1),
    "R2": gn.manifolds.Euclidean(2),
    "R3": gn.manifolds.Euclidean(3),
    "S1": gn.manifolds.Sphere(1),
    "S2": gn.manifolds.Sphere(2),
    "S3": gn.manifolds.Sphere(3),
}

HEAT_KERNELS: dict[str, gn.manifolds.AbstractHeatKernel] = {
    "R2": gn.manifolds.GaussianHeatKernel(2),
    "S2": gn.manifolds.SphereHeatKernel(),
}
"""By the manifold of the list above on which they live."""

SCHEDULES: dict[str, gn.sde.AbstractSchedule] = {
    "linear": gn.sde.LinearSchedule(),
    "linear-long": gn.sde.LinearSchedule(beta_min=0.5, beta_max=3.0, t_min=0.01, t_max=4.0),
    "constant": gn.sde.LinearSchedule(beta_min=2.0, beta_max=2.0, t_min=1e-3, t_max=2.0),
}

NOISINGS: dict[str, gn.sde.AbstractNoising] = {
    "brownian-R2": gn.sde.BrownianMotion(gn.manifolds.Euclidean(2), SCHEDULES["linear-long"]),
    "brownian-S2": gn.sde.BrownianMotion(gn.manifolds.Sphere(2), SCHEDULES["linear"]),
}

SOLVERS: dict[str, gn.solvers.AbstractSolver] = {
    "geodesic-random-walk": gn.solvers.GeodesicRandomWalk(n_steps=40),
}

CONDITIONAL_METHODS: dict[str, gn.sampling.AbstractConditionalMethod] = {
    "amortised": gn.sampling.Amortised(SOLVERS["geodesic-random-walk"]),
}

_TRACKS = gn.FieldType(
    gn.groups.T(1), gn.representations.Trivial(3), codomain=gn.manifolds.Sphere(2)
)
_MAPS = gn.FieldType(gn.groups.T(2), gn.representations.Trivial(2))

NETWORKS: dict[str, NetworkCase] = {
    "transformer-tracks": NetworkCase(
        gn.networks.TranslationInvariantTransformer(
            _TRACKS, unit_x=0.25, unit_y=0.1, width=8, n_layers=1, n_heads=2
        )
    ),
    "transformer-maps": NetworkCase(
        gn.networks.TranslationInvariantTransformer(_MAPS, width=8, n_layers=1, n_heads=2),
        n_covariates=2,
    ),
}

LISTS: dict[type, tuple[ModuleType, Collection[Any]]] = {
    gn.groups.AbstractGroup: (gn.groups, GROUPS.values()),
    gn.manifolds.AbstractHeatKernel: (gn.manifolds, HEAT_KERNELS.values()),
    gn.manifolds.AbstractManifold: (gn.manifolds, MANIFOLDS.values()),
    gn.networks.AbstractNetwork: (gn.networks, [case.network for case in NETWORKS.values()]),
    gn.representations.AbstractRepresentation: (gn.representations, REPRESENTATIONS.values()),
    gn.sampling.AbstractConditionalMethod: (gn.sampling, CONDITIONAL_METHODS.values()),
    gn.sde.AbstractNoising: (gn.sde, NOISINGS.values()),
    gn.sde.AbstractSchedule: (gn.sde, SCHEDULES.values()),
    gn.solvers.AbstractSolver: (gn.solvers, SOLVERS.values()),
}
"""Each interface, with the package that exports its implementations and those listed here."""


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
