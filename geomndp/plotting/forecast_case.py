"""One forecast, with what is needed to draw it."""

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldSample


class ForecastCase(eqx.Module):
    """An ensemble of paths on the globe, the observations that it goes on from, and the truth.

    Arguments:
        context: The observed part of the track: times in days, unit vectors.
        members: Unit vectors at the times `x`.
        x: Times in days, of the same clock as the context; they may lie after it or in a gap.
        truth: What came true at the times `x`, where it is known.
        title: A heading, such as the storm's name and season.
        marks: Hours after the last observation, of times in `x`, at which regions are drawn; whole
            days, at most three, when left out.

    Raises:
        ValueError: If shapes do not match, or the context has no real point.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> day = jnp.arange(3.0)
        >>> track = gn.FieldSample(day[:, None], gn.manifolds.from_geographic(15 + day, -50 - day))
        >>> x = 3 + day[:, None]
        >>> members = gn.manifolds.from_geographic(18 + day, -53 - day)[None]
        >>> gn.plotting.ForecastCase(track, members, x, title="A storm").n_members
        1
    """

    context: FieldSample
    members: Float[Array | np.ndarray, "n_members n_points 3"]
    x: Float[Array | np.ndarray, "n_points 1"]
    truth: Float[Array | np.ndarray, "n_points 3"] | None = None
    title: str | None = None
    marks: tuple[float, ...] | None = None

    def __check_init__(self) -> None:
        points = (np.shape(self.x)[0], 3)
        if np.ndim(self.members) != 3 or np.shape(self.members)[1:] != points:
            raise ValueError(
                f"expected members of shape (n_members, {points[0]}, 3), one unit vector per time "
                f"in x, got {np.shape(self.members)}"
            )
        if self.truth is not None and np.shape(self.truth) != points:
            raise ValueError(
                f"expected truth of shape {points}, one unit vector per time in x, "
                f"got {np.shape(self.truth)}"
            )
        if self.context.y.ndim != 2 or self.context.y.shape[-1] != 3:
            raise ValueError(
                f"expected a context of one track on the globe, got y of shape "
                f"{self.context.y.shape}; draw the tracks of a batch one by one"
            )
        if not np.asarray(self.context.mask).any():
            raise ValueError("expected a context of at least 1 real point, got 0")

    @property
    def n_members(self) -> int:
        """Number of members of the ensemble."""
        return self.members.shape[0]
