"""Tracks of tropical cyclones: loading, splitting by season, writing; laws of random fields."""

from geomndp.data.basins import BASINS as BASINS
from geomndp.data.basins import basin_at as basin_at
from geomndp.data.errors import TrackFileError as TrackFileError
from geomndp.data.frame import tracks_from_frame as tracks_from_frame
from geomndp.data.function_laws import AbstractFunctionLaw as AbstractFunctionLaw
from geomndp.data.function_laws import FunctionMixture as FunctionMixture
from geomndp.data.function_laws import GaussianFunctions as GaussianFunctions
from geomndp.data.function_laws import Sawtooth as Sawtooth
from geomndp.data.function_laws import StepFunctions as StepFunctions
from geomndp.data.function_laws import regression_laws as regression_laws
from geomndp.data.gaussian_values import value_variance as value_variance
from geomndp.data.intensity import INTENSITY as INTENSITY
from geomndp.data.intensity import Intensity as Intensity
from geomndp.data.intensity import scaled_intensity as scaled_intensity
from geomndp.data.intensity import wind_and_pressure as wind_and_pressure
from geomndp.data.load_cyclones import load_cyclones as load_cyclones
from geomndp.data.load_points import load_angles as load_angles
from geomndp.data.load_points import load_positions as load_positions
from geomndp.data.load_points import load_rotations as load_rotations
from geomndp.data.load_points import load_vectors as load_vectors
from geomndp.data.random_fields import RandomFields as RandomFields
from geomndp.data.random_functions import RandomFunctions as RandomFunctions
from geomndp.data.report import LoadReport as LoadReport
from geomndp.data.report import ReportEntry as ReportEntry
from geomndp.data.save_ensemble_csv import save_ensemble_csv as save_ensemble_csv
from geomndp.data.save_ensemble_geojson import save_ensemble_geojson as save_ensemble_geojson
from geomndp.data.save_tracks import save_tracks as save_tracks
from geomndp.data.season_and_basin import SOUTHERN as SOUTHERN
from geomndp.data.season_and_basin import TRACK_COVARIATES as TRACK_COVARIATES
from geomndp.data.season_and_basin import season_and_basin as season_and_basin
from geomndp.data.season_and_basin import track_covariates as track_covariates
from geomndp.data.seasons import season_of as season_of
from geomndp.data.track import Track as Track
from geomndp.data.track_ensemble import TrackEnsemble as TrackEnsemble
from geomndp.data.tracks import Tracks as Tracks
from geomndp.data.tracks import TrackSplit as TrackSplit
from geomndp.data.vector_field_laws import vector_field_laws as vector_field_laws

__all__ = [
    "BASINS",
    "INTENSITY",
    "SOUTHERN",
    "TRACK_COVARIATES",
    "AbstractFunctionLaw",
    "FunctionMixture",
    "GaussianFunctions",
    "Intensity",
    "LoadReport",
    "RandomFields",
    "RandomFunctions",
    "ReportEntry",
    "Sawtooth",
    "StepFunctions",
    "Track",
    "TrackEnsemble",
    "TrackFileError",
    "TrackSplit",
    "Tracks",
    "basin_at",
    "load_angles",
    "load_cyclones",
    "load_positions",
    "load_rotations",
    "load_vectors",
    "regression_laws",
    "save_ensemble_csv",
    "save_ensemble_geojson",
    "save_tracks",
    "scaled_intensity",
    "season_and_basin",
    "season_of",
    "track_covariates",
    "tracks_from_frame",
    "value_variance",
    "vector_field_laws",
    "wind_and_pressure",
]
