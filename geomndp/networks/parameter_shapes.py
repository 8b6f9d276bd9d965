"""The shapes of a network's parameters, of which nothing is computed."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from geomndp.fields import FieldSample
from geomndp.networks.base import AbstractNetwork

Shapes = dict[tuple[str, str], tuple[int, ...]]
"""By module and name of the parameter."""


def parameter_shapes(network: AbstractNetwork, n_covariates: int = 0) -> Shapes:
    """The shapes of the parameters of a network, for fields of its type.

    Arguments:
        network: The network.
        n_covariates: Numbers that points carry besides their values.

    Example:
        >>> import geomndp as gn
        >>> from geomndp.networks.parameter_shapes import parameter_shapes
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(1))
        >>> network = gn.networks.RotaryTransformer(kind, width=8, n_layers=1, n_heads=2)
        >>> parameter_shapes(network)["readout", "w"]
        (8, 1)
    """
    kind = network.field_type
    covariates = jnp.zeros((2, n_covariates)) if n_covariates else None
    x, y = jnp.zeros((2, kind.dim_x)), jnp.zeros((2, kind.dim_y))
    sample = FieldSample(x, y, covariates=covariates)
    return shapes_of(jax.eval_shape(network.init, jax.random.key(0), sample))


def shapes_of(params: Mapping[str, Mapping[str, Any]]) -> Shapes:
    """The shapes of parameters, or of what stands for them.

    Example:
        >>> import jax.numpy as jnp
        >>> from geomndp.networks.parameter_shapes import shapes_of
        >>> shapes_of({"readout": {"b": jnp.zeros(3)}})
        {('readout', 'b'): (3,)}
    """
    return {
        (module, name): array.shape
        for module, arrays in params.items()
        for name, array in arrays.items()
    }
