"""Scores, and how they are bound to points."""

from collections.abc import Callable
from typing import Protocol, TypeAlias, runtime_checkable

from geomndp.sde.base import AbstractNoisingAtPoints
from geomndp.typing import Score, Time, Values

BoundScore: TypeAlias = Callable[[Time, Values], Values]
"""A score of the values at given points: `(t, y) -> score`, of the shape of y."""


@runtime_checkable
class BindableScore(Protocol):
    """A score that computes what depends on the points alone once, before any loop.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gp = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(gp, gn.sde.LinearSchedule())
        >>> isinstance(gn.sde.ExactGaussianScore(noising, gp), gn.sde.BindableScore)
        True
    """

    def bind(self, process: AbstractNoisingAtPoints) -> BoundScore:
        """The score of the values at the points of a process."""
        ...


def bind(score: Score, process: AbstractNoisingAtPoints) -> BoundScore:
    """A score of the values at the points of a process; any function `(t, x, y, mask)` will do.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gp = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> process = gn.sde.OrnsteinUhlenbeck(gp, gn.sde.LinearSchedule()).at(jnp.zeros((1, 1)))
        >>> gn.sde.bind(lambda t, x, y, mask: -y, process)(0.5, jnp.ones((1, 1))).tolist()
        [[-1.0]]
    """
    if isinstance(score, BindableScore):
        return score.bind(process)
    return lambda t, y: score(t, process.x, y, process.mask)
