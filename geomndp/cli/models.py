"""Models as the command line names them."""

from pathlib import Path

from geomndp.experiments import RunFolder
from geomndp.model import TrainedProcess, load


def load_model(name: str) -> TrainedProcess:
    """A shipped model's name, a model file, or a run folder."""
    folder = RunFolder(name)
    return load(folder.model if folder.model.is_file() else Path(name))
