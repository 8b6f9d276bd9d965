"""Networks of vector fields in the plane, by the names of their groups."""

from geomndp.fields import FieldType
from geomndp.groups import SE, AbstractGroup, E, T, Trivial
from geomndp.networks import (
    AbstractNetwork,
    EquivariantTransformer,
    Transformer,
    TranslationInvariantTransformer,
)
from geomndp.representations import Vector

_GROUPS: dict[str, AbstractGroup] = {"E2": E(2), "SE2": SE(2), "T2": T(2), "none": Trivial(2)}


def vector_network(group: str, *, unit_x: float, width: int, n_layers: int) -> AbstractNetwork:
    """The network of vector fields in the plane that has a symmetry, and no more than it.

    Arguments:
        group: E2, rotations, reflections and translations; SE2, no reflections; T2, translations;
            or none.
        unit_x: A length typical of the fields, in the unit of x.
        width: Features per point, a multiple of 8.
        n_layers: Number of attention layers.

    Raises:
        ValueError: If there is no group of that name, or the network refuses its size.

    Example:
        >>> import geomndp as gn
        >>> network = gn.experiments.vector_network("SE2", unit_x=1.0, width=16, n_layers=2)
        >>> network.field_type.group
        SE(dim=2)
    """
    if group not in _GROUPS:
        raise ValueError(f"expected one of the groups {', '.join(_GROUPS)}, got {group!r}")
    kind = FieldType(_GROUPS[group], Vector(2))
    sizes = {"unit_x": unit_x, "width": width, "n_layers": n_layers, "n_heads": 4}
    if isinstance(kind.group, Trivial):
        return Transformer(kind, **sizes)
    if isinstance(kind.group, T):
        return TranslationInvariantTransformer(kind, pair_width=16, **sizes)
    return EquivariantTransformer(kind, n_channels=width // 2, **sizes)
