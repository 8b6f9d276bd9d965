"""Whether a path comes near a place."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.manifolds import EARTH_RADIUS_KM, Sphere

_GLOBE = Sphere(2)


def distance_to_path_km(
    path: Float[Array, "n_points 3"], places: Float[Array, "n_places 3"]
) -> Float[Array, " n_places"]:
    r"""Distance from places to the nearest point of a path of great-circle arcs, in kilometres.

    From the inside of the arc from a to b with the unit normal $n \propto a \times b$ it is
    $|\arcsin(p \cdot n)|$, and from elsewhere that to the nearer end.

    Arguments:
        path: Unit vectors in their order, at least one.
        places: Unit vectors.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> path = gn.manifolds.from_geographic(jnp.zeros(2), jnp.array([0.0, 20.0]))
        >>> place = gn.manifolds.from_geographic(jnp.array([1.0]), jnp.array([10.0]))
        >>> gn.metrics.distance_to_path_km(path, place).round(0).tolist()  # one degree
        [111.0]
    """
    # Chords order points as distances do, and cost less: an angle is taken of the least alone.
    chords = jnp.sum((places[:, None] - path[None]) ** 2, -1)
    nearest = _GLOBE.dist(places, path[jnp.argmin(chords, 1)])
    if path.shape[0] == 1:
        return EARTH_RADIUS_KM * nearest
    start, end = path[:-1], path[1:]
    cross = jnp.cross(start, end)
    length = jnp.linalg.norm(cross, axis=-1, keepdims=True)
    normal = cross / jnp.where(length > 0, length, 1)
    # Inside: on the far side of the start, and on the near side of the end, along the arc.
    after = places @ jnp.cross(normal, start).T >= 0
    before = places @ jnp.cross(normal, end).T <= 0
    # On the path's own half of the globe, which a great circle leaves twice.
    same_side = places @ (start + end).T > 0
    inside = after & before & same_side & (length.T > 0)
    sine = jnp.min(jnp.where(inside, jnp.abs(places @ normal.T), jnp.inf), 1)
    aside = jnp.where(sine < jnp.inf, jnp.arcsin(jnp.clip(sine, 0, 1)), jnp.inf)
    return EARTH_RADIUS_KM * jnp.minimum(nearest, aside)


@eqx.filter_jit
def passes_within(
    paths: Float[Array, "n_paths n_points 3"],
    places: Float[Array, "n_places 3"],
    radius_km: float | Float[Array, ""],
    mask: Bool[Array, "n_paths n_points"] | None = None,
) -> Bool[Array, "n_paths n_places"]:
    """Which paths come within a distance of which places.

    Between its points a path is the great circle, so that a fast storm is not missed.

    Arguments:
        paths: Unit vectors, the points of each path in their order.
        places: Unit vectors.
        radius_km: The distance in kilometres.
        mask: True at real points, which padding follows; all are real when left out.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> path = gn.manifolds.from_geographic(jnp.zeros(2), jnp.array([0.0, 20.0]))
        >>> places = gn.manifolds.from_geographic(jnp.array([1.0, 9.0]), jnp.array([10.0, 10.0]))
        >>> gn.metrics.passes_within(path[None], places, 200.0).tolist()
        [[True, False]]
    """
    if mask is not None:
        last = jnp.sum(mask, -1) - 1
        ends = paths[jnp.arange(paths.shape[0]), last]
        paths = jnp.where(mask[..., None], paths, ends[:, None])
    # One by one: the table of distances from all points of all paths would be large.
    return jax.lax.map(lambda path: distance_to_path_km(path, places) <= radius_km, paths)


def strike_probability(
    members: Float[Array, "n_members n_points 3"],
    places: Float[Array, "n_places 3"],
    *,
    radius_km: float = 100.0,
) -> Float[Array, " n_places"]:
    """The share of an ensemble that comes within a distance of places.

    Of M members a probability p has the standard error sqrt(p (1 - p) / M).

    Arguments:
        members: Paths, unit vectors in the order of time.
        places: Unit vectors, as `manifolds.from_geographic` gives them.
        radius_km: The distance in kilometres.

    Raises:
        ValueError: If the distance is not positive.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> east, north = (jnp.array([0.0, a]) for a in (20.0, 0.0))
        >>> members = jnp.stack([
        ...     gn.manifolds.from_geographic(north, east), gn.manifolds.from_geographic(east, north)
        ... ])
        >>> place = gn.manifolds.from_geographic(jnp.array([1.0]), jnp.array([10.0]))
        >>> gn.metrics.strike_probability(members, place, radius_km=200.0).tolist()
        [0.5]
    """
    if not radius_km > 0:
        raise ValueError(f"expected radius_km > 0, got {radius_km}")
    return jnp.mean(passes_within(members, places, radius_km), 0, dtype=members.dtype)
