"""Scores of ensembles of values on manifolds, with no approximation of the manifold."""

from geomndp.metrics.coverage import pit_histogram as pit_histogram
from geomndp.metrics.coverage import pit_interval as pit_interval
from geomndp.metrics.coverage import region_coverage as region_coverage
from geomndp.metrics.energy_score import energy_score as energy_score
from geomndp.metrics.estimate import Estimate as Estimate
from geomndp.metrics.estimate import mean_and_standard_error as mean_and_standard_error
from geomndp.metrics.field_spectra import HelmholtzSpectra as HelmholtzSpectra
from geomndp.metrics.field_spectra import helmholtz_spectra as helmholtz_spectra
from geomndp.metrics.frechet_mean import frechet_mean as frechet_mean
from geomndp.metrics.globe_spectra import globe_spectra as globe_spectra
from geomndp.metrics.globe_spectra import spectral_grid as spectral_grid
from geomndp.metrics.great_circle import great_circle_km as great_circle_km
from geomndp.metrics.passages import distance_to_path_km as distance_to_path_km
from geomndp.metrics.passages import passes_within as passes_within
from geomndp.metrics.passages import strike_probability as strike_probability

__all__ = [
    "Estimate",
    "HelmholtzSpectra",
    "distance_to_path_km",
    "energy_score",
    "frechet_mean",
    "globe_spectra",
    "great_circle_km",
    "helmholtz_spectra",
    "mean_and_standard_error",
    "passes_within",
    "pit_histogram",
    "pit_interval",
    "region_coverage",
    "spectral_grid",
    "strike_probability",
]
