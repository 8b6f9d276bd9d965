"""A forecast of one storm, from the fixes seen so far."""

import dataclasses
import math
import os
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.data import (
    Track,
    TrackEnsemble,
    save_ensemble_csv,
    save_ensemble_geojson,
    track_covariates,
)
from geomndp.experiments.track_cases import N_CONTEXT
from geomndp.experiments.track_inputs import ToldTracks, asked_covariates, track_field
from geomndp.model import TrainedProcess
from geomndp.plotting import plot_ensemble, plot_intensity
from geomndp.sampling import AbstractConditionalMethod
from geomndp.typing import Key


@dataclasses.dataclass(frozen=True)
class Forecast:
    """An ensemble of continuations of a track.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> track = gn.data.load_cyclones().select(season=2019)[0]
        >>> days = np.array([[track.days[-1] + 0.25]])
        >>> ahead = gn.experiments.Forecast(track, days, np.ones((2, 1, 3)) / np.sqrt(3))
        >>> ahead.members.shape
        (2, 1, 3)
    """

    track: Track
    """The fixes seen."""
    x: Float[Array | np.ndarray, "n_points 1"]
    """Days since the first fix, of each position told."""
    members: Float[Array | np.ndarray, "n_members n_points 3"]
    """Unit vectors."""
    wind: Float[np.ndarray, "n_members n_points"] | None = None
    """Maximum sustained wind in knots, of a model that tells it."""
    pressure: Float[np.ndarray, "n_members n_points"] | None = None
    """Sea-level pressure in hPa, of a model that tells it."""

    def save(
        self, folder: str | os.PathLike[str], *, marks: tuple[float, ...] | None = None
    ) -> list[Path]:
        """Write `forecast.png`, `.csv` and `.geojson` into a folder; returns their paths.

        With wind and pressure there is `intensity.png` too, and the table has them. Regions are
        drawn at the hours `marks` after the last fix, or at whole days.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        picture, table, features = (folder / f"forecast.{end}" for end in ("png", "csv", "geojson"))
        ensemble = TrackEnsemble(
            self.track.id,
            self.track.time[0],
            np.asarray(self.x)[:, 0],
            np.asarray(self.members),
            self.wind,
            self.pressure,
        )
        save_ensemble_csv(ensemble, table)
        save_ensemble_geojson(ensemble, features, observed=self.track)
        last = self.track.time[-1].astype("datetime64[m]")
        title = f"{self.track.name or self.track.id}, from {last} UTC"
        figure = plot_ensemble(self.track.field(), self.members, self.x, title=title, marks=marks)
        figure.savefig(picture, dpi=150, bbox_inches="tight")
        written = [picture, table, features]
        if self.wind is not None and self.pressure is not None:
            figure = plot_intensity(
                np.asarray(self.x)[:, 0],
                {"wind, kt": self.wind, "pressure, hPa": self.pressure},
                known_days=self.track.days,
                known={"wind, kt": self.track.wind, "pressure, hPa": self.track.pressure},
                title=title,
            )
            written.append(folder / "intensity.png")
            figure.savefig(written[-1], dpi=150, bbox_inches="tight")
        return written


def forecast_track(
    trained: TrainedProcess,
    track: Track,
    *,
    hours: int | float = 120.0,
    step_hours: int | float = 6.0,
    n_members: int = 64,
    method: AbstractConditionalMethod | None = None,
    key: Key,
) -> Forecast:
    """An ensemble of what a storm does after its last fix.

    Arguments:
        trained: A model of tracks.
        track: The fixes seen so far, at least 2; the last 20 are used.
        hours: How far ahead; the last position is the last whole step before it.
        step_hours: Hours between two positions told.
        n_members: Size of the ensemble.
        method: The method of conditioning.
        key: Random key.

    Raises:
        ValueError: If there are less than 2 fixes, no member, or not 0 < `step_hours` <= `hours`.

    Example:
        >>> import jax, geomndp as gn
        >>> track = gn.data.load_cyclones().select(season=2019)[0]
        >>> ahead = gn.experiments.forecast_track(
        ...     gn.load("cyclones"), track, hours=12, n_members=2, key=jax.random.key(0)
        ... )
        >>> ahead.members.shape
        (2, 2, 3)
    """
    if len(track) < 2:
        raise ValueError(
            f"expected a track of at least 2 fixes, got {len(track)}; one does not tell its motion"
        )
    if n_members < 1:
        raise ValueError(f"expected at least 1 member, got {n_members}")
    if not 0 < step_hours <= hours < math.inf:
        raise ValueError(
            f"expected 0 < step_hours <= hours, got step_hours={step_hours}, hours={hours}"
        )
    recent = jax.tree.map(lambda part: part[-N_CONTEXT:], track_field(trained.model, track))
    ahead = np.arange(1, int(hours / step_hours + 1e-9) + 1) * (step_hours / 24)
    days = track.days[-1] + ahead
    x = jnp.asarray(days[:, None].astype(np.float32))
    covariates = asked_covariates(trained.model, track_covariates(track, days))
    y = trained.condition(recent).sample(
        x, n_samples=n_members, covariates=covariates, method=method, key=key
    )
    told = ToldTracks.of(y, longitude=float(track.longitude[0]))
    return Forecast(track, x, told.positions, told.wind, told.pressure)
