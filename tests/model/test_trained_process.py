"""Sampling from a trained process: shapes, padding, compilation, refusals."""

from typing import Any, ClassVar

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import GLOBE, TRACKS, WALK, tiny_model, tiny_process, track

import geomndp as gn
from geomndp.networks import AbstractHaikuNetwork

AMORTISED = gn.sampling.Amortised(WALK)
KEY = jax.random.key(7)


@pytest.fixture(scope="module")
def process() -> gn.TrainedProcess:
    return tiny_process()


def days(n: int) -> jax.Array:
    return jnp.asarray(np.arange(n, dtype=np.float32)[:, None] / 4)


def assert_on_the_sphere(y: Any):
    lengths = np.linalg.norm(np.asarray(y, np.float64), axis=-1)
    assert np.abs(lengths - 1).max() < 1e-6


@pytest.mark.parametrize("n", [1, 5, 8])
def test_samples_have_the_shape_asked_for_and_unit_length(process: gn.TrainedProcess, n: int):
    y = process.sample(days(n), n_samples=3, solver=WALK, key=KEY)
    assert y.shape == (3, n, 3)
    assert y.dtype == jnp.float32
    assert_on_the_sphere(y)
    assert np.abs(y[0] - y[1]).max() > 1e-3


@pytest.mark.parametrize("n_context", [1, 5, 8])
def test_conditioned_samples(process: gn.TrainedProcess, n_context: int):
    y = process.condition(track(n_context)).sample(
        days(5) + 4, n_samples=3, method=AMORTISED, key=KEY
    )
    assert y.shape == (3, 5, 3)
    assert_on_the_sphere(y)


def test_the_context_matters(process: gn.TrainedProcess):
    one, other = (
        process.condition(track(5, start=start)).sample(
            days(5) + 4, n_samples=3, method=AMORTISED, key=KEY
        )
        for start in (0.0, 1.0)
    )
    assert np.abs(one - other).max() > 1e-3


def test_the_same_key_gives_the_same_samples_and_another_others(process: gn.TrainedProcess):
    one, again, other = (
        process.sample(days(5), n_samples=3, solver=WALK, key=key)
        for key in (KEY, KEY, jax.random.key(8))
    )
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 1e-3


def test_locations_of_any_precision_will_do(process: gn.TrainedProcess):
    expected = process.sample(days(5), n_samples=3, solver=WALK, key=KEY)
    found = process.sample(days(5).astype(jnp.float64), n_samples=3, solver=WALK, key=KEY)
    np.testing.assert_array_equal(found, expected)


def test_padding_is_not_seen(process: gn.TrainedProcess):
    """Five locations are padded to eight; other numbers in the padding change nothing."""
    x = jnp.concatenate([days(5), jnp.full((3, 1), -77.0, jnp.float32)])
    score, mask = process.model.score(process.params), jnp.arange(8) < 5
    found = gn.sampling.sample(
        process.model.noising, score, x, mask, n_samples=3, solver=WALK, key=KEY
    )
    expected = process.sample(days(5), n_samples=3, solver=WALK, key=KEY)
    np.testing.assert_allclose(found[:, :5], expected, atol=1e-5)


class Counting(AbstractHaikuNetwork):
    """Counts how often it is traced."""

    field_type: gn.FieldType = TRACKS
    shapes: ClassVar[list] = []

    def geometry(self, x, mask, context=None):
        return None

    def forward(self, noise_scale, x, y, mask, context, covariates, geometry):
        self.shapes.append((x.shape[0], None if context is None else context.n_points))
        pull = hk.get_parameter("pull", (3,), y.dtype, init=jnp.ones)
        return GLOBE.project_tangent(y, jnp.broadcast_to(pull, y.shape))


def test_numbers_of_points_up_to_a_multiple_of_eight_compile_once():
    Counting.shapes.clear()
    model = gn.NeuralDiffusionProcess(tiny_model().noising, Counting())
    seen = []
    for strength in (1.0, 2.0):  # other parameters compile nothing new either
        params = {"~": {"pull": jnp.full(3, strength, jnp.float32)}}
        process = gn.TrainedProcess(model, params)
        for n in (5, 1, 8):
            process.sample(days(n), n_samples=2, solver=WALK, key=KEY)
            seen.append(len(Counting.shapes))
    assert len(set(seen)) == 1, "the same bucket was compiled again"
    assert {shape for shape, _ in Counting.shapes} == {8}
    process.sample(days(9), n_samples=2, solver=WALK, key=KEY)
    assert {shape for shape, _ in Counting.shapes} == {8, 16}


def test_numbers_of_observations_up_to_a_multiple_of_eight_compile_once():
    Counting.shapes.clear()
    model = gn.NeuralDiffusionProcess(tiny_model().noising, Counting())
    process = gn.TrainedProcess(model, {"~": {"pull": jnp.ones(3, jnp.float32)}})
    seen = []
    for n_context, n in ((5, 3), (8, 8), (2, 1)):
        process.condition(track(n_context)).sample(
            days(n), n_samples=2, method=AMORTISED, key=jax.random.key(n)
        )
        seen.append(len(Counting.shapes))
    assert len(set(seen)) == 1
    assert set(Counting.shapes) == {(8, 8)}


def test_under_jit():
    """A forecast can be a part of a compiled computation."""
    model = gn.NeuralDiffusionProcess(tiny_model().noising, Counting())
    process = gn.TrainedProcess(model, {"~": {"pull": jnp.ones(3, jnp.float32)}})
    context = track(5)

    def ahead(y):
        given = process.condition(gn.FieldSample(context.x, y))
        return given.sample(days(5) + 4, n_samples=3, method=AMORTISED, key=KEY)

    np.testing.assert_allclose(jax.jit(ahead)(context.y), ahead(context.y), atol=1e-5)


@pytest.mark.parametrize("shape", [(5, 2), (0, 1)])
def test_locations_of_other_shapes_are_refused(process: gn.TrainedProcess, shape: tuple):
    with pytest.raises(ValueError, match=r"expected locations of shape \(n, 1\), n > 0, got"):
        process.sample(jnp.zeros(shape, jnp.float32), n_samples=1, key=KEY)


@pytest.mark.parametrize(
    ("x", "y"), [((5, 1), (5, 2)), ((5, 2), (5, 3)), ((2, 5, 1), (2, 5, 3)), ((0, 1), (0, 3))]
)
def test_contexts_of_other_shapes_are_refused(process: gn.TrainedProcess, x: tuple, y: tuple):
    with pytest.raises(ValueError, match="expected a context of one field with x of shape"):
        process.condition(gn.FieldSample(jnp.zeros(x), jnp.zeros(y)))
