"""Loading trained models, from files and from those that this library ships."""

import os
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from geomndp.model.storage import ModelFileError, read_model
from geomndp.model.trained_process import TrainedProcess

_SUFFIX = ".geomndp"


def load(name_or_path: str | os.PathLike[str]) -> TrainedProcess:
    """A trained model, from a file or, by name, one that this library ships.

    Arguments:
        name_or_path: A file that `TrainedProcess.save` wrote, or a name of `pretrained_names`,
            which comes first: a file of that name in the current folder is `./cyclones`.

    Raises:
        ModelFileError: If there is no such file, or it is truncated, of another program, or of a
            later version of this library.

    Example:
        >>> import geomndp as gn
        >>> gn.load("cyclones").model.noising.manifold
        Sphere(n=2)
    """
    if str(name_or_path) in pretrained_names():
        with as_file(_shipped() / f"{name_or_path}{_SUFFIX}") as shipped:
            return TrainedProcess(*read_model(shipped))
    path = Path(name_or_path)
    if path.is_file():
        return TrainedProcess(*read_model(path))
    raise ModelFileError(
        "expected a model file or the name of a shipped model "
        f"({', '.join(pretrained_names())}), got {str(name_or_path)!r}, which is neither"
    )


def pretrained_names() -> list[str]:
    """Names of the models that this library ships, which `load` takes.

    Example:
        >>> import geomndp as gn
        >>> "cyclones" in gn.model.pretrained_names()
        True
    """
    names = (entry.name for entry in _shipped().iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def _shipped() -> Traversable:
    return files("geomndp") / "pretrained"
