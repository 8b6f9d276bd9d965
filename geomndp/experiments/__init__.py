"""Built-in experiments: a model, its data, its training and its scores, from one call."""

from geomndp.experiments.cyclone_scores import check_sizes as check_sizes
from geomndp.experiments.cyclone_scores import evaluate_cyclones as evaluate_cyclones
from geomndp.experiments.cyclones import CycloneSettings as CycloneSettings
from geomndp.experiments.cyclones import fit_cyclones as fit_cyclones
from geomndp.experiments.cyclones import load_tracks as load_tracks
from geomndp.experiments.density import DensitySettings as DensitySettings
from geomndp.experiments.density import density_model as density_model
from geomndp.experiments.density import fit_density as fit_density
from geomndp.experiments.density import split_points as split_points
from geomndp.experiments.density_figures import draw_density_figures as draw_density_figures
from geomndp.experiments.density_figures import sample_points as sample_points
from geomndp.experiments.density_scores import evaluate_density as evaluate_density
from geomndp.experiments.environment import environment as environment
from geomndp.experiments.estimated_densities import EstimatedDensities as EstimatedDensities
from geomndp.experiments.exact_laws import exact_law as exact_law
from geomndp.experiments.exact_laws import exact_process as exact_process
from geomndp.experiments.exact_laws import first_noise as first_noise
from geomndp.experiments.field_figures import disc_grid as disc_grid
from geomndp.experiments.field_figures import draw_gp_fields_figures as draw_gp_fields_figures
from geomndp.experiments.field_figures import sample_fields as sample_fields
from geomndp.experiments.field_figures import usual_radius as usual_radius
from geomndp.experiments.figures import draw_cyclone_figures as draw_cyclone_figures
from geomndp.experiments.forecast import Forecast as Forecast
from geomndp.experiments.forecast import forecast_track as forecast_track
from geomndp.experiments.function_figures import (
    draw_regression1d_figures as draw_regression1d_figures,
)
from geomndp.experiments.function_figures import sample_functions as sample_functions
from geomndp.experiments.gp_fields import GPFieldsSettings as GPFieldsSettings
from geomndp.experiments.gp_fields import fit_gp_fields as fit_gp_fields
from geomndp.experiments.gp_fields import gp_fields_model as gp_fields_model
from geomndp.experiments.gp_fields import shipped_gp_fields_name as shipped_gp_fields_name
from geomndp.experiments.gp_fields import vector_field_law as vector_field_law
from geomndp.experiments.gp_fields_scores import evaluate_gp_fields as evaluate_gp_fields
from geomndp.experiments.intensity_scores import score_intensity as score_intensity
from geomndp.experiments.posterior_files import condition_fields as condition_fields
from geomndp.experiments.posterior_files import condition_functions as condition_functions
from geomndp.experiments.regression1d import Regression1DSettings as Regression1DSettings
from geomndp.experiments.regression1d import fit_regression1d as fit_regression1d
from geomndp.experiments.regression1d import n_points_of as n_points_of
from geomndp.experiments.regression1d import regression1d_model as regression1d_model
from geomndp.experiments.regression1d import regression_law as regression_law
from geomndp.experiments.regression1d import shipped_name as shipped_name
from geomndp.experiments.regression1d_scores import evaluate_regression1d as evaluate_regression1d
from geomndp.experiments.resampled_tracks import (
    resampled_extrapolation_cases as resampled_extrapolation_cases,
)
from geomndp.experiments.resampled_tracks import (
    resampled_interpolation_cases as resampled_interpolation_cases,
)
from geomndp.experiments.resampled_tracks import resampled_tracks as resampled_tracks
from geomndp.experiments.run_folder import RunFolder as RunFolder
from geomndp.experiments.samples import TrackSamples as TrackSamples
from geomndp.experiments.samples import sample_tracks as sample_tracks
from geomndp.experiments.spectra_of_winds import AtOneTime as AtOneTime
from geomndp.experiments.spectra_of_winds import SamplesFields as SamplesFields
from geomndp.experiments.spectra_of_winds import describe_spectra as describe_spectra
from geomndp.experiments.spectra_of_winds import read_spectra as read_spectra
from geomndp.experiments.spectra_of_winds import wind_spectra as wind_spectra
from geomndp.experiments.synthetic_seasons import synthetic_season as synthetic_season
from geomndp.experiments.told_wind_figures import plot_posterior_members as plot_posterior_members
from geomndp.experiments.told_wind_figures import plot_posterior_winds as plot_posterior_winds
from geomndp.experiments.told_winds import tell_winds as tell_winds
from geomndp.experiments.track_cases import TrackCase as TrackCase
from geomndp.experiments.track_cases import extrapolation_cases as extrapolation_cases
from geomndp.experiments.track_cases import forecast_cases as forecast_cases
from geomndp.experiments.track_cases import gap_cases as gap_cases
from geomndp.experiments.track_cases import interpolation_cases as interpolation_cases
from geomndp.experiments.track_cases import six_hourly_tracks as six_hourly_tracks
from geomndp.experiments.track_inputs import ToldTracks as ToldTracks
from geomndp.experiments.track_inputs import asked_covariates as asked_covariates
from geomndp.experiments.track_inputs import tell_case as tell_case
from geomndp.experiments.track_inputs import track_field as track_field
from geomndp.experiments.track_inputs import track_fields as track_fields
from geomndp.experiments.track_likelihoods import dequantised as dequantised
from geomndp.experiments.track_likelihoods import score_log_likelihoods as score_log_likelihoods
from geomndp.experiments.track_maps import plot_strikes as plot_strikes
from geomndp.experiments.track_maps import plot_track_density as plot_track_density
from geomndp.experiments.track_maps import track_density as track_density
from geomndp.experiments.track_models import Symmetry as Symmetry
from geomndp.experiments.track_models import TrackValues as TrackValues
from geomndp.experiments.track_models import cyclone_model as cyclone_model
from geomndp.experiments.track_models import has_intensity as has_intensity
from geomndp.experiments.track_models import is_planar as is_planar
from geomndp.experiments.track_models import knows_the_season as knows_the_season
from geomndp.experiments.track_score_files import write_track_scores as write_track_scores
from geomndp.experiments.track_scores import TrackRow as TrackRow
from geomndp.experiments.track_scores import score_tracks as score_tracks
from geomndp.experiments.track_scores import summary as summary
from geomndp.experiments.track_tasks import TASKS as TASKS
from geomndp.experiments.track_tasks import TaskName as TaskName
from geomndp.experiments.track_tasks import TrackTask as TrackTask
from geomndp.experiments.track_tasks import fitted_baselines as fitted_baselines
from geomndp.experiments.track_tasks import forecast_baselines as forecast_baselines
from geomndp.experiments.track_tasks import gap_baselines as gap_baselines
from geomndp.experiments.track_tasks import track_tasks as track_tasks
from geomndp.experiments.vector_networks import GLOBAL_GROUPS as GLOBAL_GROUPS
from geomndp.experiments.vector_networks import REGIONAL_GROUPS as REGIONAL_GROUPS
from geomndp.experiments.vector_networks import SPACE_TIME_GROUPS as SPACE_TIME_GROUPS
from geomndp.experiments.vector_networks import tangent_network as tangent_network
from geomndp.experiments.vector_networks import vector_network as vector_network
from geomndp.experiments.wind_baselines import NearestWind as NearestWind
from geomndp.experiments.wind_baselines import WindGaussianProcess as WindGaussianProcess
from geomndp.experiments.wind_evaluation import evaluate_winds as evaluate_winds
from geomndp.experiments.wind_figures import draw_wind_figures as draw_wind_figures
from geomndp.experiments.wind_figures import plot_wind_spectra as plot_wind_spectra
from geomndp.experiments.wind_processes import fitted_wind_processes as fitted_wind_processes
from geomndp.experiments.wind_samples import sample_winds as sample_winds
from geomndp.experiments.wind_scores import ConditionedWinds as ConditionedWinds
from geomndp.experiments.wind_scores import TellsWinds as TellsWinds
from geomndp.experiments.wind_scores import WindErrors as WindErrors
from geomndp.experiments.wind_scores import score_winds as score_winds
from geomndp.experiments.wind_settings import WindSettings as WindSettings
from geomndp.experiments.wind_tasks import WindTask as WindTask
from geomndp.experiments.wind_tasks import forecast_tasks as forecast_tasks
from geomndp.experiments.wind_tasks import wind_tasks as wind_tasks
from geomndp.experiments.wind_verification import summarise_winds as summarise_winds
from geomndp.experiments.wind_verification import verify_scalars as verify_scalars
from geomndp.experiments.wind_verification import verify_winds as verify_winds
from geomndp.experiments.winds import fit_winds as fit_winds
from geomndp.experiments.winds import split_winds as split_winds
from geomndp.experiments.winds import wind_coordinates as wind_coordinates
from geomndp.experiments.winds import wind_model as wind_model

__all__ = [
    "GLOBAL_GROUPS",
    "REGIONAL_GROUPS",
    "SPACE_TIME_GROUPS",
    "TASKS",
    "AtOneTime",
    "ConditionedWinds",
    "CycloneSettings",
    "DensitySettings",
    "EstimatedDensities",
    "Forecast",
    "GPFieldsSettings",
    "NearestWind",
    "Regression1DSettings",
    "RunFolder",
    "SamplesFields",
    "Symmetry",
    "TaskName",
    "TellsWinds",
    "ToldTracks",
    "TrackCase",
    "TrackRow",
    "TrackSamples",
    "TrackTask",
    "TrackValues",
    "WindErrors",
    "WindGaussianProcess",
    "WindSettings",
    "WindTask",
    "asked_covariates",
    "check_sizes",
    "condition_fields",
    "condition_functions",
    "cyclone_model",
    "density_model",
    "dequantised",
    "describe_spectra",
    "disc_grid",
    "draw_cyclone_figures",
    "draw_density_figures",
    "draw_gp_fields_figures",
    "draw_regression1d_figures",
    "draw_wind_figures",
    "environment",
    "evaluate_cyclones",
    "evaluate_density",
    "evaluate_gp_fields",
    "evaluate_regression1d",
    "evaluate_winds",
    "exact_law",
    "exact_process",
    "extrapolation_cases",
    "first_noise",
    "fit_cyclones",
    "fit_density",
    "fit_gp_fields",
    "fit_regression1d",
    "fit_winds",
    "fitted_baselines",
    "fitted_wind_processes",
    "forecast_baselines",
    "forecast_cases",
    "forecast_tasks",
    "forecast_track",
    "gap_baselines",
    "gap_cases",
    "gp_fields_model",
    "has_intensity",
    "interpolation_cases",
    "is_planar",
    "knows_the_season",
    "load_tracks",
    "n_points_of",
    "plot_posterior_members",
    "plot_posterior_winds",
    "plot_strikes",
    "plot_track_density",
    "plot_wind_spectra",
    "read_spectra",
    "regression1d_model",
    "regression_law",
    "resampled_extrapolation_cases",
    "resampled_interpolation_cases",
    "resampled_tracks",
    "sample_fields",
    "sample_functions",
    "sample_points",
    "sample_tracks",
    "sample_winds",
    "score_intensity",
    "score_log_likelihoods",
    "score_tracks",
    "score_winds",
    "shipped_gp_fields_name",
    "shipped_name",
    "six_hourly_tracks",
    "split_points",
    "split_winds",
    "summarise_winds",
    "summary",
    "synthetic_season",
    "tangent_network",
    "tell_case",
    "tell_winds",
    "track_density",
    "track_field",
    "track_fields",
    "track_tasks",
    "usual_radius",
    "vector_field_law",
    "vector_network",
    "verify_scalars",
    "verify_winds",
    "wind_coordinates",
    "wind_model",
    "wind_spectra",
    "wind_tasks",
    "write_track_scores",
]
