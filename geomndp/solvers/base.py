"""The interface of a reverse-time solver."""

import abc

import equinox as eqx

from geomndp.sde import AbstractNoising
from geomndp.typing import Key, Locations, Mask, Score, Values


class AbstractSolver(eqx.Module):
    """A way to run a noising process backwards, from its limit to data.

    Example:
        >>> import geomndp as gn
        >>> solver: gn.solvers.AbstractSolver = gn.solvers.GeodesicRandomWalk(n_steps=30)
        >>> solver.n_steps
        30
    """

    n_steps: eqx.AbstractVar[int]

    @abc.abstractmethod
    def reverse(
        self,
        noising: AbstractNoising,
        score: Score,
        x: Locations,
        y: Values,
        mask: Mask,
        *,
        key: Key,
    ) -> Values:
        """Values at time 0 of a field that has the values y at `schedule.t_max`."""
