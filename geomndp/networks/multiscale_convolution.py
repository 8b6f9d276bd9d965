"""Convolutions at several scales, equivariant under rigid motions."""

import math
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.groups import InputOutput, SpaceTime
from geomndp.networks.base import AbstractHaikuNetwork
from geomndp.networks.euclidean_fields import check_euclidean, known_of_points
from geomndp.networks.kinds import Algebra
from geomndp.networks.multiscale_geometry import MultiscaleGeometry, multiscale_geometry
from geomndp.networks.points import Points
from geomndp.networks.settings import check_settings
from geomndp.typing import Locations, Mask, Values


class MultiscaleConvolution(AbstractHaikuNetwork):
    r"""Convolutions over all points through Gaussian windows of several sizes, under E(d) or below.

    For fields that are smooth over many points, such as those on a grid. To tell such a field from
    noise is to smooth it, over as far as the noise asks for: that is what the windows do, each of
    which carries a few channels of every kind through the solid harmonics of the way to a point.
    The windows depend on the locations alone, so that a layer is a product of a few constant
    matrices with what the points hold. How many points there are in each window is known at every
    point, and the noise there; points of a context are seen like the others, with noise 0.

    Values stay linear in what they were, with coefficients that invariants set, as the score of a
    Gaussian process is; of the values themselves the coefficients see products.

    Memory for the windows grows with the square of the number of points: for a plane, 80 bytes for
    each pair in single precision and with four windows.

    Arguments:
        field_type: The fields: of a group of motions of Euclidean space, without a clock.
        unit_x: A typical distance over which fields change, in the unit of x.
        width: Invariant features per point.
        n_layers: Number of layers.
        n_channels: Channels of each kind beside invariant features.
        n_carried: Of these, how many are carried through each window.
        scales: Sizes of the windows, standard deviations in units of `unit_x`.
        max_order: The highest order of what points hold: 1 for vectors, 2 for symmetric matrices;
            in the plane any. Harmonics go to twice that order, to 2 at most where d is not 2.

    Raises:
        ValueError: If the domain or codomain is curved, there is a clock, a size, unit or scale is
            not positive, or there are no scales.

    References:
        Convolutions on scattered points with the density beside them are those of Gordon et al.
        (2020), *Convolutional conditional neural processes*, arXiv:1910.13556, section 4, made
        equivariant as in Holderrieth, Hutchinson and Teh (2021), *Equivariant learning of
        stochastic fields*, arXiv:2011.12916, without their grid.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> wind = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
        >>> network = gn.networks.MultiscaleConvolution(wind, width=8, n_layers=1, n_channels=4)
        >>> sample = gn.FieldSample(jnp.eye(2), jnp.ones((2, 2)))
        >>> params = network.init(jax.random.key(0), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (2, 2)
    """

    field_type: FieldType
    unit_x: float = 1.0
    width: int = 32
    n_layers: int = 6
    n_channels: int = 16
    n_carried: int = 3
    scales: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0)
    max_order: int = 1

    def __check_init__(self) -> None:
        kind = self.field_type
        check_euclidean(kind)
        if isinstance(kind.group, InputOutput | SpaceTime):
            raise ValueError(
                f"expected a group of motions of space alone, got {kind.group}; for fields that "
                "change in time there is EquivariantTransformer, for values on a sphere "
                "SphereEquivariant"
            )
        check_settings(self, units=("unit_x",), shared=())
        if not (self.scales and all(0 < scale < math.inf for scale in self.scales)):
            raise ValueError(f"expected positive finite scales, got scales={self.scales}")
        self._algebra()

    def geometry(
        self, x: Locations, mask: Mask, context: FieldSample | None = None
    ) -> MultiscaleGeometry:
        if context is not None:
            x, mask = jnp.concatenate([x, context.x]), jnp.concatenate([mask, context.mask])
        return multiscale_geometry(self._algebra(), x / self.unit_x, mask, self.scales)

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
        import haiku as hk

        from geomndp.networks.equivariant_embedding import EquivariantEmbedding, known_parts
        from geomndp.networks.equivariant_readout import EquivariantReadout
        from geomndp.networks.multiscale_layer import MultiscaleLayer
        from geomndp.networks.noise_features import noise_features

        kind, algebra = self.field_type, self._algebra()
        points = Points.noised(noise_scale, x, y, mask, covariates)
        if context is not None:
            points = points.join(points.observed(context))
        n_points, n_found = points.x.shape[0], geometry.density.shape[0]
        if n_found != n_points:
            raise ValueError(
                f"expected the geometry of these {n_points} points, those of the context among "
                f"them, got one of {n_found}; find it by network.geometry(x, mask, context)"
            )
        # Padding may be far from all that is real.
        crowd = jnp.log(jnp.maximum(geometry.density, 1))
        points = points.told(crowd)
        known = known_of_points(kind, points, self.unit_x)
        scalars, first = known_parts(algebra, kind.group, known)
        state = EquivariantEmbedding(algebra, self.width, self.n_channels)(points, scalars, first)
        unchanged = jnp.concatenate([noise_features(points), crowd], -1)

        def layer(state):
            return MultiscaleLayer(algebra, self.n_carried)(state, unchanged, geometry)

        state = hk.layer_stack(self.n_layers)(layer)(state)
        return EquivariantReadout(algebra, kind.fibre)(state, first)[: x.shape[0]]

    def _algebra(self) -> Algebra:
        return Algebra.of(self.field_type.group, self.field_type.fibre, self.max_order)
