"""New storms, drawn from a model of tracks."""

import dataclasses
import math
import os
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.data import TrackEnsemble, save_ensemble_csv, save_ensemble_geojson, season_and_basin
from geomndp.experiments.track_inputs import ToldTracks, asked_covariates
from geomndp.experiments.track_models import knows_the_season
from geomndp.model import TrainedProcess
from geomndp.plotting import plot_tracks
from geomndp.typing import Key


@dataclasses.dataclass(frozen=True)
class TrackSamples:
    """Tracks that a model made up.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> made_up = gn.experiments.TrackSamples(np.zeros((1, 1)), np.ones((2, 1, 3)) / np.sqrt(3))
        >>> made_up.y.shape
        (2, 1, 3)
    """

    x: Float[Array | np.ndarray, "n_points 1"]
    """Days since the first fix."""
    y: Float[Array | np.ndarray, "n_tracks n_points 3"]
    """Unit vectors."""
    wind: Float[np.ndarray, "n_tracks n_points"] | None = None
    """Maximum sustained wind in knots, of a model that tells it."""
    pressure: Float[np.ndarray, "n_tracks n_points"] | None = None
    """Sea-level pressure in hPa, of a model that tells it."""
    start: str = "1970-01-01T00:00:00"
    """Time of the first positions, UTC."""

    def save(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write `samples.png`, `.csv` and `.geojson` into a folder; returns their paths.

        Storms of a model that does not know the season have no date: their times count from the
        beginning of 1970.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        picture, table, features = (folder / f"samples.{end}" for end in ("png", "csv", "geojson"))
        ensemble = TrackEnsemble(
            "SAMPLED",
            self.start,
            np.asarray(self.x)[:, 0],
            np.asarray(self.y),
            self.wind,
            self.pressure,
        )
        save_ensemble_csv(ensemble, table)
        save_ensemble_geojson(ensemble, features)
        figure = plot_tracks(list(np.asarray(self.y)))
        figure.savefig(picture, dpi=150, bbox_inches="tight")
        return [picture, table, features]


def sample_tracks(
    trained: TrainedProcess,
    *,
    days: int | float = 6.0,
    step_hours: int | float = 6.0,
    n_tracks: int = 16,
    start: str = "2000-09-01",
    basin: str = "NA",
    key: Key,
) -> TrackSamples:
    """Draw new tracks from a model.

    Where storms are born, and for how long they live, `synthetic_season` takes from data. Those of
    a model of the plane are born at 0 E.

    Arguments:
        trained: A model of tracks.
        days: Length of each track.
        step_hours: Hours between two positions.
        n_tracks: How many.
        start: Time of the first positions, UTC, for a model that knows the season.
        basin: Code of the basin, as in `data.BASINS`, for a model that knows it.
        key: Random key.

    Raises:
        ValueError: If a length or number is not positive, or there is no such basin.

    Example:
        >>> import jax, geomndp as gn
        >>> made_up = gn.experiments.sample_tracks(
        ...     gn.load("cyclones"), days=1, n_tracks=2, key=jax.random.key(0)
        ... )
        >>> made_up.y.shape
        (2, 5, 3)
    """
    if not 0 < step_hours <= 24 * days < math.inf or n_tracks < 1:
        raise ValueError(
            "expected 0 < step_hours <= 24 days and at least 1 track, "
            f"got step_hours={step_hours}, days={days}, n_tracks={n_tracks}"
        )
    n_points = int(24 * days / step_hours + 1e-9) + 1
    x = jnp.arange(n_points, dtype=jnp.float32)[:, None] * (step_hours / 24)
    season = season_and_basin(start, np.asarray(x)[:, 0], basin)
    covariates = asked_covariates(trained.model, season)
    told = ToldTracks.of(trained.sample(x, n_samples=n_tracks, covariates=covariates, key=key))
    samples = TrackSamples(x, told.positions, told.wind, told.pressure)
    return dataclasses.replace(samples, start=start) if knows_the_season(trained.model) else samples
