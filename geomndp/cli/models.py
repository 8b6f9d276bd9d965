"""Models as the command line names them."""

from pathlib import Path

from geomndp.experiments import RunFolder
from geomndp.manifolds import Euclidean
from geomndp.model import TrainedProcess, load


def load_model(name: str) -> TrainedProcess:
    """A shipped model's name, a model file, or a run folder."""
    folder = RunFolder(name)
    return load(folder.model if folder.model.is_file() else Path(name))


def is_of_functions(trained: TrainedProcess) -> bool:
    """Whether a model is of functions from R to R; otherwise it is of tracks."""
    kind = trained.model.network.field_type
    return (kind.domain, kind.codomain) == (Euclidean(1), Euclidean(1))
