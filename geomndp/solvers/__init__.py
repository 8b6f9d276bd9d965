"""Solvers: how a process is run, forwards by simulation and backwards with a score."""

from geomndp.solvers.base import AbstractSolver as AbstractSolver
from geomndp.solvers.geodesic_random_walk import GeodesicRandomWalk as GeodesicRandomWalk

__all__ = ["AbstractSolver", "GeodesicRandomWalk"]
