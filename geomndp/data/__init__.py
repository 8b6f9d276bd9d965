"""Tracks of tropical cyclones: loading, splitting by season, and writing."""

from geomndp.data.basins import BASINS as BASINS
from geomndp.data.errors import TrackFileError as TrackFileError
from geomndp.data.load_cyclones import load_cyclones as load_cyclones
from geomndp.data.report import LoadReport as LoadReport
from geomndp.data.report import ReportEntry as ReportEntry
from geomndp.data.seasons import season_of as season_of
from geomndp.data.track import Track as Track
from geomndp.data.tracks import Tracks as Tracks
from geomndp.data.tracks import TrackSplit as TrackSplit

__all__ = [
    "BASINS",
    "LoadReport",
    "ReportEntry",
    "Track",
    "TrackFileError",
    "TrackSplit",
    "Tracks",
    "load_cyclones",
    "season_of",
]
