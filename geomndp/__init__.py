"""Generative models over feature fields whose law is invariant under a group.

The packages, from the ground up: `linalg` (covariance operators); `groups`, `manifolds`,
`representations`; `fields`; `kernels`, `gp` (Gaussian processes), `networks`; `sde` (noising
processes), `parametrisations` (of the score); `losses`, `solvers`; `sampling`, `likelihood`;
`model`; `data`, `training`, `metrics`, `baselines`, `plotting`; `experiments`; `cli`. `testing` is
for the tests of users. Each is imported when it is first used, so that `import geomndp` costs
little more than `import jax`.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geomndp import (
        baselines as baselines,
    )
    from geomndp import (
        data as data,
    )
    from geomndp import (
        experiments as experiments,
    )
    from geomndp import (
        fields as fields,
    )
    from geomndp import (
        gp as gp,
    )
    from geomndp import (
        groups as groups,
    )
    from geomndp import (
        kernels as kernels,
    )
    from geomndp import (
        likelihood as likelihood,
    )
    from geomndp import (
        linalg as linalg,
    )
    from geomndp import (
        losses as losses,
    )
    from geomndp import (
        manifolds as manifolds,
    )
    from geomndp import (
        metrics as metrics,
    )
    from geomndp import (
        model as model,
    )
    from geomndp import (
        networks as networks,
    )
    from geomndp import (
        parametrisations as parametrisations,
    )
    from geomndp import (
        plotting as plotting,
    )
    from geomndp import (
        representations as representations,
    )
    from geomndp import (
        sampling as sampling,
    )
    from geomndp import (
        sde as sde,
    )
    from geomndp import (
        solvers as solvers,
    )
    from geomndp import (
        testing as testing,
    )
    from geomndp import (
        training as training,
    )
    from geomndp import (
        typing as typing,
    )
    from geomndp.fields import FieldSample as FieldSample
    from geomndp.fields import FieldType as FieldType
    from geomndp.gp import GaussianProcess as GaussianProcess
    from geomndp.model import NeuralDiffusionProcess as NeuralDiffusionProcess
    from geomndp.model import TrainedProcess as TrainedProcess
    from geomndp.model import load as load

__version__ = "0.1.0"

_PACKAGES = (
    "baselines",
    "data",
    "experiments",
    "fields",
    "gp",
    "groups",
    "kernels",
    "likelihood",
    "linalg",
    "losses",
    "manifolds",
    "metrics",
    "model",
    "networks",
    "parametrisations",
    "plotting",
    "representations",
    "sampling",
    "sde",
    "solvers",
    "testing",
    "training",
    "typing",
)

_HOMES = {
    "FieldSample": "fields",
    "FieldType": "fields",
    "GaussianProcess": "gp",
    "NeuralDiffusionProcess": "model",
    "TrainedProcess": "model",
    "load": "model",
}
"""Where the names at the top level are from."""

__all__ = [
    "FieldSample",
    "FieldType",
    "GaussianProcess",
    "NeuralDiffusionProcess",
    "TrainedProcess",
    "baselines",
    "data",
    "experiments",
    "fields",
    "gp",
    "groups",
    "kernels",
    "likelihood",
    "linalg",
    "load",
    "losses",
    "manifolds",
    "metrics",
    "model",
    "networks",
    "parametrisations",
    "plotting",
    "representations",
    "sampling",
    "sde",
    "solvers",
    "testing",
    "training",
    "typing",
]


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return importlib.import_module(f"geomndp.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"geomndp.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'geomndp' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
