"""Solvers whose steps are sums, which need values in flat space."""

from geomndp.manifolds import Euclidean
from geomndp.sde import AbstractNoisingAtPoints
from geomndp.solvers.base import AbstractSolver


def require_flat(process: AbstractNoisingAtPoints, solver: AbstractSolver) -> None:
    """Refuse values on a curved manifold, which such steps would leave.

    Raises:
        TypeError: If the manifold is not Euclidean.
    """
    if not isinstance(process.noising.manifold, Euclidean):
        raise TypeError(
            f"expected values in Euclidean space for {type(solver).__name__}, got values on "
            f"{process.noising.manifold}, which its steps would leave; use GeodesicRandomWalk"
        )
