"""Log-likelihoods of fields, of models and of the law that the fields are of."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.metrics import mean_and_standard_error


@runtime_checkable
class HasLogProb(Protocol):
    """What can be scored: a trained process, or whatever else has log-densities of fields."""

    def log_prob(self, sample: FieldSample) -> Float[Array, ""]:
        """Log-density of the values of one field, in nats."""
        ...


ScoringProgress: TypeAlias = Callable[[str, int, int], None]
"""Called after every field with the name of what is scored, the number done and that of all."""


def score_beside_oracle(
    models: Mapping[str, HasLogProb],
    oracle: HasLogProb | None,
    sets: Mapping[str, FieldSample],
    progress: ScoringProgress | None,
) -> dict[str, dict[str, Any]]:
    """Log-likelihoods in nats per point, with the paired differences from the oracle.

    Arguments:
        models: What is scored, by name.
        oracle: The law of the fields; None for none, as of fields that are not of it.
        sets: Batches of fields without padding, by name.
        progress: Called after every field.

    Returns:
        For each set, and in it for the oracle and each model, mean, standard error and number.
    """
    return {name: _score(models, oracle, name, fields, progress) for name, fields in sets.items()}


def check_number_of_fields(n_fields: int, n_points: int, what: str) -> None:
    """Refuse less than 2 fields, which have no standard error, and fields without points."""
    if n_fields < 2 or n_points < 1:
        raise ValueError(
            f"expected at least 2 {what}, for a standard error, of at least 1 point, got "
            f"{n_fields} of {n_points}"
        )


def first_points(fields: FieldSample, n_points: int) -> FieldSample:
    """A batch of fields at their first points only."""
    return jax.tree.map(lambda part: jnp.asarray(part[:, :n_points]), fields)


def _score(
    models: Mapping[str, HasLogProb],
    oracle: HasLogProb | None,
    name: str,
    fields: FieldSample,
    progress: ScoringProgress | None,
) -> dict[str, Any]:
    found = {
        model_name: log_likelihoods(model, fields, f"{name}, {model_name}", progress)
        for model_name, model in models.items()
    }
    exact = None
    if oracle is not None:
        exact = log_likelihoods(oracle, fields, f"{name}, oracle", progress)
    return beside_oracle(found, exact)


def beside_oracle(
    found: Mapping[str, Float[np.ndarray, " n_fields"]],
    exact: Float[np.ndarray, " n_fields"] | None,
) -> dict[str, dict[str, Any]]:
    """Mean, standard error and number, with the paired difference from the oracle if there is one.

    Arguments:
        found: Log-likelihoods of each model, by name.
        exact: Those of the oracle, of the same fields.

    Returns:
        Figures of the oracle, if there is one, and of each model.
    """
    scores: dict[str, dict[str, Any]] = {}
    if exact is not None:
        scores["oracle"] = mean_and_standard_error(exact)._asdict()
    for name, values in found.items():
        scores[name] = mean_and_standard_error(values)._asdict()
        if exact is not None:
            difference = mean_and_standard_error(values - exact)
            scores[name]["difference_from_oracle"] = difference._asdict()
    return scores


def log_likelihoods(
    model: HasLogProb,
    fields: FieldSample,
    name: str = "",
    progress: ScoringProgress | None = None,
) -> Float[np.ndarray, " n_fields"]:
    """Of each field of a batch, in nats per point.

    Arguments:
        model: What is scored.
        fields: A batch of fields without padding.
        name: What progress calls it.
        progress: Called after every field.
    """
    n_fields, found = fields.x.shape[0], []
    for number in range(n_fields):
        field = jax.tree.map(lambda part, number=number: part[number], fields)
        found.append(float(model.log_prob(field)) / field.n_points)
        if progress is not None:
            progress(name, number + 1, n_fields)
    return np.array(found)
