"""Whole seasons of storms that never were."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from geomndp.data import SOUTHERN, Track, Tracks, scaled_intensity, season_and_basin, season_of
from geomndp.data.globe import to_degrees
from geomndp.experiments.cyclones import N_TARGETS
from geomndp.experiments.track_cases import N_CONTEXT
from geomndp.experiments.track_inputs import ToldTracks, asked_covariates
from geomndp.experiments.track_models import has_intensity, is_planar
from geomndp.fields import FieldSample
from geomndp.manifolds import EARTH_RADIUS_KM, Sphere
from geomndp.model import TrainedProcess
from geomndp.sampling import AbstractConditionalMethod
from geomndp.typing import Key

_GLOBE = Sphere(2)

_STEP = 0.25  # days

_JITTER_KM, _JITTER_DAYS = 150.0, 5.0
"""By how much births are moved: standard deviations along each axis, and of the date."""


def synthetic_season(
    trained: TrainedProcess,
    past: Tracks,
    season: int,
    *,
    basins: tuple[str, ...] | None = None,
    method: AbstractConditionalMethod | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    key: Key,
) -> Tracks:
    """A season of made-up storms, at six-hourly steps.

    A model of tracks does not know when and where storms are born or how long they live. That is
    taken from the past: in each basin the number of storms is Poisson with the mean of the past
    seasons; each is born near a past storm of the basin, drawn at random, about 150 km and five
    days off, and lives as long as that one did. All that follows the birth is the model's, in
    pieces of 30 positions, each given the 20 before.

    Arguments:
        trained: A model of tracks.
        past: Storms of past seasons, such as those that the model was trained on.
        season: Year of the season, as `data.season_of` counts.
        basins: Codes of the basins; those of the past when left out.
        method: The method of conditioning.
        progress: Called after every storm.
        key: Random key.

    Raises:
        ValueError: If no past storm is of the basins, the years draw no storm, or the model is of a
            plane.

    Example:
        >>> import jax, geomndp as gn
        >>> past = gn.data.load_cyclones().select(season=range(2013, 2016), basin="NI", min_fixes=4)
        >>> made_up = gn.experiments.synthetic_season(
        ...     gn.load("cyclones"), past[:3], 2030, key=jax.random.key(0)
        ... )
        >>> {track.season for track in made_up}
        {2030}
    """
    if is_planar(trained.model):
        raise ValueError(
            "expected a model of positions on the globe, got one of a plane, which is there to be "
            "compared in forecasts"
        )
    basins = tuple(sorted({track.basin for track in past})) if basins is None else basins
    by_basin = {basin: past.select(basin=basin) for basin in basins}
    if not any(map(len, by_basin.values())):
        raise ValueError(f"expected past storms of {', '.join(basins)}, got none in {past}")
    n_seasons = len({track.season for track in past})
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)).tolist())
    parents = [
        storms[int(rng.integers(len(storms)))]
        for storms in by_basin.values()
        if len(storms)
        for _ in range(rng.poisson(len(storms) / n_seasons))
    ]
    if not parents:
        raise ValueError(f"expected a season with storms, got none in {', '.join(basins)}")
    made_up = []
    for number, parent in enumerate(parents):
        storm_key = jax.random.fold_in(key, number)
        born = _born(parent, season, rng)
        told = ToldTracks.of(_lived(trained, parent, born, method, storm_key))
        latitude, longitude = to_degrees(np.asarray(told.positions, np.float64))
        time = born + (np.arange(len(latitude)) * _STEP * 86400).astype("timedelta64[s]")
        id = f"SYN{season}{number:03d}"
        strength = told.wind, told.pressure
        made_up.append(Track(id, "", season, parent.basin, time, latitude, longitude, *strength))
        if progress is not None:
            progress(f"season {season}", number + 1, len(parents))
    return Tracks(made_up)


def _born(parent: Track, season: int, rng: np.random.Generator) -> np.datetime64:
    """A date of the season near that of the parent in its own."""
    own = season_of(parent.time[0], float(parent.latitude[0]))
    year = parent.time[0].astype("datetime64[Y]")
    into_year = parent.time[0] - year.astype("datetime64[s]")
    days = np.round(rng.normal(scale=_JITTER_DAYS) / _STEP) * _STEP
    start = (year + (season - own)).astype("datetime64[s]") + into_year
    return start + np.timedelta64(round(days * 86400), "s")


def _lived(
    trained: TrainedProcess,
    parent: Track,
    born: np.datetime64,
    method: AbstractConditionalMethod | None,
    key: Key,
) -> Float[np.ndarray, "n_points dim_y"]:
    """Values of a life as long as that of the parent, at six-hourly steps."""
    n_points = max(2, int(parent.days[-1] / _STEP) + 1)
    birth_key, key = jax.random.split(key)
    place = jnp.asarray(parent.unit_vectors()[:1], jnp.float32)
    clock = jnp.full(1, (_JITTER_KM / EARTH_RADIUS_KM) ** 2, jnp.float32)
    path = np.asarray(_GLOBE.heat_kernel.sample(place, clock, key=birth_key))
    known_at_birth = np.ones(0, np.float32)
    if has_intensity(trained.model):
        values, known = (part[:1] for part in scaled_intensity(parent))
        path = np.concatenate([path, values], -1, dtype=np.float32)
        known_at_birth = known[0].astype(np.float32)
    southern = parent.basin in SOUTHERN if parent.basin else bool(parent.latitude[0] < 0)

    def field(numbers: np.ndarray) -> FieldSample:
        days = numbers * _STEP
        season = season_and_basin(born, days, parent.basin, southern=southern)
        covariates = asked_covariates(trained.model, season)
        if covariates is not None and numbers[0] == 0 and known_at_birth.size:
            covariates = covariates.at[0, -known_at_birth.size :].set(known_at_birth)
        y = path[np.minimum(numbers, len(path) - 1)]  # of what is to come it is not looked at
        x = jnp.asarray(days[:, None], jnp.float32)
        return FieldSample(x, jnp.asarray(y), covariates=covariates)

    while len(path) < n_points:
        # Always as many, though not all may be kept: so that two shapes are compiled in all.
        asked = field(len(path) + np.arange(N_TARGETS))
        given = field(np.arange(max(0, len(path) - N_CONTEXT), len(path)))
        ahead = trained.condition(given).sample(
            asked.x,
            n_samples=1,
            covariates=asked.covariates,
            method=method,
            key=jax.random.fold_in(key, len(path)),
        )
        path = np.concatenate([path, np.asarray(ahead[0])])
    path[0, path.shape[-1] - known_at_birth.size :][known_at_birth < 0.5] = np.nan
    return path[:n_points]
