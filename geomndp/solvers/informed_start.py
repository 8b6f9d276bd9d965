"""Beginning with the law at the end of the noising, instead of the limit."""

from geomndp.sde import AbstractNoisingAtPoints, BoundScore
from geomndp.sde.base import as_time
from geomndp.solvers.base import AbstractSolver, Progress
from geomndp.solvers.gaussian import require_gaussian
from geomndp.typing import Key, Values


class InformedStart(AbstractSolver):
    r"""A solver that begins with the law at `t_max` instead of the limit, to first order.

    A little is left there of the data, or of what was observed of a field, which the limit knows
    nothing of. To first order in the difference of both laws a field z of the limit, which has the
    mean m, becomes one of the law with the score s by

    $$ z + \tfrac{1}{2} \Bigl( z - m + s(z) + \tfrac{1}{2} \bigl( s(z) + s(2m - z) \bigr) \Bigr). $$

    The inner bracket is, for normal laws, the score at m: the mean has to move by all of what the
    score tells, and deviations from it by half. It takes two evaluations of the score, and wants
    one that is exact, or nearly so, at `t_max`: errors of a network there are as large as what it
    puts right.

    Arguments:
        solver: The solver, of Gaussian noising.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> noising = gn.sde.OrnsteinUhlenbeck(
        ...     gn.GaussianProcess(gn.kernels.White(1.0)), gn.sde.LinearSchedule(beta_max=4.0)
        ... )
        >>> law = gn.GaussianProcess(
        ...     gn.kernels.White(1.0), mean=gn.gp.ConstantMean(jnp.array([3.0]))
        ... )
        >>> score, x = gn.sde.ExactGaussianScore(noising, law), jnp.arange(500.0)[:, None]
        >>> few, key = gn.solvers.DPMSolver(10), jax.random.key(0)
        >>> for solver in few, gn.solvers.InformedStart(few):
        ...     y = gn.sampling.sample(noising, score, x, n_samples=1, solver=solver, key=key)
        ...     f"{y.mean():.1f}"
        '1.9'
        '3.0'
    """

    solver: AbstractSolver

    def reverse(
        self,
        process: AbstractNoisingAtPoints,
        score: BoundScore,
        y: Values,
        *,
        key: Key,
        progress: Progress | None = None,
    ) -> Values:
        process = require_gaussian(process, self)
        t = as_time(process.noising.t_max, y)
        here, across = score(t, y), score(t, 2 * process.mean - y)
        y = y + 0.5 * (y - process.mean + here + 0.5 * (here + across))
        return self.solver.reverse(process, score, y, key=key, progress=progress)
