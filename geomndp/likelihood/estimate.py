"""A number of nats, with its error."""

from typing import NamedTuple

import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float


class LikelihoodEstimate(NamedTuple):
    """An estimate in nats, with the standard error that its random numbers give it.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.likelihood.LikelihoodEstimate(jnp.array(-12.0), jnp.array(0.1)).value.item()
        -12.0
    """

    value: Float[Array, ""]
    standard_error: Float[Array, ""]


def check_finite(value: Float[Array, "..."], what: str) -> None:
    """Refuse a result that is not finite, where it is known.

    Raises:
        ValueError: If it is not.
    """
    if isinstance(value, Tracer):
        return
    if not np.isfinite(np.asarray(value)).all():
        raise ValueError(
            f"expected a finite {what}, got {value}: a value of the field or the score is not "
            "finite, or the score so wrong that the flow diverges or takes too many steps; look at "
            "the score at a few times"
        )
