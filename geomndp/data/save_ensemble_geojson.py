"""Writing of an ensemble of tracks as GeoJSON."""

import json
import os

import numpy as np

from geomndp.data.antimeridian import Vertex, cut_at_antimeridian
from geomndp.data.atomic_write import atomic_write
from geomndp.data.track import Track
from geomndp.data.track_ensemble import TrackEnsemble

_DIGITS = 5  # of degrees: about 1 m


def save_ensemble_geojson(
    ensemble: TrackEnsemble, path: str | os.PathLike, *, observed: Track | None = None
) -> None:
    """Write an ensemble as a GeoJSON FeatureCollection (RFC 7946), one feature per member.

    A member is a LineString, cut into a MultiLineString where it crosses 180 degrees of
    longitude. Its properties are `kind` ("member" or "observed"), `storm`, `member` (from 0), and
    `times`, ISO 8601 in UTC, nested as the coordinates are.

    Arguments:
        ensemble: The members.
        path: The file; with the ending `.gz` it is compressed. A file of that name is replaced.
        observed: The fixes that the ensemble starts from, written as the first feature.

    Raises:
        FileNotFoundError: If the folder does not exist.

    Example:
        >>> import json, tempfile, numpy as np, geomndp as gn
        >>> from pathlib import Path
        >>> y = np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
        >>> ensemble = gn.data.TrackEnsemble("X", "2024-08-31T18", np.array([0.0, 1.0]), y)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "ensemble.geojson"
        ...     gn.data.save_ensemble_geojson(ensemble, path)
        ...     feature = json.loads(path.read_text())["features"][0]
        >>> feature["geometry"]
        {'type': 'LineString', 'coordinates': [[0.0, 0.0], [90.0, 0.0]]}
    """
    features = [] if observed is None else [_observed(observed)]
    latitude, longitude = ensemble.latitude, ensemble.longitude
    for member in range(len(ensemble)):
        parts = cut_at_antimeridian(latitude[member], longitude[member], ensemble.days)
        properties = {"kind": "member", "storm": ensemble.id, "member": member}
        features.append(_feature(parts, np.datetime64(ensemble.start), properties))
    collection = {"type": "FeatureCollection", "features": features}
    text = json.dumps(collection, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    atomic_write(path, text + "\n")


def _observed(track: Track) -> dict:
    properties = {
        "kind": "observed",
        "storm": track.id,
        "name": track.name,
        "season": track.season,
        "basin": track.basin,
    }
    parts = cut_at_antimeridian(track.latitude, track.longitude, track.days)
    return _feature(parts, track.time[0], properties)


def _feature(parts: list[list[Vertex]], start: np.datetime64, properties: dict) -> dict:
    """A feature of the simplest geometry that holds the parts."""
    coordinates: list = [
        [[round(lon, _DIGITS), round(lat, _DIGITS)] for lon, lat, _ in part] for part in parts
    ]
    times: list = [[_time(start, day) for _, _, day in part] for part in parts]
    kind = "MultiLineString"
    if len(parts) == 1:
        kind, coordinates, times = "LineString", coordinates[0], times[0]
        if len(coordinates) == 1:
            kind, coordinates = "Point", coordinates[0]
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": {**properties, "times": times},
    }


def _time(start: np.datetime64, days: float) -> str:
    return f"{start + np.timedelta64(round(days * 86400.0), 's')}Z"
