"""Plain predictors of fields from a few values, and plain densities, to compare models against."""

from geomndp.baselines.base import AbstractBaseline as AbstractBaseline
from geomndp.baselines.chart_gaussian_process import (
    AbstractEnsembleBaseline as AbstractEnsembleBaseline,
)
from geomndp.baselines.chart_gaussian_process import ChartGaussianProcess as ChartGaussianProcess
from geomndp.baselines.chart_gaussian_process import (
    fit_chart_gaussian_process as fit_chart_gaussian_process,
)
from geomndp.baselines.geodesic_interpolation import (
    GeodesicInterpolation as GeodesicInterpolation,
)
from geomndp.baselines.geodesic_regression import GeodesicRegression as GeodesicRegression
from geomndp.baselines.heat_kernel_density import HeatKernelDensity as HeatKernelDensity
from geomndp.baselines.hermite_interpolation import HermiteInterpolation as HermiteInterpolation
from geomndp.baselines.persistence import Persistence as Persistence

__all__ = [
    "AbstractBaseline",
    "AbstractEnsembleBaseline",
    "ChartGaussianProcess",
    "GeodesicInterpolation",
    "GeodesicRegression",
    "HeatKernelDensity",
    "HermiteInterpolation",
    "Persistence",
    "fit_chart_gaussian_process",
]
