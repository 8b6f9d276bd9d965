"""Message passing with features that turn with plane or space."""

import math
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.groups import SE, SO, E, O
from geomndp.networks.base import AbstractHaikuNetwork
from geomndp.networks.euclidean_fields import check_euclidean
from geomndp.networks.plane_in_space import Steering
from geomndp.networks.settings import check_settings
from geomndp.typing import Locations, Mask, Values


class SteerableViews(NamedTuple):
    """What the locations determine: how targets see all points, and the context itself."""

    of_targets: Any
    of_context: Any


class SteerableNetwork(AbstractHaikuNetwork):
    r"""Tensor-product convolutions over neighbours, equivariant to rotations and reflections.

    The equivariant network of Mathieu, Dutordoir, Hutchinson et al. (2023), *Geometric neural
    diffusion processes*, arXiv:2307.05431, whose configuration is the default: features are
    irreducible kinds of O(3), multiplied by spherical harmonics of the direction to a neighbour,
    with Clebsch-Gordan coefficients from e3nn (Geiger and Smidt 2022, arXiv:2207.09453). A plane
    is taken as one of space, on which the mirror in the plane acts trivially: there `0o` is always
    0, and of `1e` only the component along the normal is not. Values enter and leave by
    equivariant maps of their own fibre, so that a wind is a polar vector, and the network is not
    odd in y. Without reflections in the group it tells left from right.

    Sums over neighbours are smooth in the locations, also where a neighbour enters or leaves. A
    context is a second set of points, free of noise, which the noised points have for neighbours
    too; context points see only one another.

    Arguments:
        field_type: The fields, of E(d), SE(d), O(d) or SO(d) with d of 2 or 3.
        unit_x: A typical distance between locations, in the unit of x.
        irreps: Features per point, in e3nn's notation: `0e` among them.
        n_layers: Number of convolutions.
        max_degree: The highest degree of the harmonics.
        n_neighbours: Sources of each point, the nearest; None for all.
        radius: How far away they may be at most, a length in units of `unit_x`; None for any.

    Raises:
        ValueError: If the group is another, locations or values are not of Euclidean space, a
            size or unit is not positive, or `irreps` has no `0e` or cannot hold the values.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> wind = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
        >>> network = gn.networks.SteerableNetwork(wind, irreps="4x0e + 2x1o", n_layers=1)
        >>> sample = gn.FieldSample(jnp.arange(10.0).reshape(5, 2), jnp.ones((5, 2)))
        >>> params = jax.jit(network.init)(jax.random.key(0), sample)
        >>> score = jax.jit(network.apply)
        >>> score(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (5, 2)
    """

    field_type: FieldType
    unit_x: float = 1.0
    irreps: str = "12x0e + 12x0o + 4x1e + 4x1o"
    n_layers: int = 5
    max_degree: int = 2
    n_neighbours: int | None = 20
    radius: float | None = 2.0

    def __check_init__(self) -> None:
        kind = self.field_type
        if not (isinstance(kind.group, E | SE | O | SO) and kind.group.dim in (2, 3)):
            raise ValueError(
                "expected a field type whose group is E, SE, O or SO of dimension 2 or 3, "
                f"got {kind.group}"
            )
        check_euclidean(kind)
        check_settings(self, units=("unit_x",), shared=())
        if not isinstance(self.max_degree, int) or self.max_degree < 1:
            raise ValueError(f"expected a positive whole max_degree, got {self.max_degree!r}")
        count = self.n_neighbours
        if count is not None and not (isinstance(count, int) and count > 0):
            raise ValueError(
                "expected a positive whole number of neighbours, or None for all points, "
                f"got n_neighbours={count!r}"
            )
        if self.radius is not None and not 0 < self.radius < math.inf:
            raise ValueError(
                f"expected a positive finite radius, or None for any, got radius={self.radius}"
            )
        self._check_irreps()

    def _check_irreps(self) -> None:
        from geomndp.networks.irreps_features import SCALAR, multiplicities

        channels = multiplicities(self.irreps)
        if not channels.get(SCALAR):
            raise ValueError(
                f"expected irreps with scalars, got {self.irreps!r}; add some, as in '8x0e'"
            )
        fibre, steering = self.field_type.fibre, Steering.of(self.field_type.group)
        held = [steering.to_irrep(fibre, *kind).reshape((-1, fibre.dim)) for kind in channels]
        if np.linalg.matrix_rank(np.concatenate(held), tol=1e-6) < fibre.dim:
            raise ValueError(
                f"expected irreps that hold values of {fibre}, got {self.irreps!r}; add kinds of "
                "other parity or higher degree, such as '4x1e' for a pseudoscalar of the plane "
                "or '4x2e' for a symmetric matrix"
            )

    def geometry(
        self, x: Locations, mask: Mask, context: FieldSample | None = None
    ) -> SteerableViews:
        from geomndp.networks.irreps_features import multiplicities
        from geomndp.networks.steerable_view import steerable_view

        kinds = tuple(multiplicities(self.irreps))
        settings = (self.n_neighbours, self.radius, kinds, self.max_degree)
        x = x / self.unit_x
        if context is None:
            return SteerableViews(steerable_view(x, x, mask, *settings), None)
        given = context.x / self.unit_x
        sources, real = jnp.concatenate([x, given]), jnp.concatenate([mask, context.mask])
        return SteerableViews(
            steerable_view(x, sources, real, *settings),
            steerable_view(given, given, context.mask, *settings),
        )

    def forward(
        self,
        noise_scale: Float[Array, ""],
        x: Locations,
        y: Values,
        mask: Mask,
        context: FieldSample | None,
        covariates: Float[Array, "n_points dim_c"] | None,
        geometry: SteerableViews,
    ) -> Values:
        # haiku is imported where it is used: importing this library does not load it.
        from geomndp.networks.irreps_embedding import IrrepsEmbedding, IrrepsReadout
        from geomndp.networks.irreps_features import joined, multiplicities
        from geomndp.networks.noise_features import noise_features
        from geomndp.networks.points import Points
        from geomndp.networks.steerable_layer import SteerableLayer

        kind, steering = self.field_type, Steering.of(self.field_type.group)
        embed = IrrepsEmbedding(
            steering,
            kind.fibre,
            multiplicities(self.irreps),
            self.unit_x if kind.group.fixes_origin else None,
        )
        layers = [SteerableLayer(self.max_degree, name=f"layer_{i}") for i in range(self.n_layers)]
        targets = Points.noised(noise_scale, x, y, mask, covariates)
        observed = None if context is None else targets.observed(context)
        noise = noise_features(targets)
        features = embed(targets, noise)
        if observed is None:
            for layer in layers:
                features = layer(features, features, geometry.of_targets, noise, noise)
        else:
            known = noise_features(observed)
            given = embed(observed, known)
            noises = jnp.concatenate([noise, known])
            for layer in layers:
                features, given = (
                    layer(features, joined(features, given), geometry.of_targets, noise, noises),
                    layer(given, given, geometry.of_context, known, known),
                )
        return IrrepsReadout(steering, kind.fibre)(features, y)
