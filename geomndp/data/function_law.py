"""What a law of functions of one variable tells."""

import abc
import math
from typing import TypeAlias

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float

from geomndp.typing import Key, Locations, Mask, Values

Places: TypeAlias = Float[np.ndarray, "n_points dim_x"]
PerPoint: TypeAlias = Float[np.ndarray, " n_points"]


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

    def log_prob(
        self,
        x: Locations,
        y: Values,
        noise: float | Float[np.ndarray | Array, " n_points"],
        *,
        negligible: float = -math.inf,
    ) -> float:
        """Log-density of the values of one function with white noise added to them, in nats.

        In double precision by numpy, so that it cannot be traced. Padding is not known here:
        leave it out, as `x[mask]`. Values in single precision have errors of their own, which tell
        where the noise is below some 1e-5 of them.

        Arguments:
            x: Locations, all of real points.
            y: The values, one at each location, with their noise.
            noise: Its standard deviation, of all values or of each.
            negligible: Below this it may be told as minus infinity, which can be found sooner.

        Raises:
            ValueError: If there is not one finite value at each location, the noise is not of all
                values or of each, or is negative, or vanishes where values have none of their own
                and so no density.
        """
        places, values = np.asarray(x, np.float64), np.asarray(y, np.float64)
        if places.ndim != 2:
            raise ValueError(f"expected x of shape (n_points, dim_x), got {places.shape}")
        if values.shape != (len(places), 1):
            raise ValueError(f"expected y of shape ({len(places)}, 1), got {values.shape}")
        if not (np.isfinite(places).all() and np.isfinite(values).all()):
            raise ValueError("expected finite locations and values, got others among x or y")
        deviations = np.asarray(noise, np.float64)
        if deviations.shape not in ((), values.shape[:1]):
            raise ValueError(
                f"expected the noise of all values or of each of {len(values)}, got numbers of "
                f"shape {deviations.shape}"
            )
        if not (np.isfinite(deviations).all() and (deviations >= 0).all()):
            raise ValueError(f"expected noise of a finite standard deviation, got {noise}")
        of_each = np.broadcast_to(deviations, values.shape[:1])
        return self._log_prob(places, values[:, 0], of_each, negligible)

    @abc.abstractmethod
    def _log_prob(self, x: Places, y: PerPoint, noise: PerPoint, negligible: float) -> float:
        """As `log_prob`, of what was found to be values and noise."""


def check_noised_function(x: Places, noise: PerPoint, least: float = 0.0) -> None:
    """Refuse what is not of a function of one variable, with noise wherever it has none itself."""
    if x.shape[1] != 1:
        raise ValueError(f"expected x of shape ({len(x)}, 1), got {x.shape}")
    if not (noise > least).all():
        raise ValueError(
            f"expected noise of more than {least:g} in every value, as functions without it have "
            f"no density, got {noise.min():g}; give the standard deviation of yours, or that of a "
            "model (experiments.first_noise)"
        )
