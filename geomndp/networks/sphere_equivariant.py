"""A transformer for fields on a sphere, and for tracks on one."""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.groups import InputOutput, T
from geomndp.manifolds import Euclidean, Sphere
from geomndp.networks.base import AbstractHaikuNetwork
from geomndp.networks.edges import AbstractEdges
from geomndp.networks.graphs import AbstractGraph, CompleteGraph
from geomndp.networks.kinds import Algebra
from geomndp.networks.pair_geometry import (
    PairGeometry,
    difference_features,
    distance_features,
    harmonics_of,
)
from geomndp.networks.points import Points
from geomndp.networks.settings import check_settings
from geomndp.representations import AbstractRepresentation, Vector
from geomndp.typing import Locations, Mask, Values


class SphereEquivariant(AbstractHaikuNetwork):
    r"""Attention over points of a sphere, equivariant under O(3), SO(3) or motions about an axis.

    It is the trunk of `EquivariantTransformer` in the space around the sphere, where a place is a
    vector. What a group leaves in place, such as the axis of `Axial()`, is an input at every
    point; under `Axial(equatorial_mirror=True)` that axis is a pseudovector, as the rotation of a
    planet is.

    Two kinds of fields are on a sphere. Either their locations are: temperatures, or winds, whose
    values are vectors in space, tangent at their place. Or their values are: tracks, of which
    shifts of time move the locations and, by `groups.InputOutput`, rotations the values. Then
    points meet through the tangent vectors from value to value, in units of the noise and of the
    distance covered between the two times, and the result is tangent at each value.

    Arguments:
        field_type: The fields: with `Sphere` as domain or as codomain.
        tangent: Whether values are tangent at their location; the result then is, too.
        unit_x: A typical distance between locations, in the unit of x: radians on the sphere.
        unit_y: How far values on the sphere typically move per `unit_x`, in radians.
        width: As of `EquivariantTransformer`, and so are the others.
        n_layers: Number of attention layers.
        n_heads: Attention heads per layer.
        n_channels: Channels of each kind beside invariant features.
        pair_width: Features per pair of points.
        max_order: The highest order of what points hold.
        graph: Which points attend to which: all, if left out.
        n_tokens: Inducing tokens.
        rematerialise: Whether gradients compute layers again.
        half_precision: Whether products are in bfloat16.

    Raises:
        ValueError: If not one of domain and codomain is a sphere and the other flat, tangent values
            are no vectors of locations on the sphere, the group does not fit, or a setting is as
            `EquivariantTransformer` refuses it.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> wind = gn.FieldType(gn.groups.SO(3), gn.representations.Vector(3), domain=globe)
        >>> network = gn.networks.SphereEquivariant(
        ...     wind, tangent=True, width=8, n_layers=1, n_channels=4
        ... )
        >>> x = globe.random_uniform((5,), key=jax.random.key(0))
        >>> y = globe.random_tangent(x, key=jax.random.key(1))
        >>> params = network.init(jax.random.key(2), gn.FieldSample(x, y))
        >>> network.apply(params, jnp.array(0.1), x, y, jnp.ones(5, bool)).shape
        (5, 3)
    """

    field_type: FieldType
    tangent: bool = False
    unit_x: float = 1.0
    unit_y: float = 1.0
    width: int = 32
    n_layers: int = 5
    n_heads: int = 4
    n_channels: int = 16
    pair_width: int = 16
    max_order: int = 1
    graph: AbstractGraph = CompleteGraph()
    n_tokens: int = 0
    rematerialise: bool = False
    half_precision: bool = False

    def __check_init__(self) -> None:
        kind = self.field_type
        spaces = kind.domain, kind.codomain
        if [type(space) for space in spaces] not in ([Sphere, Euclidean], [Euclidean, Sphere]):
            raise ValueError(
                "expected a sphere as domain or as codomain and the other Euclidean, "
                f"got {kind.domain} and {kind.codomain}; "
                "for flat fields there is EquivariantTransformer"
            )
        vector = Vector(kind.group.linear_dim)
        if self._is_of_tracks and not (
            kind.fibre == vector
            and isinstance(kind.group, InputOutput)
            and isinstance(kind.group.on_locations, T)
        ):
            raise ValueError(
                "expected values on a sphere as vectors that a group turns apart from locations, "
                "such as InputOutput(T(1), O(3)) on Vector(3), got "
                f"{kind.group} on {kind.fibre}"
            )
        if self.tangent and (self._is_of_tracks or kind.fibre != vector):
            raise ValueError(
                f"expected tangent values as {vector} at locations on a sphere, got {kind.fibre} "
                f"on {kind.domain}; leave tangent=False"
            )
        check_settings(self, units=("unit_x", "unit_y"))
        self._algebra()

    def geometry(self, x: Locations, mask: Mask, context: FieldSample | None = None) -> Any:
        graph = self.graph
        if context is None:
            return self._pairs(x, x, graph.edges(x, x, mask)), None
        given, seen = context.x, context.mask
        pairs = self._pairs(
            x, jnp.concatenate([x, given]), graph.edges_to_both(x, mask, given, seen)
        )
        return pairs, self._pairs(given, given, graph.edges(given, given, seen))

    def forward(
        self,
        noise_scale: Float[Array, ""],
        x: Locations,
        y: Values,
        mask: Mask,
        context: FieldSample | None,
        covariates: Float[Array, "n_points dim_c"] | None,
        geometry: Any,
    ) -> Values:
        # haiku is imported where it is used: importing this library does not load it.
        from geomndp.networks.equivariant_trunk import EquivariantTrunk

        kind, targets = self.field_type, Points.noised(noise_scale, x, y, mask, covariates)
        pairs, pairs_given, given = *geometry, None
        if context is not None:
            given = targets.observed(context)
        if self._is_of_tracks:
            sources = targets if given is None else targets.join(given)
            pairs = self._with_values(pairs, targets, sources)
            pairs_given = None if given is None else self._with_values(pairs_given, given, given)
        trunk = EquivariantTrunk(self._algebra(), self._known, kind.group, kind.fibre, self)
        found = trunk(targets, pairs, given, pairs_given)
        if self._is_of_tracks:
            return kind.codomain.project_tangent(y, found)
        return kind.domain.project_tangent(x, found) if self.tangent else found

    @property
    def _is_of_tracks(self) -> bool:
        return isinstance(self.field_type.codomain, Sphere)

    def _algebra(self) -> Algebra:
        return Algebra.of(self.field_type.group, self.field_type.fibre, self.max_order)

    def _known(self, points: Points) -> list[tuple[AbstractRepresentation, Float[Array, "n dim"]]]:
        """Values, and places where they are vectors too."""
        known = [(self.field_type.fibre, points.y)]
        if not self._is_of_tracks:
            known.append((Vector(points.x.shape[-1]), points.x))
        return known

    def _pairs(
        self,
        x: Float[Array, "n dim"],
        sources: Float[Array, "m dim"],
        edges: AbstractEdges,
    ) -> PairGeometry:
        edges = edges.cheapest(sources.shape[0])
        steps = (edges.gather(sources) - x[:, None]) / self.unit_x
        if self._is_of_tracks:
            return PairGeometry(edges, (), difference_features(steps))
        return PairGeometry(edges, harmonics_of(self._algebra(), steps), distance_features(steps))

    def _with_values(self, pairs: PairGeometry, points: Points, sources: Points) -> PairGeometry:
        """The pairs with the ways from value to value, which change with the values."""
        manifold, edges = self.field_type.codomain, pairs.edges
        ends = edges.gather(sources.y)
        start = jnp.broadcast_to(points.y[:, None], (*edges.weight.shape, ends.shape[-1]))
        # The projected chord: equal to log for near values, and smooth where log is not.
        chord = manifold.project_tangent(start, jnp.broadcast_to(ends, start.shape) - start)
        scale = self._scale(edges, points, sources)
        steps = chord / scale[..., None]
        of_scale = jnp.log(scale)[None]
        invariants = [pairs.invariants, distance_features(steps), of_scale]
        return PairGeometry(
            edges, harmonics_of(self._algebra(), steps), jnp.concatenate(invariants)
        )

    def _scale(
        self, edges: AbstractEdges, points: Points, sources: Points
    ) -> Float[Array, "n seen"]:
        """How far apart two values may be expected: by their noise and their locations."""
        travelled = (edges.gather(sources.x) - points.x[:, None]) * (self.unit_y / self.unit_x)
        noise = points.noise[:, None] ** 2 + edges.gather(sources.noise) ** 2
        return jnp.sqrt(noise + jnp.sum(travelled**2, -1) + (0.05 * self.unit_y) ** 2)
