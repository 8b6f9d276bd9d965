"""Scores of models of functions, beside the Gaussian process that the functions are of."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.data import AbstractFunctionLaw, GaussianFunctions, RandomFunctions
from geomndp.experiments.environment import environment
from geomndp.experiments.regression1d import regression_law
from geomndp.fields import FieldSample, draw
from geomndp.metrics import mean_and_standard_error

SHIFT = 4.0
"""By how much inputs are shifted: from [-2, 2] to [2, 6]."""

SUBSETS = (1, 2, 3, 5, 7, 10)
"""Numbers of points of the sets whose own log-likelihood is compared with the marginal's."""


@runtime_checkable
class HasLogProb(Protocol):
    """What can be scored: a trained process, or whatever else has log-densities of fields."""

    def log_prob(self, sample: FieldSample) -> Float[Array, ""]:
        """Log-density of the values of one field, in nats."""
        ...


ScoringProgress: TypeAlias = Callable[[str, int, int], None]
"""Called after every function with the name of what is scored, the number done and that of all."""


def evaluate_regression1d(
    models: Mapping[str, HasLogProb],
    process: str,
    *,
    n_functions: int = 32,
    n_points: int = 50,
    seed: int = 0,
    progress: ScoringProgress | None = None,
) -> dict[str, Any]:
    """Joint log-likelihoods of functions, in nats per point, of models and of the oracle.

    The same functions for all, so that the difference from the oracle has a standard error of its
    own. Inputs are uniform in [-2, 2], and then shifted by 4. For sets of 1 to 10 points the
    model's own log-likelihood less that of the oracle tells whether its marginals are consistent.
    Where the law is no Gaussian process there is no oracle, and the model stands alone.

    Arguments:
        models: Trained processes by name.
        process: Name of the law, one of `data.regression_laws`.
        n_functions: How many functions.
        n_points: Points of each function.
        seed: Seed of the functions.
        progress: Called after every function.

    Returns:
        The scores, with how they were made.

    Raises:
        ValueError: If there are less than 2 functions or no points, or no law of that name.

    Example:
        >>> import geomndp as gn
        >>> report = gn.experiments.evaluate_regression1d({}, "matern52", n_functions=4)
        >>> report["scores"]["interpolation"]["oracle"]["n"]
        4
    """
    if n_functions < 2 or n_points < 1:
        raise ValueError(
            "expected at least 2 functions, for a standard error, of at least 1 point, got "
            f"{n_functions} of {n_points}"
        )
    law = regression_law(process)
    full = draw(RandomFunctions(law, n_points, n_points), n_functions, key=jax.random.key(seed))
    sets = {"interpolation": full, "shifted inputs": _shifted(full)}
    sets |= {f"{n} of the points": _first(full, n) for n in SUBSETS if n < n_points}
    return {
        "scores": {
            name: _score(models, law, name, fields, progress) for name, fields in sets.items()
        },
        "process": process,
        "n_functions": n_functions,
        "n_points": n_points,
        "seed": seed,
        "unit": "nats per point",
        **environment(),
    }


def _score(
    models: Mapping[str, HasLogProb],
    law: AbstractFunctionLaw,
    name: str,
    fields: FieldSample,
    progress: ScoringProgress | None,
) -> dict[str, Any]:
    scores = {}
    oracle = _oracle(law, fields) if isinstance(law, GaussianFunctions) else None
    if oracle is not None:
        scores["oracle"] = mean_and_standard_error(oracle)._asdict()
    for model_name, model in models.items():
        found = _log_likelihoods(model, fields, f"{name}, {model_name}", progress)
        scores[model_name] = mean_and_standard_error(found)._asdict()
        if oracle is not None:
            difference = mean_and_standard_error(found - oracle)._asdict()
            scores[model_name]["difference_from_oracle"] = difference
    return scores


def _log_likelihoods(
    model: HasLogProb, fields: FieldSample, name: str, progress: ScoringProgress | None
) -> Float[np.ndarray, " n_functions"]:
    n_functions, found = fields.x.shape[0], []
    for number in range(n_functions):
        field = jax.tree.map(lambda part, number=number: part[number], fields)
        found.append(float(model.log_prob(field)) / field.n_points)
        if progress is not None:
            progress(name, number + 1, n_functions)
    return np.array(found)


def _oracle(law: GaussianFunctions, fields: FieldSample) -> Float[np.ndarray, " n_functions"]:
    exact = jax.jit(jax.vmap(law.gp.log_prob))(fields.x, fields.y)
    return np.asarray(exact, np.float64) / fields.n_points


def _shifted(fields: FieldSample) -> FieldSample:
    return FieldSample(fields.x + SHIFT, fields.y, fields.mask)


def _first(fields: FieldSample, n_points: int) -> FieldSample:
    return jax.tree.map(lambda part: jnp.asarray(part[:, :n_points]), fields)
