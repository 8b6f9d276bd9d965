"""What a law of functions of one variable tells."""

import abc
import math

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float

from geomndp.typing import Key, Locations, Mask, Values


class AbstractFunctionLaw(eqx.Module):
    """A law of functions with one value.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> law: gn.data.AbstractFunctionLaw = gn.data.Sawtooth()
        >>> x = jnp.linspace(-2, 2, 50)[:, None]
        >>> y = law.sample(x, key=jax.random.key(0))
        >>> f"{law.log_prob(x, y, 0.01) / 50:.1f} nats for each value"
        '3.3 nats for each value'
    """

    @property
    @abc.abstractmethod
    def variance(self) -> float:
        """Mean square of a value, with its noise."""

    @property
    def is_stationary(self) -> bool:
        """Whether the law is invariant to translations."""
        return True

    @abc.abstractmethod
    def sample(self, x: Locations, mask: Mask | None = None, *, key: Key) -> Values:
        """Values of one function at locations; at padding they are of no meaning."""

    @abc.abstractmethod
    def log_prob(
        self,
        x: Locations,
        y: Values,
        noise: float | Float[np.ndarray | Array, " n_points"],
        *,
        negligible: float = -math.inf,
    ) -> float:
        """Log-density of the values of one function with white noise added to them, in nats.

        Arguments:
            x: Locations, each of a real point.
            y: The values, with their noise.
            noise: Its standard deviation, of all values or of each.
            negligible: Below this it may be told as minus infinity, which can be found sooner.

        Raises:
            ValueError: If the noise is negative, or 0 where values have none of their own and so
                no density.
        """


def check_noise(
    noise: float | Float[np.ndarray | Array, " n_points"], n_points: int, *, may_vanish: bool
) -> Float[np.ndarray, " n_points"]:
    """The noise of each value, in double precision, once it is found to be one."""
    of_each = np.broadcast_to(np.asarray(noise, np.float64), (n_points,))
    if not (np.isfinite(of_each).all() and (of_each >= 0).all()):
        raise ValueError(f"expected noise of no negative standard deviation, got {noise}")
    if not may_vanish and not of_each.all():
        raise ValueError(
            f"expected noise in every value, as functions have no density, got {noise}"
        )
    return of_each
