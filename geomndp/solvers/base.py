"""The interface of a reverse-time solver, and the loop of those with a fixed number of steps."""

import abc
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.solvers.grids import AbstractGrid
from geomndp.typing import Key, Values

Progress: TypeAlias = Callable[[int, int], None]
"""Called after every step with the number of steps done and that of all."""


class AbstractSolver(eqx.Module):
    """A way to run a noising process backwards, from its limit to data.

    Example:
        >>> import geomndp as gn
        >>> solver: gn.solvers.AbstractSolver = gn.solvers.DPMSolver(n_steps=30)
        >>> solver.n_steps
        30
    """

    @abc.abstractmethod
    def reverse(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        *,
        key: Key,
        progress: Progress | None = None,
    ) -> Values:
        """Values at `t_min` of a field that has the values y at `t_max`.

        Arguments:
            process: The noising process at the points of the field.
            score: Its score there, `(t, y) -> score`.
            y: Values at `t_max`.
            key: A random key.
            progress: Called after every step, at the pace at which the steps are computed.
        """


class Trajectory(NamedTuple):
    """The way of a field from noise to data.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.solvers.Trajectory(jnp.zeros(3), jnp.zeros((3, 4, 1))).y.shape
        (3, 4, 1)
    """

    t: Float[Array, " n_times"]
    """Times, from `t_max` to `t_min`."""
    y: Float[Array, "n_times n_points dim_y"]
    """The values at these times."""


class Step(NamedTuple):
    """One step of a solver.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> gn.solvers.Step(jnp.array(1.0), jnp.array(0.5), jax.random.key(0)).t_next.item()
        0.5
    """

    t: Float[Array, ""]
    """Where it begins."""
    t_next: Float[Array, ""]
    """Where it ends, nearer to the data."""
    key: Key
    """Its random key."""


class AbstractFixedStepSolver(AbstractSolver):
    """A solver that takes a fixed number of steps, on a grid: one compiled loop, one key per step.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> process, y = noising.at(jnp.zeros((2, 1))), jnp.ones((2, 1))
        >>> solver: gn.solvers.AbstractFixedStepSolver = gn.solvers.Heun(n_steps=5)
        >>> solver.trajectory(process, lambda t, y: -y, y, key=jax.random.key(0)).y.shape
        (6, 2, 1)
    """

    def __check_init__(self) -> None:
        if self.n_steps < 1:
            raise ValueError(f"expected at least 1 step, got n_steps={self.n_steps}")

    @property
    @abc.abstractmethod
    def n_steps(self) -> int:
        """Number of steps; a field of this name needs a default."""

    @property
    @abc.abstractmethod
    def grid(self) -> AbstractGrid:
        """Times of the steps; a field of this name needs a default."""

    @abc.abstractmethod
    def init(self, process: AbstractNoisingAtPoints, y: Values) -> Any:
        """What the first step knows of those before it; None where steps have no memory.

        Raises:
            TypeError: If the solver is not for the process.
        """

    @abc.abstractmethod
    def step(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        memory: Any,
        step: Step,
    ) -> tuple[Values, Any]:
        """Values at the end of a step, and what the next one is to know."""

    def reverse(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        *,
        key: Key,
        progress: Progress | None = None,
    ) -> Values:
        last, _ = self._run(process, score, y, key, progress, keep=False)
        return last

    def trajectory(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        *,
        key: Key,
        progress: Progress | None = None,
    ) -> Trajectory:
        """The values at all times of the grid; arguments as those of `reverse`."""
        _, kept = self._run(process, score, y, key, progress, keep=True)
        times = self.grid.times(process.noising, self.n_steps, y.dtype)
        return Trajectory(times, jnp.concatenate([y[None], kept]))

    def _run(self, process, score, y, key, progress, *, keep: bool):
        times = self.grid.times(process.noising, self.n_steps, y.dtype)

        def advance(carry: Any, inputs: Any) -> tuple[Any, Any]:
            y, memory = carry
            number, step = inputs
            y, memory = self.step(process, score, y, memory, step)
            report(progress, number, self.n_steps)
            return (y, memory), y if keep else None

        steps = Step(times[:-1], times[1:], jax.random.split(key, self.n_steps))
        numbers = jnp.arange(1, self.n_steps + 1)
        (y, _), kept = jax.lax.scan(advance, (y, self.init(process, y)), (numbers, steps))
        return y, kept


def report(progress: Progress | None, number: Int[Array, ""], n_steps: int) -> None:
    """Call progress, if there is one, from within a compiled loop.

    The number is the same for all fields of a batch, so that it is called once for all.
    """
    if progress is not None:
        jax.debug.callback(lambda done: progress(int(done), n_steps), number)
