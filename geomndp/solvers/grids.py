"""Grids: at which times a solver stops on its way."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.sde import AbstractNoising


class AbstractGrid(eqx.Module):
    """Times from `t_max` down to `t_min`. The grid often matters more than the solver.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(t_min=0.01))
        >>> grid: gn.solvers.AbstractGrid = gn.solvers.UniformInLogTime()
        >>> grid.times(noising, 2, jnp.float32).round(3).tolist()
        [1.0, 0.1, 0.01]
    """

    @abc.abstractmethod
    def time_at(
        self, noising: AbstractNoising, fraction: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """The time a fraction of the way from `t_min` to `t_max`."""

    def times(
        self, noising: AbstractNoising, n_steps: int, dtype: jnp.dtype | type
    ) -> Float[Array, " n_times"]:
        """The ends of `n_steps` steps, from `t_max` to `t_min`."""
        inner = self.time_at(noising, jnp.linspace(1.0, 0.0, n_steps + 1, dtype=dtype)[1:-1])
        ends = jnp.array([noising.t_max, noising.t_min], dtype)
        return jnp.concatenate([ends[:1], inner, ends[1:]])


class UniformInNoise(AbstractGrid):
    """Every scale of noise has an equal share.

    Even in the logarithm of the ratio of signal to noise, or of the clock of a Brownian motion.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> times = gn.solvers.UniformInNoise().times(noising, 4, jnp.float32)
        >>> jnp.diff(noising.half_log_snr(times)).round(1).tolist()
        [2.6, 2.6, 2.6, 2.6]
    """

    def time_at(
        self, noising: AbstractNoising, fraction: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        return noising.time_at(fraction)


class UniformInTime(AbstractGrid):
    """Even steps of time.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(t_min=0.5))
        >>> gn.solvers.UniformInTime().times(noising, 2, jnp.float32).tolist()
        [1.0, 0.75, 0.5]
    """

    def time_at(
        self, noising: AbstractNoising, fraction: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        return noising.t_min + fraction * (noising.t_max - noising.t_min)


class UniformInLogTime(AbstractGrid):
    """Even steps of the logarithm of time.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(t_min=0.25))
        >>> gn.solvers.UniformInLogTime().times(noising, 2, jnp.float32).tolist()
        [1.0, 0.5, 0.25]
    """

    def time_at(
        self, noising: AbstractNoising, fraction: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        ratio = jnp.asarray(noising.t_max / noising.t_min, fraction.dtype)
        return noising.t_min * ratio**fraction
