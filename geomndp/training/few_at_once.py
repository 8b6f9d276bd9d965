"""A function of many fields with memory for few."""

from collections.abc import Callable
from typing import Any

import jax


def of_all(function: Callable[..., Any], n_at_once: int, *arrays: Any) -> Any:
    """A function along the first axis of arrays, by `vmap` of no more than so many at once."""
    if jax.tree.leaves(arrays)[0].shape[0] <= n_at_once:
        return jax.vmap(function)(*arrays)
    return jax.lax.map(lambda each: function(*each), arrays, batch_size=n_at_once)
