"""Models in files: safetensors for the parameters, JSON in its header for the settings."""

import json
import os
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from geomndp.model.description import build, describe
from geomndp.model.neural_diffusion_process import NeuralDiffusionProcess
from geomndp.model.parameters import problem_with_parameters
from geomndp.networks import Params

_FORMAT = "geomndp-1"

_PARTS = ("noising", "network", "parametrisation", "n_covariates", "n_context", "quantities")
"""Of a model; one that is missing in an older file is then as the constructor has it."""


class ModelFileError(ValueError):
    """A file that is not a whole model of this library.

    Example:
        >>> import geomndp as gn
        >>> try:
        ...     gn.load("no-such-model")
        ... except gn.model.ModelFileError as error:
        ...     str(error).startswith("expected a model file")
        True
    """


def write_model(model: NeuralDiffusionProcess, params: Params, path: Path) -> None:
    """Write a model to a temporary file beside `path`, then move it there.

    Raises:
        TypeError: If the model has a class of the user's own.
        ValueError: If the parameters are not those of its network.
    """
    from safetensors.numpy import save

    settings = {name: describe(getattr(model, name)) for name in _PARTS}
    problem = problem_with_parameters(model, params)
    if problem:
        raise ValueError(f"{problem}; a model with covariates says how many in n_covariates")
    header = {"format": _FORMAT, "model": json.dumps(settings)}
    tensors = {
        f"{module}:{name}": np.ascontiguousarray(array)
        for module, arrays in params.items()
        for name, array in arrays.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(_in_order(save(tensors, metadata=header)))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_model(path: Path) -> tuple[NeuralDiffusionProcess, Params]:
    """The model and the parameters in a file that `write_model` wrote.

    Raises:
        ModelFileError: If it is truncated, of another program, or of a later version.
    """
    header, tensors = _read_safetensors(path)
    if header.get("format") != _FORMAT:
        raise ModelFileError(
            f"{path}: expected a file of format {_FORMAT!r}, got {header.get('format')!r}; "
            "it was written by another program, or by a later version of geomndp"
        )
    try:
        settings = json.loads(header["model"])
        parts = {name: build(settings[name]) for name in _PARTS if name in settings}
        model = NeuralDiffusionProcess(**parts)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise ModelFileError(f"{path}: its settings cannot be understood: {error}") from error
    params: dict[str, dict[str, jax.Array]] = {}
    for key, tensor in tensors.items():
        module, _, name = key.rpartition(":")
        params.setdefault(module, {})[name] = jnp.asarray(tensor)
    problem = problem_with_parameters(model, params)
    if problem:
        raise ModelFileError(f"{path}: {problem}; it was changed, or is of another version")
    return model, params


def _in_order(content: bytes) -> bytes:
    """The same safetensors with a header in alphabetical order: safetensors shuffles its entries.

    So the same model gives the same bytes.
    """
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.dumps(json.loads(content[8:end]), sort_keys=True).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + content[end:]


def _read_safetensors(path: Path) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            names = file.keys()
            return file.metadata() or {}, {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, AttributeError, TypeError) as error:
        raise ModelFileError(
            f"{path}: expected a whole model file, got one that does not read as safetensors "
            f"({error}); copy or download it again"
        ) from error
