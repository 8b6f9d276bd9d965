"""Tracks as the fields that a model of them takes, and what a model says, as tracks."""

from collections.abc import Iterable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from geomndp.data import INTENSITY, Track, scaled_intensity, track_covariates, wind_and_pressure
from geomndp.data.globe import to_unit_vectors
from geomndp.experiments.track_cases import TrackCase
from geomndp.experiments.track_models import has_intensity, is_planar, knows_the_season
from geomndp.fields import FieldSample
from geomndp.model import NeuralDiffusionProcess, TrainedProcess
from geomndp.sampling import AbstractConditionalMethod
from geomndp.typing import Key


def track_field(model: NeuralDiffusionProcess, track: Track) -> FieldSample:
    """A track as a field that a model takes: with intensity and covariates if it has them.

    Arguments:
        model: A model of tracks, as `cyclone_model` makes them.
        track: The storm.

    Example:
        >>> import geomndp as gn
        >>> dorian = gn.data.load_cyclones()["2019236N10314"]
        >>> gn.experiments.track_field(gn.experiments.cyclone_model(), dorian).covariates.shape
        (65, 9)
    """
    return jax.tree.map(lambda part: part[0], track_fields(model, [track]))


def track_fields(
    model: NeuralDiffusionProcess, tracks: Iterable[Track], n_points: int | None = None
) -> FieldSample:
    """Tracks as one batch of the fields that a model takes, padded.

    Arguments:
        model: A model of tracks, as `cyclone_model` makes them.
        tracks: The storms.
        n_points: Number of points to pad to; that of the longest storm when left out.

    Raises:
        ValueError: If there is no storm, or one has more fixes than `n_points`.

    Example:
        >>> import geomndp as gn
        >>> tracks = gn.data.load_cyclones().select(season=2019, basin="NA")
        >>> gn.experiments.track_fields(gn.experiments.cyclone_model(), tracks).y.shape
        (20, 65, 3)
    """
    tracks = list(tracks)
    if not tracks:
        raise ValueError("expected at least one storm, got none")
    longest = max(map(len, tracks))
    n_points = longest if n_points is None else n_points
    if n_points < longest:
        raise ValueError(f"expected n_points of at least {longest}, got {n_points}")
    padded = [_padded(model, track, n_points) for track in tracks]
    return FieldSample(*(jnp.asarray(np.stack(part)) for part in zip(*padded, strict=True)))


def _padded(model: NeuralDiffusionProcess, track: Track, n_points: int) -> list[np.ndarray]:
    values, known = [_positions(model, track)], []
    if knows_the_season(model):
        known.append(track_covariates(track))
    if has_intensity(model):
        intensity = scaled_intensity(track)
        values.append(intensity.values)
        known.append(intensity.known)
    parts = [track.days[:, None], np.concatenate(values, -1)]
    if known:
        parts.append(np.concatenate(known, -1))
    missing = n_points - len(track)
    padded = [np.pad(part, [(0, missing), (0, 0)], mode="edge") for part in parts]
    padded = [part.astype(np.float32) for part in padded]
    return [*padded[:2], np.arange(n_points) < len(track), *padded[2:]]


def _positions(
    model: NeuralDiffusionProcess, track: Track
) -> Float[np.ndarray, "n_points coordinates"]:
    if not is_planar(model):
        return track.unit_vectors()
    longitude = np.unwrap(np.deg2rad(track.longitude))
    return np.stack([longitude - longitude[0], np.deg2rad(track.latitude)], -1)


def at_fixes(field: FieldSample, numbers: Int[np.ndarray, " n"]) -> FieldSample:
    """Some points of a field, by their numbers."""
    # In NumPy: each length of a track would be compiled anew.
    return jax.tree.map(lambda part: jnp.asarray(np.asarray(part)[numbers]), field)


def asked_covariates(
    model: NeuralDiffusionProcess, season_and_basin: Float[np.ndarray, "n dim_c"]
) -> Float[Array, "n dim_all"] | None:
    """The covariates with which a model is asked for a track: all of its intensity is wanted.

    Arguments:
        model: A model of tracks.
        season_and_basin: As from `data.season_and_basin`, of which models without a season take no
            notice.

    Example:
        >>> import geomndp as gn
        >>> season = gn.data.season_and_basin("2024-09-01", [0.0, 0.25], "NA")
        >>> model = gn.experiments.cyclone_model(values="intensity")
        >>> gn.experiments.asked_covariates(model, season).shape
        (2, 11)
    """
    parts = [season_and_basin] if knows_the_season(model) else []
    if has_intensity(model):
        parts.append(np.ones((len(season_and_basin), len(INTENSITY))))
    return jnp.asarray(np.concatenate(parts, -1), jnp.float32) if parts else None


class ToldTracks(NamedTuple):
    """What a model says of storms: where they are and, if it knows, how strong.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> gn.experiments.ToldTracks.of(np.ones((2, 5, 3))).wind is None
        True
    """

    positions: Float[Array | np.ndarray, "*batch 3"]
    """Unit vectors."""
    wind: Float[np.ndarray, "*batch"] | None = None
    """Knots."""
    pressure: Float[np.ndarray, "*batch"] | None = None
    """hPa."""

    @classmethod
    def of(
        cls, y: Float[Array | np.ndarray, "*batch dim_y"], *, longitude: float = 0.0
    ) -> "ToldTracks":
        """The parts of values of a model of tracks.

        Arguments:
            y: Values.
            longitude: Degrees east of the first fix, from which those in a plane count.
        """
        if y.shape[-1] == 2:
            east, north = np.rad2deg(np.moveaxis(np.asarray(y, np.float64), -1, 0))
            unit = to_unit_vectors(np.clip(north, -90, 90), longitude + east)
            return cls(unit.astype(np.float32))
        if y.shape[-1] == 3:
            return cls(y)
        return cls(y[..., :3], *wind_and_pressure(y[..., 3:]))


def tell_case(
    trained: TrainedProcess,
    case: TrackCase,
    *,
    n_members: int,
    method: AbstractConditionalMethod | None = None,
    key: Key,
) -> ToldTracks:
    """An ensemble of the hidden part of a storm, from a model of tracks.

    Arguments:
        trained: A model of tracks.
        case: The storm.
        n_members: Size of the ensemble.
        method: The method of conditioning.
        key: Random key.

    Example:
        >>> import jax, geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> case, = gn.experiments.gap_cases(storms)
        >>> gn.experiments.tell_case(
        ...     gn.load("cyclones"), case, n_members=2, key=jax.random.key(0)
        ... ).positions.shape
        (2, 7, 3)
    """
    whole = track_field(trained.model, case.track)
    given, asked = at_fixes(whole, case.given), at_fixes(whole, case.hidden)
    covariates = asked_covariates(trained.model, track_covariates(case.track)[case.hidden])
    y = trained.condition(given).sample(
        asked.x,
        n_samples=n_members,
        covariates=covariates,
        method=method,
        key=key,
    )
    return ToldTracks.of(y, longitude=float(case.track.longitude[0]))
