"""Built-in experiments: a model, its data, its training and its scores, from one call."""

from geomndp.experiments.cyclones import CycloneSettings as CycloneSettings
from geomndp.experiments.cyclones import check_sizes as check_sizes
from geomndp.experiments.cyclones import cyclone_model as cyclone_model
from geomndp.experiments.cyclones import evaluate_cyclones as evaluate_cyclones
from geomndp.experiments.cyclones import fit_cyclones as fit_cyclones
from geomndp.experiments.cyclones import load_tracks as load_tracks
from geomndp.experiments.environment import environment as environment
from geomndp.experiments.figures import draw_cyclone_figures as draw_cyclone_figures
from geomndp.experiments.forecast import Forecast as Forecast
from geomndp.experiments.forecast import forecast_track as forecast_track
from geomndp.experiments.run_folder import RunFolder as RunFolder
from geomndp.experiments.samples import TrackSamples as TrackSamples
from geomndp.experiments.samples import sample_tracks as sample_tracks
from geomndp.experiments.track_cases import TrackCase as TrackCase
from geomndp.experiments.track_cases import forecast_cases as forecast_cases
from geomndp.experiments.track_cases import gap_cases as gap_cases
from geomndp.experiments.track_scores import forecast_baselines as forecast_baselines
from geomndp.experiments.track_scores import gap_baselines as gap_baselines
from geomndp.experiments.track_scores import score_tracks as score_tracks

__all__ = [
    "CycloneSettings",
    "Forecast",
    "RunFolder",
    "TrackCase",
    "TrackSamples",
    "check_sizes",
    "cyclone_model",
    "draw_cyclone_figures",
    "environment",
    "evaluate_cyclones",
    "fit_cyclones",
    "forecast_baselines",
    "forecast_cases",
    "forecast_track",
    "gap_baselines",
    "gap_cases",
    "load_tracks",
    "sample_tracks",
    "score_tracks",
]
