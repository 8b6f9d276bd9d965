"""A network for fields of which some numbers were not observed."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.manifolds import AbstractManifold, Euclidean, Product
from geomndp.networks.base import AbstractNetwork, Params
from geomndp.networks.rotary_transformer import RotaryTransformer
from geomndp.representations import Trivial
from geomndp.typing import Key, Locations, Mask, Values


class MissingValues(AbstractNetwork):
    r"""A network that takes no notice of missing values: covariates say which these are.

    The last coordinates of a value, which are flat, may be missing at some points; as many of the
    last covariates are 1 where they are known and 0 where they are not. A missing number is
    written as 0. The network inside is given 0 in its place, at noised points and in the context,
    so that nothing depends on it; and the score at it is that of a number which was 0 and has
    diffused by Brownian motion since, $-y/\tau$. This is exact: the loss at a missing number is 0,
    whatever the parameters, and its share of a log-density is that of a normal law about 0 with
    the clock at `t_min` as variance, whatever else was observed.

    It is for `sde.BrownianMotion`, with `parametrisations.TangentScore`.

    Arguments:
        network: The network, for values that no group moves.
        n_values: How many of the last coordinates may be missing.

    Raises:
        ValueError: If the group moves values, the network fits a harmonic series, or the last
            `n_values` coordinates are not those of flat space.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> flat = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2))
        >>> inside = gn.networks.TranslationInvariantTransformer(flat, width=8, n_heads=2)
        >>> network = gn.networks.MissingValues(inside, n_values=1)
        >>> known = jnp.array([[1.0], [0.0], [1.0]])
        >>> sample = gn.FieldSample(jnp.arange(3.0)[:, None], jnp.ones((3, 2)), covariates=known)
        >>> params = network.init(jax.random.key(0), sample)
        >>> score = network.apply(
        ...     params, jnp.array(0.5), sample.x, sample.y, sample.mask, covariates=known
        ... )
        >>> float(score[1, 1])  # - y / noise scale
        -2.0
    """

    network: AbstractNetwork
    n_values: int

    def __init__(self, network: AbstractNetwork, n_values: int = 1):
        self.network = network
        self.n_values = n_values

    def __check_init__(self) -> None:
        kind = self.network.field_type
        if not isinstance(kind.fibre, Trivial):
            raise ValueError(
                "expected a network whose group leaves values alone, as with the fibre Trivial, "
                f"got {kind.fibre}"
            )
        if isinstance(self.network, RotaryTransformer) and self.network.periods is not None:
            raise ValueError(
                "expected a network that fits no harmonic series, for which all numbers are to be "
                f"known, got periods={self.network.periods}; leave them out"
            )
        flat = _last_factor(kind.codomain)
        if not (isinstance(flat, Euclidean) and 1 <= self.n_values <= flat.dim):
            raise ValueError(
                f"expected values whose last n_values={self.n_values} coordinates are flat, got "
                f"{kind.codomain}; put a Euclidean factor last"
            )

    @property
    def field_type(self) -> FieldType:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The fields of the network inside."""
        return self.network.field_type

    def init(self, key: Key, sample: FieldSample) -> Params:
        return self.network.init(key, self._without_missing(sample))

    def geometry(self, x: Locations, mask: Mask, context: FieldSample | None = None) -> Any:
        return self.network.geometry(x, mask, context)

    def apply(
        self,
        params: Params,
        noise_scale: Float[Array, ""],
        x: Locations,
        y: Values,
        mask: Mask,
        context: FieldSample | None = None,
        covariates: Float[Array, "n_points dim_c"] | None = None,
        geometry: Any = None,
    ) -> Values:
        known = self._known(covariates, y.shape[-1])
        context = None if context is None else self._without_missing(context)
        seen = jnp.where(known, y, 0)
        found = self.network.apply(
            params, noise_scale, x, seen, mask, context, covariates, geometry
        )
        return jnp.where(known, found, -y / noise_scale)

    def _without_missing(self, sample: FieldSample) -> FieldSample:
        known = self._known(sample.covariates, sample.y.shape[-1])
        return eqx.tree_at(lambda s: s.y, sample, jnp.where(known, sample.y, 0))

    def _known(
        self, covariates: Float[Array, "n_points dim_c"] | None, dim_y: int
    ) -> Bool[Array, "n_points dim_y"]:
        """Which coordinates were observed.

        Raises:
            ValueError: If covariates do not say it.
        """
        n_given = 0 if covariates is None else covariates.shape[-1]
        if covariates is None or n_given < self.n_values:
            raise ValueError(
                f"expected at least {self.n_values} covariates, the last {self.n_values} of which "
                f"say what is known, got {n_given}"
            )
        known = covariates[:, -self.n_values :] > 0.5
        return jnp.pad(known, [(0, 0), (dim_y - self.n_values, 0)], constant_values=True)


def _last_factor(manifold: AbstractManifold) -> AbstractManifold:
    return _last_factor(manifold.factors[-1]) if isinstance(manifold, Product) else manifold
