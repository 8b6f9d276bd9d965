"""Training on fields that are drawn anew for each step: the settings, and the run."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import jax

from geomndp.experiments.run_folder import RunFolder
from geomndp.fields import AbstractFieldGenerator, FieldSample
from geomndp.losses import DenoisingScoreMatching, LogNormalWeighting
from geomndp.model import NeuralDiffusionProcess, TrainedProcess
from geomndp.training import AbstractTask, RandomContext, TrainingConfig, fit

LOG_NOISE = -2.0, 1.6
"""Mean and standard deviation of the logarithm of the noise that is trained on."""


@dataclasses.dataclass(frozen=True)
class DrawsSettings:
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
    """Peak learning rate of Adam."""
    n_context: int
    """Largest number of points that are given in training; half of the fields are drawn freely."""
    max_minutes: float = 30.0
    """Training stops after this many minutes, wherever it is; with --resume it has them again."""
    checkpoint_every: int = 500
    """Steps between two checkpoints."""
    seed: int = 0
    """Seed of every random choice."""

    def check_network(self, multiple: int) -> None:
        """Refuse a width that is no multiple of a number, and less than one layer.

        Raises:
            ValueError: If it is so.
        """
        if self.width < multiple or self.width % multiple or self.n_layers < 1:
            raise ValueError(
                f"expected a width that is a multiple of {multiple} and n_layers >= 1, "
                f"got {self.width} and {self.n_layers}"
            )


def fit_on_draws(
    model: NeuralDiffusionProcess,
    fields: AbstractFieldGenerator | Iterator[FieldSample],
    folder: RunFolder,
    settings: DrawsSettings,
    *,
    validation: AbstractFieldGenerator | FieldSample,
    task: AbstractTask | None = None,
    log_noise: tuple[float, float] = LOG_NOISE,
    resume: bool = False,
    progress: Any = None,
) -> TrainedProcess:
    """Train a model on draws, watch it on other fields, and keep it in a run folder.

    The task is `RandomContext` with the number of points of the settings when left out; `log_noise`
    is the mean and the standard deviation of the logarithm of the noise that is trained on, in
    units of the signal.
    """
    mean, std = log_noise
    config = TrainingConfig(
        n_steps=settings.steps,
        batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        checkpoint_every=settings.checkpoint_every,
        max_minutes=settings.max_minutes,
    )
    result = fit(
        model,
        fields,
        key=jax.random.key(settings.seed),
        config=config,
        task=RandomContext(settings.n_context) if task is None else task,
        loss=DenoisingScoreMatching(LogNormalWeighting(mean, std)),
        validation=validation,
        folder=folder.path,
        resume=resume,
        progress=progress,
    )
    trained = TrainedProcess(model.trained_with(settings.n_context), result.params)
    trained.save(folder.model)
    return trained
