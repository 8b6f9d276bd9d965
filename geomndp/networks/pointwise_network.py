"""A network for values that have nothing to do with one another."""

from typing import Any

from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.networks.base import AbstractHaikuNetwork
from geomndp.networks.settings import check_settings
from geomndp.representations import Trivial
from geomndp.typing import Locations, Mask, Values


class PointwiseNetwork(AbstractHaikuNetwork):
    r"""A residual network of each value by itself: locations and other points play no part.

    With it a model of fields is one of independent values, and a field of one point is a draw from
    a density on the manifold of values. A context tells nothing of other values, and is left alone.

    A value enters by its coordinates and by waves of them, of wavelengths from
    $4 \cdot 2^{-n_{\text{octaves}}}$ to 4, each damped as noise of the present size damps it on
    average, so that short waves fade where they could tell nothing. The output is a tangent vector,
    made of fields that span the tangent spaces.

    Arguments:
        field_type: The fields; the group must leave values alone.
        width: Features per point.
        n_layers: Number of residual blocks.
        n_octaves: Number of wavelengths, each half of the one before.

    Raises:
        ValueError: If the group moves values, or a size is not positive.

    References:
        For damped waves, Barron et al. (2021), *Mip-NeRF*, arXiv:2103.13415, equation 14.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3), codomain=globe)
        >>> network = gn.networks.PointwiseNetwork(kind, width=8, n_layers=1)
        >>> y = globe.random_uniform((5,), key=jax.random.key(0))
        >>> sample = gn.FieldSample(jnp.zeros((5, 1)), y)
        >>> params = network.init(jax.random.key(1), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (5, 3)
    """

    field_type: FieldType
    width: int = 128
    n_layers: int = 3
    n_octaves: int = 6

    def __check_init__(self) -> None:
        if not isinstance(self.field_type.fibre, Trivial):
            raise ValueError(
                "expected a field type whose group leaves values alone, as with the fibre Trivial, "
                f"got {self.field_type.fibre}; this network sees coordinates as plain numbers"
            )
        check_settings(self, units=(), shared=())

    def geometry(self, x: Locations, mask: Mask, context: FieldSample | None = None) -> None:
        return None

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
        import jax
        import jax.numpy as jnp

        from geomndp.networks.features import damped_waves
        from geomndp.networks.layer_norm import layer_norm
        from geomndp.networks.noise_features import noise_features
        from geomndp.networks.points import Points, noise_variance

        manifold = self.field_type.codomain
        points = Points.noised(noise_scale, x, y, mask, covariates)
        waves = damped_waves(y, noise_variance(manifold, points), self.n_octaves)
        noise = noise_features(points)
        known = [y, waves, noise] + ([] if covariates is None else [covariates])
        features = hk.Linear(self.width, name="embedding")(jnp.concatenate(known, -1))
        for number in range(self.n_layers):
            normal = jnp.concatenate([layer_norm(f"norm_{number}")(features), noise], -1)
            mlp = hk.nets.MLP([2 * self.width, self.width], activation=jax.nn.silu)
            features = features + mlp(normal)
        fields = manifold.spanning_fields(y)
        # Coefficients start at 0, so that training starts from the score 0.
        zero = hk.initializers.Constant(0.0)
        readout = hk.Linear(fields.shape[-2], w_init=zero, name="readout")
        return jnp.einsum("nk,nkd->nd", readout(layer_norm("norm")(features)), fields)
