"""Solvers: how a process is run, forwards by simulation and backwards with a score."""

from geomndp.solvers.adaptive_probability_flow import (
    AdaptiveProbabilityFlow as AdaptiveProbabilityFlow,
)
from geomndp.solvers.ancestral import Ancestral as Ancestral
from geomndp.solvers.annealed_langevin import AnnealedLangevin as AnnealedLangevin
from geomndp.solvers.base import AbstractFixedStepSolver as AbstractFixedStepSolver
from geomndp.solvers.base import AbstractSolver as AbstractSolver
from geomndp.solvers.base import Progress as Progress
from geomndp.solvers.base import Step as Step
from geomndp.solvers.base import Trajectory as Trajectory
from geomndp.solvers.ddim import DDIM as DDIM
from geomndp.solvers.dpm_solver import DPMSolver as DPMSolver
from geomndp.solvers.dpm_solver import DPMSolverSDE as DPMSolverSDE
from geomndp.solvers.euler_maruyama import EulerMaruyama as EulerMaruyama
from geomndp.solvers.geodesic_multistep import GeodesicMultistep as GeodesicMultistep
from geomndp.solvers.geodesic_random_walk import GeodesicRandomWalk as GeodesicRandomWalk
from geomndp.solvers.grids import AbstractGrid as AbstractGrid
from geomndp.solvers.grids import UniformInLogTime as UniformInLogTime
from geomndp.solvers.grids import UniformInNoise as UniformInNoise
from geomndp.solvers.grids import UniformInTime as UniformInTime
from geomndp.solvers.heun import Heun as Heun
from geomndp.solvers.informed_start import InformedStart as InformedStart
from geomndp.solvers.predictor_corrector import PredictorCorrector as PredictorCorrector

__all__ = [
    "DDIM",
    "AbstractFixedStepSolver",
    "AbstractGrid",
    "AbstractSolver",
    "AdaptiveProbabilityFlow",
    "Ancestral",
    "AnnealedLangevin",
    "DPMSolver",
    "DPMSolverSDE",
    "EulerMaruyama",
    "GeodesicMultistep",
    "GeodesicRandomWalk",
    "Heun",
    "InformedStart",
    "PredictorCorrector",
    "Progress",
    "Step",
    "Trajectory",
    "UniformInLogTime",
    "UniformInNoise",
    "UniformInTime",
]
