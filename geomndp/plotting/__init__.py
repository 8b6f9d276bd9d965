"""Figures, with matplotlib and cartopy: no network, no display, no global state."""

from geomndp.plotting.coastlines import coastlines as coastlines
from geomndp.plotting.ensemble import plot_ensemble as plot_ensemble
from geomndp.plotting.ensemble import plot_forecast_gallery as plot_forecast_gallery
from geomndp.plotting.forecast_case import ForecastCase as ForecastCase
from geomndp.plotting.functions import plot_functions as plot_functions
from geomndp.plotting.global_fields import plot_strike_probability as plot_strike_probability
from geomndp.plotting.global_fields import plot_world_fields as plot_world_fields
from geomndp.plotting.global_vectors import plot_world_vectors as plot_world_vectors
from geomndp.plotting.history import plot_history as plot_history
from geomndp.plotting.intensity import plot_intensity as plot_intensity
from geomndp.plotting.point_patterns import plot_point_pattern as plot_point_pattern
from geomndp.plotting.posterior_functions import (
    plot_posterior_functions as plot_posterior_functions,
)
from geomndp.plotting.spectra import plot_spectra as plot_spectra
from geomndp.plotting.tracks import plot_track_maps as plot_track_maps
from geomndp.plotting.tracks import plot_tracks as plot_tracks
from geomndp.plotting.vector_fields import plot_vector_fields as plot_vector_fields
from geomndp.plotting.verification import plot_errors_by_place as plot_errors_by_place
from geomndp.plotting.verification import plot_rank_histograms as plot_rank_histograms
from geomndp.plotting.wind_ensemble import plot_wind_ensemble as plot_wind_ensemble
from geomndp.plotting.world_wind_ensemble import (
    plot_world_wind_ensemble as plot_world_wind_ensemble,
)

__all__ = [
    "ForecastCase",
    "coastlines",
    "plot_ensemble",
    "plot_errors_by_place",
    "plot_forecast_gallery",
    "plot_functions",
    "plot_history",
    "plot_intensity",
    "plot_point_pattern",
    "plot_posterior_functions",
    "plot_rank_histograms",
    "plot_spectra",
    "plot_strike_probability",
    "plot_track_maps",
    "plot_tracks",
    "plot_vector_fields",
    "plot_wind_ensemble",
    "plot_world_fields",
    "plot_world_vectors",
    "plot_world_wind_ensemble",
]
