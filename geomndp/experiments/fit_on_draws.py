"""Training on fields that are drawn anew for each step: the settings, and the run."""

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import Any

import jax

from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.training_settings import TrainingSettings
from geomndp.fields import AbstractFieldGenerator, FieldSample
from geomndp.losses import DenoisingScoreMatching, LogNormalWeighting
from geomndp.model import NeuralDiffusionProcess, TrainedProcess, load
from geomndp.networks import Params, RotaryTransformer
from geomndp.networks.parameter_shapes import parameter_shapes, shapes_of
from geomndp.training import AbstractTask, RandomContext, fit


@dataclasses.dataclass(frozen=True)
class DrawsSettings(TrainingSettings):
    """What the settings of such runs have in common; an experiment gives the defaults."""

    width: int
    """Features per point of the network."""
    n_layers: int
    """Attention layers of the network."""
    points: int | None
    """Largest number of points of a field."""
    steps: int
    """Optimiser steps."""
    batch_size: int
    """Fields per step, all drawn anew."""
    learning_rate: float
    """Peak learning rate."""
    n_context: int
    """Largest number of points that are given in training; half of the fields are drawn freely."""
    muon: bool = False
    """Whether matrices of layers go by Muon instead of Adam, which needs fewer steps."""
    max_minutes: float = 30.0
    """Training stops after this many minutes, wherever it is; with --resume it has them again."""
    checkpoint_every: int = 500
    """Steps between two checkpoints."""
    seed: int = 0
    """Seed of every random choice."""
    log_noise: tuple[float, float] = -2.0, 1.6
    """Mean and spread of the logarithm of the noise that is trained on, in units of the signal.
    The more points a field has the more of them tell, together, of a signal that is far below the
    noise: at hundreds of points a mean of -1 and a spread of 2 are better."""
    start: str | None = None
    """A model to train further, the name of a shipped one, a file or a run folder, with a network
    of the same sizes, or of the same but without periods; fresh parameters when left out."""

    @property
    def weighting(self) -> LogNormalWeighting:
        """How much each scale of noise counts."""
        return LogNormalWeighting(*self.log_noise)

    def check(self, multiple: int) -> None:
        """Refuse a width that is no multiple of a number, no layer, no point, and no training.

        Raises:
            ValueError: If it is so.
        """
        _ = self.training, self.weighting  # which refuse what they cannot do
        if self.points is not None and self.points < 1:
            raise ValueError(f"expected points >= 1, got {self.points}")
        if self.width < multiple or self.width % multiple or self.n_layers < 1:
            raise ValueError(
                f"expected a width that is a multiple of {multiple} and n_layers >= 1, "
                f"got {self.width} and {self.n_layers}"
            )


def starting_parameters(start: str | None, model: NeuralDiffusionProcess) -> Params | None:
    """The parameters of a model to train further, if there is one: a name, a file or a run folder.

    They may be of another network if they have the same shapes, as with another unit; those of a
    network that differs by having no periods are grown, see `RotaryTransformer.grown`.

    Raises:
        ModelFileError: If there is no such model.
        ValueError: If its parameters do not fit the model to be trained.
    """
    if start is None:
        return None
    kept = RunFolder(start).model
    before = load(kept if kept.is_file() else start)
    network, params = model.network, before.params
    if shapes_of(params) == parameter_shapes(network, model.n_covariates):
        return params
    if isinstance(network, RotaryTransformer):
        with contextlib.suppress(ValueError):  # of what cannot grow
            return network.grown(params, model.n_covariates)
    wanted, found = _told(model), _told(before.model)
    if wanted.keys() == found.keys() and wanted != found:  # a network of the same kind
        differing = [name for name in wanted if wanted[name] != found[name]]
        wanted, found = ({name: all_[name] for name in differing} for all_ in (wanted, found))
    raise ValueError(
        f"expected to start from a model with the network of these settings, {_listed(wanted)}; "
        f"got {start}, which has {_listed(found)}: change the settings, or start from another model"
    )


_PLAIN = (int, float, tuple, type(None))


def _told(model: NeuralDiffusionProcess) -> dict[str, Any]:
    """What tells a network from others."""
    network, kind = model.network, model.network.field_type
    settings = {field.name: getattr(network, field.name) for field in dataclasses.fields(network)}
    return {
        "network": type(network).__name__,
        "domain": kind.domain,
        "codomain": kind.codomain,
        "n_covariates": model.n_covariates,
        **{name: value for name, value in settings.items() if isinstance(value, _PLAIN)},
    }


def _listed(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items())


def fit_on_draws(
    model: NeuralDiffusionProcess,
    fields: AbstractFieldGenerator | Iterator[FieldSample],
    folder: RunFolder,
    settings: DrawsSettings,
    *,
    validation: AbstractFieldGenerator | FieldSample,
    task: AbstractTask | None = None,
    resume: bool = False,
    progress: Any = None,
) -> TrainedProcess:
    """Train a model on draws, watch it on other fields, and keep it in a run folder.

    The task is `RandomContext` with the number of points of the settings when left out.

    Raises:
        CheckpointError: If the folder holds a run and `resume` is False, or another run.
        ModelFileError: If the settings start from a model that there is not.
        ValueError: If they start from one of another network.
    """
    result = fit(
        model,
        fields,
        key=jax.random.key(settings.seed),
        config=settings.training,
        task=RandomContext(settings.n_context) if task is None else task,
        loss=DenoisingScoreMatching(settings.weighting),
        validation=validation,
        start=starting_parameters(settings.start, model),
        folder=folder.path,
        resume=resume,
        progress=progress,
    )
    trained = TrainedProcess(model.trained_with(settings.n_context), result.params)
    trained.save(folder.model)
    return trained
