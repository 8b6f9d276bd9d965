"""Fresh parameters of haiku networks, without the values that a network would compute with them."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr, jaxpr_as_fun
from jax.interpreters.partial_eval import dce_jaxpr
from jaxtyping import Array

from geomndp.typing import Key


def initial_parameters(
    forward: Callable[..., Any], key: Key, *arguments: Any
) -> Mapping[str, Mapping[str, Array]]:
    """What `haiku.transform(forward).init` gives, up to rounding, in a part of the time.

    Haiku runs the network to learn which parameters it has, and each of its operations is compiled
    by itself. To compile all as one takes long too, for random numbers are drawn in many places.
    Here the network is traced, what its parameters do not need is dropped, and the rest is run.

    Arguments:
        forward: The computation, inside `haiku.transform`.
        key: Random key.
        *arguments: What the computation is given.

    Example:
        >>> import haiku as hk, jax, jax.numpy as jnp
        >>> from geomndp.networks.initial_parameters import initial_parameters
        >>> params = initial_parameters(lambda x: hk.Linear(3)(x), jax.random.key(0), jnp.ones(2))
        >>> params["linear"]["w"].shape
        (2, 3)
    """
    import haiku as hk

    init = hk.transform(forward).init
    whole, shapes = jax.make_jaxpr(init, return_shape=True)(key, *arguments)
    needed, _ = dce_jaxpr(whole.jaxpr, [True] * len(whole.out_avals), instantiate=True)
    drawn = jaxpr_as_fun(ClosedJaxpr(needed, whole.consts))(*jax.tree.leaves((key, *arguments)))
    # Of what is constant the trace has numbers that are no arrays of JAX.
    return jax.tree.unflatten(jax.tree.structure(shapes), list(map(jnp.asarray, drawn)))
