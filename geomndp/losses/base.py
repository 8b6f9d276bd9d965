"""The interface of a loss of a score."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.losses.weightings import AbstractWeighting
from geomndp.sde import AbstractNoisingAtPoints, BoundScore, GeodesicInterpolantAtPoints
from geomndp.typing import Key, Time, Values


class AbstractLoss(eqx.Module):
    """What a score is trained to minimise, for one field at one time.

    Its expectation over fields and noise is least for the score of the noised data. `training.fit`
    averages it over the fields of a batch and over times, drawn as often as they count in the
    weighting.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(jnp.zeros((4, 1)))
        >>> loss: gn.losses.AbstractLoss = gn.losses.DenoisingScoreMatching()
        >>> loss(process, lambda t, y: -y, jnp.zeros((4, 1)), 0.3, key=jax.random.key(0)).shape
        ()
    """

    weighting: eqx.AbstractVar[AbstractWeighting]
    """How much each time counts."""

    @abc.abstractmethod
    def __call__(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y0: Values,
        t: Time,
        *,
        key: Key,
    ) -> Float[Array, ""]:
        """The loss, per real point.

        Arguments:
            process: The noising process at the points of the field.
            score: The score there, `(t, y) -> score`.
            y0: The field's values.
            t: Diffusion time.
            key: Random key, for the noise.
        """


def per_real_point(process: AbstractNoisingAtPoints, total: Float[Array, ""]) -> Float[Array, ""]:
    """A sum over the real points, divided by their number; 0 where there is none."""
    return total / jnp.maximum(jnp.sum(process.mask), 1).astype(total.dtype)


def require_score(process: AbstractNoisingAtPoints, loss: AbstractLoss) -> None:
    """Refuse a process whose "score" is a velocity in another form, and no gradient.

    Raises:
        TypeError: If it is one.
    """
    if isinstance(process, GeodesicInterpolantAtPoints):
        raise TypeError(
            f"expected a diffusion for {type(loss).__name__}, got "
            f"{type(process.noising).__name__}, which has a velocity and no score; use FlowMatching"
        )
