"""The interface of a score network."""

import abc
from collections.abc import Mapping
from typing import Any, TypeAlias

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.networks.initial_parameters import initial_parameters
from geomndp.typing import Key, Locations, Mask, Values

Params: TypeAlias = Mapping[str, Mapping[str, Array]]
"""Parameters of a network: module name, parameter name, array."""


class AbstractNetwork(eqx.Module):
    r"""A score network: immutable settings, and a pure pair `init`/`apply` over its parameters.

    What it returns is the score in units of the inverse noise scale, so of order one at every
    time; the model multiplies. Implementations keep this law for every g of the group of
    `field_type`, and for padding: `apply` at (gx, gy) is g applied to `apply` at (x, y), and no
    result at a real point depends on a padded one, beyond rounding.

    Anything that is differentiable in its parameters can be made one: a plain haiku function by
    `HaikuNetwork`, a module of another library by the three methods of this class.

    Example:
        >>> import equinox as eqx, jax, jax.numpy as jnp, geomndp as gn
        >>> class Pointwise(gn.networks.AbstractNetwork):  # a module of equinox
        ...     field_type: gn.FieldType
        ...     def init(self, key, sample):
        ...         mlp = eqx.nn.MLP(sample.y.shape[-1], sample.y.shape[-1], 16, 2, key=key)
        ...         return {"mlp": dict(enumerate(jax.tree.leaves(eqx.filter(mlp, eqx.is_array))))}
        ...     def geometry(self, x, mask, context=None):
        ...         return None
        ...     def apply(self, params, noise_scale, x, y, mask, context=None, covariates=None,
        ...               geometry=None):
        ...         dim = y.shape[-1]
        ...         mlp = eqx.filter_eval_shape(eqx.nn.MLP, dim, dim, 16, 2, key=jax.random.key(0))
        ...         arrays, rest = eqx.partition(mlp, lambda a: isinstance(a, jax.ShapeDtypeStruct))
        ...         arrays = jax.tree.unflatten(jax.tree.structure(arrays), params["mlp"].values())
        ...         return jax.vmap(eqx.combine(arrays, rest))(y)
        >>> network = Pointwise(gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2)))
        >>> sample = gn.FieldSample(jnp.zeros((5, 1)), jnp.ones((5, 2)))
        >>> params = network.init(jax.random.key(0), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (5, 2)
    """

    field_type: eqx.AbstractVar[FieldType]

    @abc.abstractmethod
    def init(self, key: Key, sample: FieldSample) -> Params:
        """Fresh parameters, for fields like `sample`, which serves as target and as context."""

    @abc.abstractmethod
    def geometry(self, x: Locations, mask: Mask, context: FieldSample | None = None) -> Any:
        """What `apply` needs of the locations alone, such as the neighbours of each: arrays.

        A score finds it once for a set of points and gives it to every evaluation there. None for
        a network that keeps nothing of the kind.
        """

    @abc.abstractmethod
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
        """The score in units of the inverse noise scale, a tangent vector at each value.

        Arguments:
            params: Parameters, from `init` or from training.
            noise_scale: Standard deviation of the noise in y.
            x: Locations.
            y: Noised values.
            mask: True at real points.
            context: Observations of the same field, free of noise, on which to condition.
            covariates: Invariant numbers per point.
            geometry: What `geometry` gave for these locations; found anew when left out.
        """


class AbstractHaikuNetwork(AbstractNetwork):
    """A score network that is computed inside `haiku.transform`.

    Example:
        >>> import jax, jax.numpy as jnp, haiku as hk, geomndp as gn
        >>> class Pointwise(gn.networks.AbstractHaikuNetwork):
        ...     field_type: gn.FieldType
        ...     def geometry(self, x, mask, context=None):
        ...         return None
        ...     def forward(self, noise_scale, x, y, mask, context, covariates, geometry):
        ...         return hk.nets.MLP([16, y.shape[-1]])(y)
        >>> network = Pointwise(gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2)))
        >>> sample = gn.FieldSample(jnp.zeros((5, 1)), jnp.ones((5, 2)))
        >>> params = network.init(jax.random.key(0), sample)
        >>> sorted(params)
        ['mlp/~/linear_0', 'mlp/~/linear_1']
    """

    @abc.abstractmethod
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
        """The computation, inside `haiku.transform`."""

    def init(self, key: Key, sample: FieldSample) -> Params:
        self._check(sample.x, sample.y, sample)
        one = jnp.ones((), sample.y.dtype)
        x, y, mask, covariates = sample.x, sample.y, sample.mask, sample.covariates
        geometry = self.geometry(x, mask, sample)
        return initial_parameters(self.forward, key, one, x, y, mask, sample, covariates, geometry)

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
        import haiku as hk

        self._check(x, y, context)
        geometry = self.geometry(x, mask, context) if geometry is None else geometry
        transformed = hk.without_apply_rng(hk.transform(self.forward))
        return transformed.apply(params, noise_scale, x, y, mask, context, covariates, geometry)

    def _check(self, x: Locations, y: Values, context: FieldSample | None) -> None:
        """Refuse what is no field of this kind, or a context of no points."""
        kind = self.field_type
        parts = {"x": (x, kind.dim_x), "y": (y, kind.dim_y)}
        if context is not None:
            parts |= {"x of the context": (context.x, kind.dim_x)}
            parts |= {"y of the context": (context.y, kind.dim_y)}
            if context.n_points == 0:
                raise ValueError(
                    "expected a context of at least one point, got one of none; "
                    "leave it out, or mask its points"
                )
        for name, (values, dim) in parts.items():
            if values.shape[-1] != dim:
                raise ValueError(
                    f"expected {name} with {dim} coordinates, as the fields of the network have, "
                    f"got {values.shape[-1]}"
                )
