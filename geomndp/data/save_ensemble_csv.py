"""Writing of an ensemble of tracks as CSV."""

import os

from geomndp.data.atomic_write import atomic_write
from geomndp.data.track_ensemble import TrackEnsemble


def save_ensemble_csv(ensemble: TrackEnsemble, path: str | os.PathLike) -> None:
    """Write an ensemble as CSV: a row per member and time, of member, time, latitude, longitude.

    Members count from 0, times are ISO 8601 in UTC, positions in degrees to 1e-5 (about 1 m). Where
    the ensemble has them there are also columns of wind in knots and of pressure in hPa.

    Arguments:
        ensemble: The members.
        path: The file; with the ending `.gz` it is compressed. A file of that name is replaced.

    Raises:
        FileNotFoundError: If the folder does not exist.

    Example:
        >>> import tempfile, numpy as np, geomndp as gn
        >>> from pathlib import Path
        >>> y = np.array([[[1.0, 0.0, 0.0]]])
        >>> ensemble = gn.data.TrackEnsemble("X", "2024-08-31T18", np.array([0.5]), y)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "ensemble.csv"
        ...     gn.data.save_ensemble_csv(ensemble, path)
        ...     path.read_text().splitlines()
        ['member,time,latitude,longitude', '0,2024-09-01T06:00:00Z,0.00000,0.00000']
    """
    columns = {"latitude": (ensemble.latitude, 5), "longitude": (ensemble.longitude, 5)}
    for name, values in (("wind", ensemble.wind), ("pressure", ensemble.pressure)):
        if values is not None:
            columns[name] = (values, 1)
    rows = [",".join(["member", "time", *columns])]
    for member in range(len(ensemble)):
        texts = [
            [f"{value:.{places}f}" for value in values[member].tolist()]
            for values, places in columns.values()
        ]
        rows += [
            ",".join([str(member), f"{time}Z", *row])
            for time, *row in zip(ensemble.time, *texts, strict=True)
        ]
    atomic_write(path, "\n".join(rows) + "\n")
