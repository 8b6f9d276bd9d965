"""Solvers that use the clock of a Brownian motion."""

import equinox as eqx

from geomndp.sde import AbstractNoisingAtPoints, BrownianMotion

_OTHER_SOLVERS = "for a Gaussian limit use DPMSolver, on manifolds Heun or EulerMaruyama"


def require_brownian(
    process: AbstractNoisingAtPoints, user: eqx.Module, instead: str = _OTHER_SOLVERS
) -> BrownianMotion:
    """The noising, if it is a Brownian motion.

    Arguments:
        process: The process.
        user: The solver, or what else needs it.
        instead: What the message advises.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(process.noising, BrownianMotion):
        raise TypeError(
            f"expected a Brownian motion for {type(user).__name__}, got "
            f"{type(process.noising).__name__}; {instead}"
        )
    return process.noising
