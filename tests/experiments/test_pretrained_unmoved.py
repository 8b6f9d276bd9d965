"""Shipped models of functions and vector fields score what they scored when they were shipped."""

from typing import Any

import jax
import jax.numpy as jnp
import pytest

import geomndp as gn
from geomndp.experiments import shipped_gp_fields_name, shipped_name

LOSSES = {
    "regression1d-se": 0.191103,
    "regression1d-matern52": 0.218016,
    "regression1d-weakly-periodic": 0.297178,
    "regression1d-sawtooth": 0.011995,
    "regression1d-mixture": 0.264111,
    "regression1d-step": 0.002385,
    "regression1d-two-lengthscales": 0.165274,
    "gp-fields-se": 0.669008,
    "gp-fields-curl-free": 0.653142,
    "gp-fields-div-free": 0.658035,
}
"""Of the errors of the noise that a model tells, by times, on the draws below."""

DRAWS: dict[str, gn.data.RandomFunctions | gn.data.RandomFields] = {
    shipped_name(name): gn.data.RandomFunctions(law, 48, 48)
    for name, law in gn.data.regression_laws().items()
} | {
    shipped_gp_fields_name(name): gn.data.RandomFields(gp, 64, 64)
    for name, gp in gn.data.vector_field_laws().items()
}
N_DRAWS = 8


def loss_of(trained: gn.TrainedProcess, name: str) -> float:
    """The mean denoising loss on draws of a law, each at one of as many times, some given."""
    fields = gn.fields.draw(DRAWS[name], N_DRAWS, key=jax.random.key(0))
    params = jax.tree.map(lambda leaf: leaf.astype(float), trained.params)
    loss, task = gn.losses.DenoisingScoreMatching(), gn.training.RandomContext(10)

    def one(field: gn.FieldSample, t: Any, key: Any) -> Any:
        for_task, for_noise = jax.random.split(key)
        context, target = task(field, key=for_task)
        return trained.model.loss(params, target, t, context=context, loss=loss, key=for_noise)

    times = jnp.linspace(0.02, 0.9, N_DRAWS)
    keys = jax.random.split(jax.random.key(1), N_DRAWS)
    return float(jnp.mean(jax.jit(jax.vmap(one))(fields, times, keys)))


def test_all_are_pinned():
    assert set(LOSSES) == set(DRAWS) <= set(gn.model.pretrained_names())


@pytest.mark.parametrize("name", DRAWS)
def test_a_model_scores_what_it_scored(name: str):
    assert loss_of(gn.load(name), name) == pytest.approx(LOSSES[name], rel=3e-4)


@pytest.mark.parametrize(
    ("name", "other"),
    [("regression1d-se", "regression1d-matern52"), ("gp-fields-div-free", "gp-fields-curl-free")],
)
def test_a_model_of_another_law_is_found(name: str, other: str):
    assert loss_of(gn.load(other), name) != pytest.approx(LOSSES[name], rel=1e-2)
