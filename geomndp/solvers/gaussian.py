"""Solvers that use the closed form of Gaussian noising."""

import equinox as eqx

from geomndp.sde import AbstractNoisingAtPoints, GaussianNoisingAtPoints


def require_gaussian(
    process: AbstractNoisingAtPoints, solver: eqx.Module
) -> GaussianNoisingAtPoints:
    """The process, if it is a Gaussian noising, for a solver or what else needs it.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(process, GaussianNoisingAtPoints):
        raise TypeError(
            f"expected a Gaussian noising process for {type(solver).__name__}, got "
            f"{type(process.noising).__name__}; for a Brownian motion use GeodesicMultistep "
            "or GeodesicRandomWalk"
        )
    return process
