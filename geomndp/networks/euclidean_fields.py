"""What networks of fields in Euclidean space have in common."""

from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.manifolds import Euclidean
from geomndp.networks.points import Points
from geomndp.representations import AbstractRepresentation, Vector


def check_euclidean(kind: FieldType) -> None:
    """Refuse fields on a curved space, or with values in one.

    Raises:
        ValueError: If domain or codomain is not Euclidean.
    """
    if not (isinstance(kind.domain, Euclidean) and isinstance(kind.codomain, Euclidean)):
        raise ValueError(
            "expected locations and values in Euclidean space, got "
            f"{kind.domain} and {kind.codomain}; for spheres there is SphereEquivariant"
        )


def known_of_points(
    kind: FieldType, points: Points, unit_x: float
) -> list[tuple[AbstractRepresentation, Float[Array, "n _"]]]:
    """What a group acts on, and how: values, and places, in units, where nothing moves them."""
    known = [(kind.fibre, points.y)]
    if kind.group.fixes_origin:
        known.append((Vector(points.x.shape[-1]), points.x / unit_x))
    return known
