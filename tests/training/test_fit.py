"""Training learns what can be learned, says how, and does the same again."""

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import GLOBE, flat_data, flat_model, tiny_model

import geomndp as gn
from geomndp.training import FitResult, TrainingConfig, fit
from geomndp.training.few_at_once import of_all

KEY = jax.random.key(0)
SHORT = TrainingConfig(n_steps=6, batch_size=4, log_every=2, learning_rate=0.01)


class Toy(NamedTuple):
    """A model trained on copies of one field, and what was seen of its training."""

    model: gn.NeuralDiffusionProcess
    field: gn.FieldSample
    result: FitResult
    seen: list[dict[str, float]]


@pytest.fixture(scope="module")
def toy() -> Toy:
    """Four points of a fixed great circle, each time."""
    angle = 0.4 * np.arange(4)
    y = np.stack([np.cos(angle), 0.6 * np.sin(angle), 0.8 * np.sin(angle)], -1)
    x = np.arange(4)[:, None]
    field = gn.FieldSample(*(jnp.asarray(part.astype(np.float32)) for part in (x, y)))
    data = jax.tree.map(lambda part: jnp.broadcast_to(part, (8, *part.shape)), field)
    config = TrainingConfig(
        n_steps=150,
        batch_size=16,
        learning_rate=0.02,
        ema_decay=0.95,
        log_every=20,
        validate_every=60,
    )
    model, seen = tiny_model(), []
    result = fit(model, data, key=KEY, config=config, validation=data, progress=seen.append)
    return Toy(model, field, result, seen)


def test_the_loss_falls(toy: Toy):
    losses = [record["loss"] for record in toy.result.history]
    # At the score 0 it is about 2, on average over 20 steps of 16 fields of 4 points.
    assert 1.2 < losses[0] < 2.4
    assert losses[-1] < 0.75 * losses[0]
    validation = [r["validation_loss"] for r in toy.result.history if "validation_loss" in r]
    assert validation[-1] < validation[0]


def test_samples_gather_at_what_was_learned(toy: Toy):
    fresh = toy.model.init(toy.field, key=KEY)
    trained, untrained = (
        np.asarray(
            GLOBE.dist(
                gn.TrainedProcess(toy.model, params).sample(
                    toy.field.x, n_samples=64, key=jax.random.key(1)
                ),
                jnp.broadcast_to(toy.field.y, (64, 4, 3)),
            )
        )
        for params in (toy.result.params, fresh)
    )
    # Untrained samples are uniform: on average a quarter of a great circle away.
    standard_error = untrained.std() / np.sqrt(untrained.size)
    assert abs(untrained.mean() - np.pi / 2) < 4 * standard_error
    error = trained.mean(1)
    assert error.mean() + 4 * error.std() / np.sqrt(len(error)) < 0.5


def test_the_history(toy: Toy):
    history = toy.result.history
    assert [record["step"] for record in history] == [*range(20, 150, 20), 150]
    assert [r["step"] for r in history if "validation_loss" in r] == [60, 120, 150]
    seconds = [record["seconds"] for record in history]
    assert seconds == sorted(seconds)
    losses = [record["loss"] for record in toy.seen]
    assert history[1]["loss"] == pytest.approx(np.mean(losses[20:40]))
    assert history[-1]["loss"] == pytest.approx(np.mean(losses[140:]))


def test_progress_is_told_after_every_step(toy: Toy):
    assert [record["step"] for record in toy.seen] == list(range(1, 151))
    assert {record["n_steps"] for record in toy.seen} == {150}


def assert_same_bits(one, other):
    assert jax.tree.structure(one) == jax.tree.structure(other)
    jax.tree.map(np.testing.assert_array_equal, one, other)


def differ(one, other) -> bool:
    leaves = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return any(not np.array_equal(a, b) for a, b in leaves)


def test_the_same_key_gives_the_same_bits(tmp_path: Path):
    """Whatever is written, reported or validated meanwhile."""
    plain = fit(flat_model(), flat_data(), key=KEY, config=SHORT)
    config = TrainingConfig(
        n_steps=6, batch_size=4, learning_rate=0.01, log_every=1, checkpoint_every=3
    )
    kept = fit(
        flat_model(), flat_data(), key=KEY, config=config, folder=tmp_path, validation=flat_data(3)
    )
    assert_same_bits(plain.params, kept.params)
    other = fit(flat_model(), flat_data(), key=jax.random.key(1), config=SHORT)
    assert differ(plain.params, other.params)


def test_the_average_is_what_is_kept():
    """With a decay of 0 it is the last parameters, with a slow one it is not."""
    configs = (
        TrainingConfig(n_steps=6, batch_size=4, learning_rate=0.1, ema_decay=decay)
        for decay in (0.0, 0.99)
    )
    last, averaged = (fit(flat_model(), flat_data(), key=KEY, config=c).params for c in configs)
    assert differ(last, averaged)


def test_training_goes_on_from_parameters_that_are_given():
    """And leaves those as they are; with next to no learning rate it ends where it began."""
    first = fit(flat_model(), flat_data(), key=KEY, config=SHORT).params
    copy = jax.tree.map(np.array, first)
    other, still = jax.random.key(1), TrainingConfig(n_steps=3, batch_size=4, learning_rate=1e-30)
    found = fit(flat_model(), flat_data(), key=other, config=still, start=first)
    assert_same_bits(jax.tree.map(np.asarray, found.params), copy)
    assert_same_bits(jax.tree.map(np.asarray, first), copy)
    moved = fit(flat_model(), flat_data(), key=other, config=SHORT, start=first).params
    assert differ(moved, copy)
    assert differ(moved, fit(flat_model(), flat_data(), key=other, config=SHORT).params)


def test_parameters_of_another_model_are_no_start():
    wrong = fit(flat_model(width=8), flat_data(), key=KEY, config=SHORT).params
    with pytest.raises(ValueError, match=r"start: expected the parameters of its network, got .*"):
        fit(flat_model(), flat_data(), key=KEY, config=SHORT, start=wrong)


def test_padded_points_are_not_learned_from():
    data = flat_data()
    other = gn.FieldSample(data.x, jnp.where(data.mask[..., None], data.y, 1e3), data.mask)
    expected, found = (fit(flat_model(), d, key=KEY, config=SHORT).params for d in (data, other))
    assert_same_bits(found, expected)


def test_it_stops_when_time_is_up(tmp_path: Path):
    config = TrainingConfig(n_steps=10**9, batch_size=4, max_minutes=1e-9)
    result = fit(flat_model(), flat_data(), key=KEY, config=config, folder=tmp_path)
    assert [record["step"] for record in result.history] == [1]
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["1"]


def test_a_loss_that_is_not_finite_is_an_error(tmp_path: Path):
    config = TrainingConfig(
        n_steps=50, batch_size=4, learning_rate=1e30, warmup_fraction=0.0, checkpoint_every=10
    )
    with pytest.raises(ValueError, match=r"expected a finite loss, got (nan|inf) at step \d"):
        fit(flat_model(), flat_data(), key=KEY, config=config, folder=tmp_path)
    assert not list((tmp_path / "checkpoints").iterdir()), "a state past repair was kept"


def test_what_is_evaluated_is_never_held_at_once():
    """Of 512 fields at hundreds of points no memory would hold all pairs."""

    def of_pairs(x: Any) -> Any:
        pairs = jnp.tanh(x[:, None] * x[None])
        return jnp.sum(pairs @ pairs)

    x = jnp.asarray(np.random.default_rng(0).normal(size=(50, 30)))
    programs, values = {}, {}
    for n_at_once in (4, 50):
        program = partial(of_all, of_pairs, n_at_once)
        programs[n_at_once] = str(jax.make_jaxpr(program)(x))
        values[n_at_once] = jax.jit(program)(x)
    np.testing.assert_allclose(values[4], values[50], rtol=1e-12)
    assert "[4,30,30]" in programs[4]
    assert "[50,30,30]" in programs[50]
    assert "[50,30,30]" not in programs[4]
