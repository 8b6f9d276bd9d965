"""Networks of vector fields in the plane and on the globe, by the names of their groups."""

from typing import Any

from geomndp.fields import FieldType
from geomndp.groups import SE, SO, AbstractGroup, Axial, E, O, SpaceTime, T, Trivial
from geomndp.manifolds import Sphere
from geomndp.networks import (
    AbstractNetwork,
    CompleteGraph,
    EquivariantTransformer,
    MultiscaleConvolution,
    NearestNeighbourGraph,
    SphereEquivariant,
    Transformer,
    TranslationInvariantTransformer,
)
from geomndp.representations import Trivial as Scalars
from geomndp.representations import Vector

_GROUPS: dict[str, AbstractGroup] = {"E2": E(2), "SE2": SE(2), "T2": T(2), "none": Trivial(2)}

_IN_TIME: dict[str, AbstractGroup] = {"SE2xT": SpaceTime(SE(2)), "E2xT": SpaceTime(E(2))}

_ON_THE_GLOBE: dict[str, AbstractGroup] = {
    "mirror": Axial(equatorial_mirror=True), "axial": Axial(), "SO3": SO(3), "O3": O(3),
}  # fmt: skip
REGIONAL_GROUPS = tuple(_GROUPS)
"""Names of the groups in the plane."""
SPACE_TIME_GROUPS = tuple(_IN_TIME)
"""Names of the groups in the plane and in time."""
GLOBAL_GROUPS = tuple(_ON_THE_GLOBE)
"""Names of the groups on the globe."""

_NEIGHBOURS = 16
"""Points that a point of the globe sees, and as many of those that are given."""


def vector_network(
    group: str,
    *,
    unit_x: float,
    unit_time: float = 1.0,
    width: int,
    n_layers: int,
    n_scalars: int = 0,
    neighbours: int | None = None,
    convolution: bool = False,
) -> AbstractNetwork:
    """The network of vector fields in the plane that has a symmetry, and no more than it.

    Arguments:
        group: E2, rotations, reflections and translations; SE2, no reflections; T2, translations;
            or none. Of fields that change in time, which is the last coordinate of x: SE2xT or
            E2xT, shifts of time too, but not its reversal.
        unit_x: A length typical of the fields, in the unit of x.
        unit_time: A time typical of fields that change, in the unit of their times.
        width: Features per point, a multiple of 8.
        n_layers: Number of attention layers.
        n_scalars: Numbers beside the vector that no motion changes.
        neighbours: How many points a point attends to, the nearest; all when left out. Of groups
            with rotations only.
        convolution: Whether points see one another through windows of several sizes instead of
            attending to one another. Of groups with rotations only, and without a clock.

    Raises:
        ValueError: If there is no group of that name, the network refuses its size, there are
            neighbours of a network that has none, or the group has no convolution.

    Example:
        >>> import geomndp as gn
        >>> network = gn.experiments.vector_network("SE2", unit_x=1.0, width=16, n_layers=2)
        >>> network.field_type.group
        SE(dim=2)
    """
    groups = _GROUPS | _IN_TIME
    if group not in groups:
        raise ValueError(f"expected one of the groups {', '.join(groups)}, got {group!r}")
    kind = FieldType(groups[group], Vector(2) + Scalars(n_scalars) if n_scalars else Vector(2))
    sizes = {"unit_x": unit_x, "width": width, "n_layers": n_layers, "n_heads": 4}
    if isinstance(kind.group, Trivial | T) and neighbours is not None:
        raise ValueError(
            f"expected all points to attend to all under {group}, got neighbours={neighbours}; "
            "leave neighbours out, or take a group with rotations"
        )
    if convolution:
        return _convolution(kind, group, neighbours, unit_x=unit_x, width=width, n_layers=n_layers)
    if isinstance(kind.group, Trivial):
        return Transformer(kind, **sizes)
    if isinstance(kind.group, T):
        return TranslationInvariantTransformer(kind, pair_width=16, **sizes)
    graph = CompleteGraph() if neighbours is None else NearestNeighbourGraph(neighbours)
    return EquivariantTransformer(
        kind, unit_time=unit_time, n_channels=width // 2, graph=graph, **sizes
    )


def _convolution(
    kind: FieldType, group: str, neighbours: int | None, **sizes: Any
) -> MultiscaleConvolution:
    if neighbours is not None or isinstance(kind.group, Trivial | T | SpaceTime):
        raise ValueError(
            "expected a convolution under E2 or SE2, over all points, got "
            f"group={group!r} and neighbours={neighbours}; leave convolution or neighbours out"
        )
    return MultiscaleConvolution(kind, n_channels=sizes["width"] // 2, **sizes)


def tangent_network(group: str, *, unit_x: float, width: int, n_layers: int) -> SphereEquivariant:
    """The network of tangent fields on the globe that has a symmetry, and no more than it.

    Every point attends to its nearest ones and to the nearest of those that are given, so that the
    cost grows with the number of points and not with its square.

    Arguments:
        group: mirror, rotations about the axis and the mirror in the equator; axial, without the
            mirror; SO3, all rotations; O3, reflections too.
        unit_x: A length typical of the fields, in radians.
        width: Features per point, a multiple of 8.
        n_layers: Number of attention layers.

    Raises:
        ValueError: If there is no group of that name, or the network refuses its size.

    Example:
        >>> import geomndp as gn
        >>> network = gn.experiments.tangent_network("SO3", unit_x=0.2, width=16, n_layers=2)
        >>> network.field_type.group
        SO(dim=3)
    """
    if group not in _ON_THE_GLOBE:
        raise ValueError(f"expected one of the groups {', '.join(_ON_THE_GLOBE)}, got {group!r}")
    return SphereEquivariant(
        FieldType(_ON_THE_GLOBE[group], Vector(3), domain=Sphere(2)),
        tangent=True,
        unit_x=unit_x,
        width=width,
        n_layers=n_layers,
        n_channels=width // 2,
        graph=NearestNeighbourGraph(_NEIGHBOURS),
    )
