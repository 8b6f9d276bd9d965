"""Which probability flow a process has."""

from geomndp.likelihood.gaussian_flow import GaussianFlow
from geomndp.likelihood.manifold_flow import ManifoldFlow
from geomndp.likelihood.probability_flow import AbstractProbabilityFlow
from geomndp.sde import (
    AbstractNoisingAtPoints,
    BoundScore,
    GaussianNoisingAtPoints,
)


def flow_of(process: AbstractNoisingAtPoints, score: BoundScore) -> AbstractProbabilityFlow:
    """The flow of a process, in the coordinates in which it is slowest.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> process = gn.sde.BrownianMotion(gn.manifolds.Sphere(2)).at(jnp.zeros((1, 1)))
        >>> type(gn.likelihood.flow_of(process, lambda t, y: 0 * y)).__name__
        'ManifoldFlow'
    """
    if isinstance(process, GaussianNoisingAtPoints):
        return GaussianFlow(process, score)
    return ManifoldFlow(process, score)
