"""Solvers that use the closed form of Gaussian noising."""

import equinox as eqx

from geomndp.sde import AbstractNoisingAtPoints, GaussianNoisingAtPoints

_OTHER_SOLVERS = "for a Brownian motion use GeodesicMultistep or GeodesicRandomWalk"


def require_gaussian(
    process: AbstractNoisingAtPoints, user: eqx.Module, instead: str = _OTHER_SOLVERS
) -> GaussianNoisingAtPoints:
    """The process, if it is a Gaussian noising.

    Arguments:
        process: The process.
        user: The solver, or what else needs it.
        instead: What the message advises.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(process, GaussianNoisingAtPoints):
        raise TypeError(
            f"expected a Gaussian noising process for {type(user).__name__}, got "
            f"{type(process.noising).__name__}; {instead}"
        )
    return process
