"""Random contexts: what is given, what is asked for, and how often nothing is given."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from standard_errors import assert_mean

import geomndp as gn
from geomndp.training import RandomContext

N_KEYS, N_CONTEXT, N_REAL, N_POINTS = 4000, 4, 9, 12
TASK = RandomContext(n_context=N_CONTEXT, without=0.25)


def numbered(n_real: int) -> gn.FieldSample:
    x = jnp.arange(float(n_real))[:, None]
    return gn.FieldSample(x, x + 0.5, covariates=10 * x).pad(N_POINTS)


@pytest.fixture(scope="module")
def draws() -> tuple[gn.FieldSample, gn.FieldSample]:
    draw = jax.jit(jax.vmap(lambda key: TASK(numbered(N_REAL), key=key)))
    return draw(jax.random.split(jax.random.key(0), N_KEYS))


def test_every_point_is_given_or_asked_for_once(draws):
    context, target = draws
    assert context.x.shape == (N_KEYS, N_CONTEXT, 1)
    assert target.x.shape == (N_KEYS, N_POINTS, 1)
    counts = np.zeros((N_KEYS, N_REAL), int)
    for part in draws:
        mask, x = np.asarray(part.mask), np.asarray(part.x[..., 0]).astype(int)
        np.testing.assert_array_equal(np.asarray(part.y[..., 0])[mask], x[mask] + 0.5)
        np.testing.assert_array_equal(np.asarray(part.covariates[..., 0])[mask], 10 * x[mask])
        counts += (mask[..., None] & (x[..., None] == np.arange(N_REAL))).sum(1)
    assert (counts == 1).all()


def test_nothing_is_given_as_often_as_is_said_and_every_number_as_often_else(draws):
    given = np.asarray(draws[0].mask).sum(-1)
    expected = [0.25, *N_CONTEXT * [0.75 / N_CONTEXT]]
    assert_mean(given[:, None] == np.arange(N_CONTEXT + 1), np.array(expected))


def test_every_point_is_given_as_often(draws):
    context, _ = draws
    x, mask = np.asarray(context.x[..., 0]), np.asarray(context.mask)
    found = (mask[..., None] & (x[..., None] == np.arange(N_REAL))).sum(1)
    assert_mean(found, np.full(N_REAL, 0.75 * 2.5 / N_REAL))


def test_a_single_point_is_asked_for():
    keys = jax.random.split(jax.random.key(1), 20)
    context, target = jax.jit(jax.vmap(lambda key: TASK(numbered(1), key=key)))(keys)
    assert not np.asarray(context.mask).any()
    assert (np.asarray(target.mask).sum(-1) == 1).all()


@pytest.mark.parametrize("settings", [{"n_context": 0}, {"without": 1.5}])
def test_refusals(settings: dict):
    with pytest.raises(ValueError, match="n_context >= 1 and without in"):
        RandomContext(**settings)
