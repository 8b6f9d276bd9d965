"""Training: fitting the parameters of a model to fields."""

from geomndp.training.checkpoints import CheckpointError as CheckpointError
from geomndp.training.config import TrainingConfig as TrainingConfig
from geomndp.training.fit import FitResult as FitResult
from geomndp.training.fit import fit as fit
from geomndp.training.hidden_parts import HiddenParts as HiddenParts
from geomndp.training.sources import Data as Data
from geomndp.training.tasks import AbstractTask as AbstractTask
from geomndp.training.tasks import RandomConditioning as RandomConditioning
from geomndp.training.tasks import RandomContext as RandomContext
from geomndp.training.tasks import RandomSubset as RandomSubset
from geomndp.training.tasks import WholeField as WholeField

__all__ = [
    "AbstractTask",
    "CheckpointError",
    "Data",
    "FitResult",
    "HiddenParts",
    "RandomConditioning",
    "RandomContext",
    "RandomSubset",
    "TrainingConfig",
    "WholeField",
    "fit",
]
