"""What the settings of all experiments say of training."""

from geomndp.training import TrainingConfig


class TrainingSettings:
    """A base of settings, which are dataclasses with fields of these names, in an order of theirs.

    It is no dataclass itself, so that it adds no field: those with a value here may be left out.
    """

    steps: int
    batch_size: int
    learning_rate: float
    checkpoint_every: int
    max_minutes: float
    muon: bool = False
    weight_decay: float = 0.0

    @property
    def training(self) -> TrainingConfig:
        """How long and by what steps the model is trained.

        Raises:
            ValueError: If nothing can be trained so.
        """
        return TrainingConfig(
            n_steps=self.steps,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            muon=self.muon,
            weight_decay=self.weight_decay,
            checkpoint_every=self.checkpoint_every,
            max_minutes=self.max_minutes,
        )
