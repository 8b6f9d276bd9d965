"""Fields from arrays, generators and iterators, and on sets of random size."""

import inspect
import itertools
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_mean
from tiny_models import flat_data, flat_model

import geomndp as gn
from geomndp.fields import AbstractFieldGenerator
from geomndp.training import CheckpointError, RandomSubset, TrainingConfig, fit
from geomndp.training.sources import source_of

KEY = jax.random.key(0)
CONFIG = TrainingConfig(n_steps=4, batch_size=4, log_every=1, learning_rate=0.01)


class Noise(AbstractFieldGenerator):
    """White noise at four fixed points."""

    size: float = 1.0

    def __call__(self, *, key):
        x = jnp.arange(4, dtype=jnp.float32)[:, None]
        return gn.FieldSample(x, self.size * jax.random.normal(key, (4, 2), jnp.float32))


def params_of(data, **arguments):
    return fit(flat_model(), data, key=KEY, config=CONFIG, **arguments).params


def same(one, other) -> bool:
    leaves = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return all(np.array_equal(a, b) for a, b in leaves)


def test_a_generator_draws_new_fields_for_every_step_from_the_key():
    assert same(params_of(Noise()), params_of(Noise()))
    assert not same(params_of(Noise()), params_of(Noise(2.0)))


def test_a_run_on_a_generator_resumes_to_the_same_bits(tmp_path: Path):
    def stop(record):
        if record["step"] == 3:
            raise KeyboardInterrupt

    config = TrainingConfig(
        n_steps=4, batch_size=4, log_every=1, learning_rate=0.01, checkpoint_every=2
    )
    whole = fit(flat_model(), Noise(), key=KEY, config=config)
    with pytest.raises(KeyboardInterrupt):
        fit(flat_model(), Noise(), key=KEY, config=config, folder=tmp_path, progress=stop)
    resumed = fit(flat_model(), Noise(), key=KEY, config=config, folder=tmp_path, resume=True)
    assert same(whole.params, resumed.params)


def test_another_generator_or_loss_does_not_resume(tmp_path: Path):
    fit(flat_model(), Noise(), key=KEY, config=CONFIG, folder=tmp_path)
    with pytest.raises(CheckpointError, match=r"others for data.size \(data.size was 1.0, is 2.0"):
        fit(flat_model(), Noise(2.0), key=KEY, config=CONFIG, folder=tmp_path, resume=True)
    loss = gn.losses.DenoisingScoreMatching(gn.losses.TimeWeighting())
    with pytest.raises(CheckpointError, match="others for loss.weighting"):
        fit(flat_model(), Noise(), key=KEY, config=CONFIG, loss=loss, folder=tmp_path, resume=True)


def test_an_iterator_gives_a_batch_for_every_step():
    """Each once, in order: the same fields one by one or from a list are the same run."""
    batches = [flat_data(4, seed=n) for n in range(4)]
    asked = []

    def telling():
        for number, batch in enumerate(batches):
            asked.append(number)
            yield batch

    found = params_of(telling())
    assert asked == [0, 1, 2, 3]
    assert same(found, params_of(iter(batches)))
    assert not same(found, params_of(iter(batches[::-1])))


def test_an_iterator_that_ends_is_an_error():
    with pytest.raises(ValueError, match=r"that has ended; itertools\.cycle repeats one"):
        params_of(iter([flat_data(4)]))
    params_of(itertools.cycle([flat_data(4)]))


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (flat_data(3), r"batches of the same shapes.*FieldSample.pad"),
        (flat_data(4, n_points=6), "batches of the same shapes"),
        (jax.tree.map(lambda a: a * jnp.nan if a.dtype != bool else a, flat_data(4)), "finite"),
    ],
)
def test_batches_that_do_not_fit(second: gn.FieldSample, message: str):
    with pytest.raises(ValueError, match=message):
        params_of(iter([flat_data(4), second]))


@pytest.mark.parametrize("data", [[flat_data(4)], "fields.nc", 3, iter(["fields"])])
def test_what_is_no_data(data):
    # As a user calls it, without the check of types at run time.
    unchecked = inspect.unwrap(source_of)
    with pytest.raises(TypeError, match=r"expected (data as a FieldSample|an iterator over batch)"):
        unchecked(data, flat_model().network.field_type)


def test_draws_of_a_generator_are_checked():
    with pytest.raises(ValueError, match="expected draws of the generator of finite numbers"):
        params_of(Noise(float("nan")))


def test_a_generator_validates():
    result = fit(flat_model(), Noise(), key=KEY, config=CONFIG, validation=Noise())
    assert np.isfinite(result.history[-1]["validation_loss"])


def test_a_random_subset_has_every_size_and_every_point():
    x = jnp.arange(5.0)[:, None]
    sample = gn.FieldSample(x, 10 * x, jnp.array([True, True, True, True, False]))
    task = RandomSubset(3)
    draw = jax.jit(jax.vmap(lambda key: task(sample, key=key)[1]))
    target = draw(jax.random.split(KEY, 6000))
    mask, chosen = np.asarray(target.mask), np.asarray(target.x)[..., 0]
    assert target.x.shape == (6000, 3, 1)
    np.testing.assert_array_equal(np.asarray(target.y), 10 * np.asarray(target.x))
    sizes = mask.sum(-1)
    assert_mean(sizes[:, None] == np.arange(1, 4), 1 / 3)
    # Of n points of 4, each is taken with chance n / 4: on average one half; padding never.
    taken = np.stack([((chosen == point) & mask).any(-1) for point in range(5)], -1)
    assert_mean(taken[:, :4], 0.5)
    assert not taken[:, 4].any()


def test_a_random_subset_of_nothing_is_refused():
    with pytest.raises(ValueError, match="n_points >= 1, got 0"):
        RandomSubset(0)
