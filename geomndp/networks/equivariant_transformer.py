"""A transformer that is equivariant under rigid motions, in any dimension."""

from functools import partial
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.groups import InputOutput, SpaceTime
from geomndp.networks.base import AbstractHaikuNetwork
from geomndp.networks.edges import AbstractEdges
from geomndp.networks.euclidean_fields import check_euclidean, known_of_points
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
from geomndp.typing import Locations, Mask, Values


class EquivariantTransformer(AbstractHaikuNetwork):
    r"""Attention over the points of a field, equivariant under E(d), SE(d) or a group between.

    Every point holds invariant features, and channels of vectors and of values of higher order.
    Weights of attention and gates are invariants, of distances, of features, and of inner products
    between vectors and directions; messages are products of what is carried with harmonics of the
    direction. Everything is written in the dimension of the fields, by constant matrices that
    `representations.intertwiners` finds from the group and the fibre; so values may be of any
    fibre, such as `Vector(2) + Trivial(1)`.

    Under a group with reflections values that are odd under them are kept apart from even ones.
    Under one without, the products that turn the one into the other are there as well, such as the
    quarter turn and the cross product: chirality is seen. (In four dimensions and more these are
    not bilinear, and a network for SE(d) keeps the reflections too.) What a smaller group leaves in
    place, up to `max_order`, is an input at every point: the axes under T(d), and under D(4) a
    value of order 4. A clock beside space, as of `SpaceTime(E(2))`, enters by its differences.

    Arguments:
        field_type: The fields: of a group of motions of Euclidean space, or `SpaceTime` of one.
        unit_x: A typical distance over which fields change, in the unit of x.
        unit_time: The same in time, for `SpaceTime`.
        width: Invariant features per point, a multiple of `n_heads`.
        n_layers: Number of attention layers.
        n_heads: Attention heads per layer.
        n_channels: Channels of each kind beside invariant features, a multiple of `n_heads`.
        pair_width: Features per pair of points.
        max_order: The highest order of what points hold: 1 for vectors, 2 for symmetric matrices;
            in the plane any. Harmonics go to twice that order, to 2 at most where d is not 2.
        graph: Which points attend to which: all, if left out.
        n_tokens: Inducing tokens, through which all points see one another at linear cost whatever
            the graph.
        rematerialise: Whether gradients compute layers again instead of keeping what they need:
            less memory for about a third more time.
        half_precision: Whether products are in bfloat16, with sums in float32: for accelerators.

    Raises:
        ValueError: If the domain or codomain is curved, a size or unit is not positive, or `width`
            or `n_channels` is no multiple of `n_heads`.

    References:
        The group convolutions are those of Thomas et al. (2018), *Tensor field networks*,
        arXiv:1802.08219, as attention with invariant weights as in Fuchs et al. (2020), *SE(3)-
        transformers*, arXiv:2006.10503.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> wind = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
        >>> network = gn.networks.EquivariantTransformer(wind, width=8, n_layers=1, n_channels=4)
        >>> sample = gn.FieldSample(jnp.eye(2), jnp.ones((2, 2)))
        >>> params = network.init(jax.random.key(0), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (2, 2)
    """

    field_type: FieldType
    unit_x: float = 1.0
    unit_time: float = 1.0
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
        check_euclidean(kind)
        if isinstance(kind.group, InputOutput):
            raise ValueError(
                f"expected a group that acts on locations and values together, got {kind.group}; "
                "for values on a sphere there is SphereEquivariant"
            )
        check_settings(self, units=("unit_x", "unit_time"))
        self._algebra()

    def geometry(self, x: Locations, mask: Mask, context: FieldSample | None = None) -> Any:
        graph, x = self.graph, self._places(x)
        if context is None:
            return self._pairs(x, x, graph.edges(x, x, mask)), None
        given, seen = self._places(context.x), context.mask
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

        targets = Points.noised(noise_scale, x, y, mask, covariates)
        given = None if context is None else targets.observed(context)
        kind = self.field_type
        known = partial(known_of_points, kind, unit_x=self.unit_x)
        trunk = EquivariantTrunk(self._algebra(), known, kind.group, kind.fibre, self)
        return trunk(targets, geometry[0], given, geometry[1])

    def _algebra(self) -> Algebra:
        return Algebra.of(self.field_type.group, self.field_type.fibre, self.max_order)

    def _places(self, x: Float[Array, "n dim"]) -> Float[Array, "n dim"]:
        """Locations in which distances are Euclidean: times in the unit of space."""
        dim = self.field_type.group.linear_dim
        return jnp.concatenate([x[:, :dim], x[:, dim:] * (self.unit_x / self.unit_time)], -1)

    def _pairs(
        self,
        places: Float[Array, "n dim"],
        sources: Float[Array, "m dim"],
        edges: AbstractEdges,
    ) -> PairGeometry:
        dim, algebra = self.field_type.group.linear_dim, self._algebra()
        edges = edges.cheapest(sources.shape[0])
        steps = (edges.gather(sources) - places[:, None]) / self.unit_x
        invariants = distance_features(steps[..., :dim])
        if isinstance(self.field_type.group, SpaceTime):
            invariants = jnp.concatenate([invariants, difference_features(steps[..., dim:])])
        return PairGeometry(edges, harmonics_of(algebra, steps[..., :dim]), invariants)
