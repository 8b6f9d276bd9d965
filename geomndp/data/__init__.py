"""Tracks of tropical cyclones and winds: loading, splitting, writing; laws of random fields."""

from geomndp.data.azimuthal_projection import (
    AbstractAzimuthalProjection as AbstractAzimuthalProjection,
)
from geomndp.data.azimuthal_projection import AzimuthalEqualArea as AzimuthalEqualArea
from geomndp.data.azimuthal_projection import AzimuthalEquidistant as AzimuthalEquidistant
from geomndp.data.basins import BASINS as BASINS
from geomndp.data.basins import basin_at as basin_at
from geomndp.data.earth_coordinates import AbstractEarthCoordinates as AbstractEarthCoordinates
from geomndp.data.earth_coordinates import UnitSphere as UnitSphere
from geomndp.data.errors import TrackFileError as TrackFileError
from geomndp.data.errors import WindFileError as WindFileError
from geomndp.data.frame import tracks_from_frame as tracks_from_frame
from geomndp.data.function_law import AbstractFunctionLaw as AbstractFunctionLaw
from geomndp.data.function_laws import FunctionMixture as FunctionMixture
from geomndp.data.function_laws import GaussianFunctions as GaussianFunctions
from geomndp.data.function_laws import StepFunctions as StepFunctions
from geomndp.data.function_laws import regression_laws as regression_laws
from geomndp.data.gaussian_values import value_variance as value_variance
from geomndp.data.hours import hours_since as hours_since
from geomndp.data.hours import with_hours as with_hours
from geomndp.data.intensity import INTENSITY as INTENSITY
from geomndp.data.intensity import Intensity as Intensity
from geomndp.data.intensity import scaled_intensity as scaled_intensity
from geomndp.data.intensity import wind_and_pressure as wind_and_pressure
from geomndp.data.load_arco_era5 import ARCO_ERA5 as ARCO_ERA5
from geomndp.data.load_arco_era5 import load_arco_era5 as load_arco_era5
from geomndp.data.load_cyclones import load_cyclones as load_cyclones
from geomndp.data.load_observations import load_observations as load_observations
from geomndp.data.load_observed_winds import load_observed_winds as load_observed_winds
from geomndp.data.load_points import load_angles as load_angles
from geomndp.data.load_points import load_positions as load_positions
from geomndp.data.load_points import load_rotations as load_rotations
from geomndp.data.load_points import load_vectors as load_vectors
from geomndp.data.load_stations import load_stations as load_stations
from geomndp.data.load_wind_places import load_wind_places as load_wind_places
from geomndp.data.load_winds import load_winds as load_winds
from geomndp.data.map_projection import MapProjection as MapProjection
from geomndp.data.random_fields import RandomFields as RandomFields
from geomndp.data.random_functions import RandomFunctions as RandomFunctions
from geomndp.data.region import Region as Region
from geomndp.data.report import LoadReport as LoadReport
from geomndp.data.report import ReportEntry as ReportEntry
from geomndp.data.save_ensemble_csv import save_ensemble_csv as save_ensemble_csv
from geomndp.data.save_ensemble_geojson import save_ensemble_geojson as save_ensemble_geojson
from geomndp.data.save_tracks import save_tracks as save_tracks
from geomndp.data.save_winds import save_winds as save_winds
from geomndp.data.sawtooth import Sawtooth as Sawtooth
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
from geomndp.data.wind_batches import wind_batches as wind_batches
from geomndp.data.wind_ensemble import wind_ensemble as wind_ensemble
from geomndp.data.wind_ensemble import wind_ensemble_like as wind_ensemble_like
from geomndp.data.wind_interpolation import interpolate_winds as interpolate_winds
from geomndp.data.wind_observations import WindObservations as WindObservations
from geomndp.data.wind_observations import from_direction as from_direction
from geomndp.data.wind_observations import to_direction as to_direction
from geomndp.data.wind_split import WindSplit as WindSplit
from geomndp.data.wind_split import split_by_time as split_by_time
from geomndp.data.winds import Winds as Winds

__all__ = [
    "ARCO_ERA5",
    "BASINS",
    "INTENSITY",
    "SOUTHERN",
    "TRACK_COVARIATES",
    "AbstractAzimuthalProjection",
    "AbstractEarthCoordinates",
    "AbstractFunctionLaw",
    "AzimuthalEqualArea",
    "AzimuthalEquidistant",
    "FunctionMixture",
    "GaussianFunctions",
    "Intensity",
    "LoadReport",
    "MapProjection",
    "RandomFields",
    "RandomFunctions",
    "Region",
    "ReportEntry",
    "Sawtooth",
    "StepFunctions",
    "Track",
    "TrackEnsemble",
    "TrackFileError",
    "TrackSplit",
    "Tracks",
    "UnitSphere",
    "WindFileError",
    "WindObservations",
    "WindSplit",
    "Winds",
    "basin_at",
    "from_direction",
    "hours_since",
    "interpolate_winds",
    "load_angles",
    "load_arco_era5",
    "load_cyclones",
    "load_observations",
    "load_observed_winds",
    "load_positions",
    "load_rotations",
    "load_stations",
    "load_vectors",
    "load_wind_places",
    "load_winds",
    "regression_laws",
    "save_ensemble_csv",
    "save_ensemble_geojson",
    "save_tracks",
    "save_winds",
    "scaled_intensity",
    "season_and_basin",
    "season_of",
    "split_by_time",
    "to_direction",
    "track_covariates",
    "tracks_from_frame",
    "value_variance",
    "vector_field_laws",
    "wind_and_pressure",
    "wind_batches",
    "wind_ensemble",
    "wind_ensemble_like",
    "with_hours",
]
