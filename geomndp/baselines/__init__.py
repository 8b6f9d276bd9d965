"""Deterministic predictors of a field from a few of its values, to compare a model against."""

from geomndp.baselines.base import AbstractBaseline as AbstractBaseline
from geomndp.baselines.geodesic_interpolation import (
    GeodesicInterpolation as GeodesicInterpolation,
)
from geomndp.baselines.geodesic_regression import GeodesicRegression as GeodesicRegression
from geomndp.baselines.hermite_interpolation import HermiteInterpolation as HermiteInterpolation
from geomndp.baselines.persistence import Persistence as Persistence

__all__ = [
    "AbstractBaseline",
    "GeodesicInterpolation",
    "GeodesicRegression",
    "HermiteInterpolation",
    "Persistence",
]
