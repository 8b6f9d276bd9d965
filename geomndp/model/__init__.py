"""Models: a noising process with a network, untrained and trained, in memory and in files."""

from geomndp.model.conditioned_process import ConditionedProcess as ConditionedProcess
from geomndp.model.density import Density as Density
from geomndp.model.guided_density import conditional_log_prob as conditional_log_prob
from geomndp.model.learned_score import LearnedScore as LearnedScore
from geomndp.model.neural_diffusion_process import NeuralDiffusionProcess as NeuralDiffusionProcess
from geomndp.model.pretrained import load as load
from geomndp.model.pretrained import pretrained_names as pretrained_names
from geomndp.model.storage import ModelFileError as ModelFileError
from geomndp.model.trained_process import TrainedProcess as TrainedProcess

__all__ = [
    "ConditionedProcess",
    "Density",
    "LearnedScore",
    "ModelFileError",
    "NeuralDiffusionProcess",
    "TrainedProcess",
    "conditional_log_prob",
    "load",
    "pretrained_names",
]
