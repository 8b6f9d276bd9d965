"""Writing of tracks."""

import csv
import io
import math
import os
from collections.abc import Iterable

from geomndp.data.atomic_write import atomic_write
from geomndp.data.track import Track
from geomndp.data.tracks import Tracks

_HEADER = ["sid", "name", "season", "basin", "iso_time", "lat", "lon", "wind", "pres"]


def save_tracks(tracks: Iterable[Track] | Track, path: str | os.PathLike) -> None:
    """Write tracks as CSV that `load_cyclones` reads back exactly, one row per fix.

    The columns are sid, name, season, basin, iso_time (UTC), lat, lon (degrees), wind (knots) and
    pres (hPa), empty where missing. Load tracks of a single fix with `min_fixes=1`.

    Arguments:
        tracks: One track, or several of different ids.
        path: The file; with the ending `.gz` it is compressed. A file of that name is replaced.

    Raises:
        ValueError: If two tracks have the same id, or one has none.
        FileNotFoundError: If the folder does not exist.

    Example:
        >>> import tempfile, geomndp as gn
        >>> from pathlib import Path
        >>> tracks = gn.data.load_cyclones().select(season=2024, basin="SI")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "tracks.csv.gz"
        ...     gn.data.save_tracks(tracks, path)
        ...     gn.data.load_cyclones(path) == tracks
        True
    """
    tracks = Tracks([tracks] if isinstance(tracks, Track) else tracks)
    if "" in tracks.ids:
        raise ValueError("expected an id of every track, got '' for one; name it in Track(id, ...)")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for track in tracks:
        numbers = (track.latitude, track.longitude, track.wind, track.pressure)
        fixes = zip(track.time, *(values.tolist() for values in numbers), strict=True)
        for time, *values in fixes:
            cells = ("" if math.isnan(value) else repr(value) for value in values)
            writer.writerow([track.id, track.name, track.season, track.basin, f"{time}Z", *cells])
    atomic_write(path, text.getvalue())
