"""Data that cannot be trained on is refused, and why is said."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import pytest
from tiny_models import TRACKS, flat_data, flat_model, track

import geomndp as gn
from geomndp.training import TrainingConfig, fit

CONFIG = TrainingConfig(n_steps=1, batch_size=2)
BATCH = gn.FieldSample.stack([track(3), track(5)])


def changed(**parts) -> gn.FieldSample:
    whole = {"x": BATCH.x, "y": BATCH.y, "mask": BATCH.mask, "covariates": None, **parts}
    return gn.FieldSample(**whole)


CASES: dict[str, tuple[Callable[[], gn.FieldSample], str]] = {
    "one-field": (lambda: track(4), r"data as a batch of fields, .* got \(4, 1\); stack them with"),
    "no-field": (
        lambda: jax.tree.map(lambda part: part[:0], BATCH),
        r"expected data as a batch of fields, .* got \(0, 5, 1\)",
    ),
    "dim_x": (
        lambda: changed(x=jnp.zeros((2, 5, 2), jnp.float32)),
        "with 1 coordinates of x and 3 of y, as the network takes, got 2 and 3",
    ),
    "dim_y": (lambda: changed(y=BATCH.y[..., :2]), "and 3 of y, as the network takes, got 1 and 2"),
    "nan-in-y": (
        lambda: changed(y=BATCH.y.at[1, 2, 0].set(jnp.nan)),
        "expected data of finite numbers, .* got 1 of 2 fields that are not so, the first at 1",
    ),
    "nan-in-padding": (
        lambda: changed(y=BATCH.y.at[0, 4].set(jnp.nan)),
        "finite numbers, in padding too, got 1 of 2 .* the first at 0",
    ),
    "inf-in-x": (lambda: changed(x=BATCH.x.at[:, 1].set(jnp.inf)), "got 2 of 2 fields"),
    "nan-in-covariates": (
        lambda: changed(covariates=jnp.full((2, 5, 1), jnp.nan)),
        "expected data of finite numbers",
    ),
    "no-real-point": (
        lambda: changed(mask=BATCH.mask.at[0].set(False)),
        "of fields with a real point, and padding that trails, got 1 of 2 fields",
    ),
    "padding-in-the-middle": (
        lambda: changed(mask=BATCH.mask.at[1, 2].set(False)),
        "padding that trails, got 1 of 2 .* the first at 1; sort the real points",
    ),
    "off-the-sphere": (
        lambda: changed(y=2 * BATCH.y),
        r"values on Sphere\(n=2\), got 2 of 2 fields .*; project them, or check their unit",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_fields_that_are_refused(case: str):
    make, message = CASES[case]
    network = gn.networks.TranslationInvariantTransformer(TRACKS, width=8)
    motion = gn.sde.BrownianMotion(TRACKS.codomain, gn.sde.LinearSchedule())
    model = gn.NeuralDiffusionProcess(motion, network)
    with pytest.raises(ValueError, match=message):
        fit(model, make(), key=jax.random.key(0), config=CONFIG)


def test_validation_fields_are_checked_as_well():
    wrong = flat_data()
    wrong = gn.FieldSample(wrong.x, wrong.y.at[0, 0, 0].set(jnp.nan), wrong.mask)
    with pytest.raises(ValueError, match="expected validation of finite numbers"):
        fit(flat_model(), flat_data(), key=jax.random.key(0), config=CONFIG, validation=wrong)
