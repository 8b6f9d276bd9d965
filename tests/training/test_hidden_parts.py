"""Parts of what is given, hidden at random."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.training import HiddenParts, RandomContext, WholeField

N_KEYS = 3000
X = jnp.arange(8.0)[:, None]
SAMPLE = gn.FieldSample(X, jnp.ones((8, 3)), covariates=jnp.ones((8, 2)))
KEYS = jax.random.split(jax.random.key(0), N_KEYS)


def contexts(whole: float, sample: gn.FieldSample = SAMPLE) -> Any:
    task = HiddenParts(RandomContext(n_context=4, without=0.0), (2, 1), whole)
    return jax.vmap(lambda key: task(sample, key=key))(KEYS)


def test_what_is_hidden_is_zero_and_told():
    context, target = contexts(0.0)
    known = np.asarray(context.covariates)
    np.testing.assert_array_equal(context.y[..., 0], known[..., 0])
    np.testing.assert_array_equal(context.y[..., 1], known[..., 0])
    np.testing.assert_array_equal(context.y[..., 2], known[..., 1])
    assert bool(jnp.all(target.y == 1))
    assert bool(jnp.all(target.covariates == 1))


def test_shares_of_what_is_hidden():
    context, _ = contexts(0.0)
    known = np.asarray(context.covariates)
    assert known.mean() == pytest.approx(0.5, abs=0.02)
    for part in range(2):  # a sixth, and by chance where a share is near to it
        assert 0.16 < (known[..., part].min(-1) == 1).mean() < 0.35
        assert 0.16 < (known[..., part].max(-1) == 0).mean() < 0.35
    half, _ = contexts(0.5)
    assert (half.covariates.min((1, 2)) == 1).mean() == pytest.approx(0.5, abs=0.1)
    all_of_it, _ = contexts(1.0)
    assert bool(jnp.all(all_of_it.covariates == 1))


def test_what_was_not_known_before_stays_so():
    flags = jnp.ones((8, 3)).at[:, 2].set(0.0).at[:, 0].set(7.0)
    context, _ = contexts(0.5, gn.FieldSample(X, SAMPLE.y, covariates=flags))
    assert bool(jnp.all(context.covariates[..., 2] == 0))
    assert bool(jnp.all(context.covariates[..., 0] == 7))  # of another meaning
    assert bool(jnp.all(context.y[..., 2] == 0))


def test_nothing_given_stays_nothing():
    assert HiddenParts(WholeField(), (2, 1))(SAMPLE, key=KEYS[0])[0] is None


def test_refusals():
    for parts, whole in (((3,), 0.5), ((2, 0), 0.5), ((2, 1), 1.5)):
        with pytest.raises(ValueError, match="expected at least two parts"):
            HiddenParts(WholeField(), parts, whole)
    bare = gn.FieldSample(X, SAMPLE.y)
    with pytest.raises(ValueError, match="expected covariates of fields, the last 2"):
        HiddenParts(RandomContext(n_context=4), (2, 1))(bare, key=KEYS[0])
