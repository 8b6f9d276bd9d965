"""geomndp."""

from geomndp import (
    fields, groups, losses, manifolds, model, networks, representations, sampling, sde, solvers,
    typing,
)
from geomndp.fields import FieldSample, FieldType
from geomndp.model import NeuralDiffusionProcess, TrainedProcess, load
