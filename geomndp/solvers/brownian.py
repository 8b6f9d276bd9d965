"""Solvers that use the clock of a Brownian motion."""

from geomndp.sde import AbstractNoisingAtPoints, BrownianMotion
from geomndp.solvers.base import AbstractSolver


def require_brownian(process: AbstractNoisingAtPoints, solver: AbstractSolver) -> BrownianMotion:
    """The noising, if it is a Brownian motion.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(process.noising, BrownianMotion):
        raise TypeError(
            f"expected a Brownian motion for {type(solver).__name__}, got "
            f"{type(process.noising).__name__}; for a Gaussian limit use DPMSolver, on manifolds "
            "Heun or EulerMaruyama"
        )
    return process.noising
