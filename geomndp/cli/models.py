"""Models as the command line names them."""

from pathlib import Path

from geomndp.experiments import RunFolder
from geomndp.manifolds import AbstractManifold, Euclidean, Sphere
from geomndp.model import TrainedProcess, load
from geomndp.networks import PointwiseNetwork


def load_model(name: str) -> TrainedProcess:
    """A shipped model's name, a model file, or a run folder."""
    folder = RunFolder(name)
    if folder.path.is_dir() and not folder.model.is_file():
        raise ValueError(
            f"expected a run folder with {folder.model.name}, got {name}, where there is none: "
            "training did not come to an end; go on with it (--resume)"
        )
    return load(folder.model if folder.model.is_file() else Path(name))


def is_of_functions(trained: TrainedProcess) -> bool:
    """Whether a model is of functions from R to R; see `is_of_fields` for others."""
    return _spaces(trained) == (Euclidean(1), Euclidean(1))


def is_of_fields(trained: TrainedProcess) -> bool:
    """Whether a model is of vector fields in the plane; what is none of these is of tracks."""
    return _spaces(trained) == (Euclidean(2), Euclidean(2))


def is_of_global_winds(trained: TrainedProcess) -> bool:
    """Whether a model is of tangent fields on the globe."""
    return _spaces(trained) == (Sphere(2), Euclidean(3))


def is_of_winds_in_time(trained: TrainedProcess) -> bool:
    """Whether a model is of vector fields in the plane and in time."""
    dim_y = 2 + len(trained.model.quantities)
    return _spaces(trained) == (Euclidean(3), Euclidean(dim_y))


def is_of_winds(trained: TrainedProcess, file: str | None) -> bool:
    """Whether a model is of winds: of the globe, in time, or of fields with a file of winds given.

    Fields of a law need none; those of winds do, with the winds or a grid. With numbers in units
    beside them they are of winds.
    """
    if trained.model.quantities or is_of_global_winds(trained) or is_of_winds_in_time(trained):
        return True
    return is_of_fields(trained) and file is not None


def is_of_points(trained: TrainedProcess) -> bool:
    """Whether a model is a density; to be asked before the others."""
    return isinstance(trained.model.network, PointwiseNetwork)


def _spaces(trained: TrainedProcess) -> tuple[AbstractManifold, AbstractManifold]:
    kind = trained.model.network.field_type
    return kind.domain, kind.codomain
