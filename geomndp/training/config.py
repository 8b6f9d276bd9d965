"""Settings of a training run."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """How a model is trained.

    Example:
        >>> import geomndp as gn
        >>> gn.training.TrainingConfig(n_steps=100).batch_size
        32
    """

    n_steps: int = 4000
    """Number of optimiser steps."""
    batch_size: int = 32
    """Fields per step."""
    learning_rate: float = 1e-3
    """Peak learning rate, reached after the warm-up; a cosine takes it to a hundredth."""
    warmup_fraction: float = 0.05
    """Share of the steps over which the learning rate rises from 0."""
    muon: bool = False
    """Whether weight matrices of layers go by Muon, steps that are as long in all directions, and
    the other parameters by Adam with Nesterov momentum; else all go by Adam."""
    weight_decay: float = 0.0
    """Decoupled weight decay, per step and unit of learning rate."""
    clip_norm: float = 1.0
    """Gradients longer than this are shortened to it."""
    ema_decay: float = 0.999
    """Decay per step of the moving average of the parameters, which is what is kept."""
    log_every: int = 50
    """Steps between two lines of the history."""
    validate_every: int = 500
    """Steps between two evaluations of the loss on the validation fields."""
    checkpoint_every: int = 500
    """Steps between two checkpoints."""
    max_minutes: float | None = None
    """Stop after this many minutes, wherever the run is; a resumed run has as many again."""

    def __post_init__(self) -> None:
        for name in (
            "n_steps",
            "batch_size",
            "log_every",
            "validate_every",
            "checkpoint_every",
            "learning_rate",
            "clip_norm",
        ):
            if not getattr(self, name) > 0:
                raise ValueError(f"expected {name} > 0, got {getattr(self, name)}")
        if not self.weight_decay >= 0:
            raise ValueError(f"expected weight_decay >= 0, got {self.weight_decay}")
        if not 0 <= self.ema_decay < 1 or not 0 <= self.warmup_fraction < 1:
            raise ValueError(
                "expected ema_decay and warmup_fraction in [0, 1), "
                f"got {self.ema_decay} and {self.warmup_fraction}"
            )
        if self.max_minutes is not None and not self.max_minutes > 0:
            raise ValueError(f"expected max_minutes > 0, or none, got {self.max_minutes}")
