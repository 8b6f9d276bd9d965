"""What a run and its continuation have in common."""

import dataclasses
import hashlib
from typing import Any

import equinox as eqx
import jax
import numpy as np

from geomndp.fields import AbstractFieldGenerator, FieldSample
from geomndp.losses import AbstractLoss
from geomndp.model import NeuralDiffusionProcess
from geomndp.networks import Params
from geomndp.training.config import TrainingConfig
from geomndp.training.tasks import AbstractTask
from geomndp.typing import Key

_FREE = ("max_minutes", "log_every", "validate_every", "checkpoint_every")
"""Where a run may stop, and how often it reports, do not change its parameters."""


def fingerprint(
    model: NeuralDiffusionProcess,
    data: FieldSample | AbstractFieldGenerator | str,
    task: AbstractTask,
    loss: AbstractLoss,
    config: TrainingConfig,
    key: Key,
    start: Params | None = None,
) -> dict[str, Any]:
    """Everything that the parameters of a run depend on, by name, as JSON-ready data.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3),
        ...     codomain=gn.manifolds.Sphere(2))
        >>> motion = gn.sde.BrownianMotion(kind.codomain, gn.sde.LinearSchedule())
        >>> network = gn.networks.TranslationInvariantTransformer(kind)
        >>> model = gn.NeuralDiffusionProcess(motion, network)
        >>> data = gn.FieldSample(jnp.zeros((2, 4, 1)), jnp.ones((2, 4, 3)))
        >>> task, config = gn.training.WholeField(), gn.training.TrainingConfig()
        >>> loss = gn.losses.DenoisingScoreMatching()
        >>> found = fingerprint(model, data, task, loss, config, jax.random.key(0))
        >>> found["model.network.width"], found["task"], found["seed (key)"]
        (64, 'WholeField', [0, 0])
    """
    settings = dataclasses.asdict(config)
    return {
        **{name: value for name, value in settings.items() if name not in _FREE},
        "seed (key)": np.asarray(jax.random.key_data(key)).tolist(),
        **_data(data),
        **({} if start is None else {"start": _digest(start)}),
        **_flat("task", task),
        **_flat("loss", loss),
        **_flat("model", model),
    }


def _data(data: FieldSample | AbstractFieldGenerator | str) -> dict[str, Any]:
    if isinstance(data, FieldSample):
        n_fields = data.x.shape[0]
        return {"data": f"{n_fields} fields of {data.n_points} points, {_digest(data)}"}
    return _flat("data", data)


def _flat(name: str, value: Any) -> dict[str, Any]:
    """The class of a module and its fields, one by one, so that a difference has a name."""
    if isinstance(value, eqx.Module):
        found = {name: type(value).__name__}
        for field in dataclasses.fields(value):
            found |= _flat(f"{name}.{field.name}", getattr(value, field.name))
        return found
    if value is None or isinstance(value, bool | int | float | str):
        return {name: value}
    if isinstance(value, tuple):
        found = {name: f"{len(value)} parts"}
        for number, part in enumerate(value):
            found |= _flat(f"{name}.{number}", part)
        return found
    return {name: _digest(value) if jax.tree.leaves(value) else repr(value)}


def _digest(tree: Any) -> str:
    digest = hashlib.sha256()
    for leaf in map(np.asarray, jax.tree.leaves(tree)):
        digest.update(f"{leaf.dtype} {leaf.shape}".encode())
        digest.update(np.ascontiguousarray(leaf).tobytes())
    return f"sha256 {digest.hexdigest()[:16]}"
