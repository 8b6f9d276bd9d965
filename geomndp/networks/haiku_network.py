"""A plain haiku function as a network."""

from collections.abc import Callable
from typing import Any

from jaxtyping import Array, Float

from geomndp.fields import FieldSample, FieldType
from geomndp.networks.base import AbstractHaikuNetwork
from geomndp.typing import Locations, Mask, Values


class HaikuNetwork(AbstractHaikuNetwork):
    """A network of your own, given as a function that builds haiku modules.

    Whether it is equivariant is up to the function: `testing.assert_equivariant` tells. A model
    with it trains, samples and scores as any other, but is not saved by `TrainedProcess.save`,
    which stores no code; keep its parameters by a tool of your own.

    Arguments:
        field_type: The fields.
        function: Of the noise scale, x, y, the mask, the context (or None) and the covariates (or
            None), as in `AbstractNetwork.apply`; returns an array of the shape of y.

    Example:
        >>> import jax, jax.numpy as jnp, haiku as hk, geomndp as gn
        >>> def mean_and_value(noise_scale, x, y, mask, context, covariates):
        ...     mean = jnp.mean(y, 0, where=mask[:, None], keepdims=True)
        ...     scale = jnp.full_like(y[:, :1], noise_scale)
        ...     inputs = jnp.concatenate([y, jnp.broadcast_to(mean, y.shape), scale], -1)
        ...     return hk.nets.MLP([32, y.shape[-1]])(inputs)
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2))
        >>> network = gn.networks.HaikuNetwork(kind, mean_and_value)
        >>> sample = gn.FieldSample(jnp.zeros((5, 1)), jnp.ones((5, 2)))
        >>> params = network.init(jax.random.key(0), sample)
        >>> network.apply(params, jnp.array(0.1), sample.x, sample.y, sample.mask).shape
        (5, 2)
    """

    field_type: FieldType
    function: Callable[..., Values]

    def __check_init__(self) -> None:
        if not (isinstance(self.field_type, FieldType) and callable(self.function)):
            raise ValueError(
                "expected a field type and a function of noise_scale, x, y, mask, context and "
                f"covariates, got {type(self.field_type).__name__} and "
                f"{type(self.function).__name__}"
            )

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
        value = self.function(noise_scale, x, y, mask, context, covariates)
        if getattr(value, "shape", None) != y.shape:
            raise ValueError(
                f"expected the function to return an array of the shape of y, {y.shape}, got "
                f"{getattr(value, 'shape', value)!r}"
            )
        return value
