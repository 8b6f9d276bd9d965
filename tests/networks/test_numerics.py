"""Networks under jit, vmap and differentiation, and in single precision."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from network_cases import OF_EACH_CLASS, NetworkCase
from random_fields import in_single_precision, random_field, random_params

import geomndp as gn

SCALE = jnp.array(0.2)


class Subject(NamedTuple):
    """A network as a function of parameters, noise scale, target and context."""

    case: NetworkCase
    fields: list[gn.FieldSample]
    params: gn.networks.Params
    call: Any
    compiled: Any


@pytest.fixture(scope="module", params=list(OF_EACH_CLASS))
def subject(request: pytest.FixtureRequest) -> Subject:
    case = OF_EACH_CLASS[request.param]

    def call(params, scale, target, context):
        parts = target.x, target.y, target.mask, context, target.covariates
        return case.network.apply(params, scale, *parts)

    fields = [
        random_field(case.network.field_type, 5, n_covariates=case.n_covariates, seed=seed)
        for seed in range(6)
    ]
    return Subject(
        case, fields, random_params(case.network, fields[0], seed=0), call, jax.jit(call)
    )


def test_one_by_one_and_in_a_batch(subject: Subject):
    targets, contexts = (
        gn.FieldSample.stack(part) for part in (subject.fields[:3], subject.fields[3:])
    )
    of_all = jax.jit(jax.vmap(subject.call, (None, None, 0, 0)))
    batch = of_all(subject.params, SCALE, targets, contexts)
    assert batch.shape == targets.y.shape
    for found, target, context in zip(batch, subject.fields[:3], subject.fields[3:], strict=True):
        expected = subject.compiled(subject.params, SCALE, target, context)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11 * np.abs(expected).max())


@pytest.mark.slow
def test_without_compilation(subject: Subject):
    if subject.case is not OF_EACH_CLASS["translation-tracks"]:
        return  # where every operation is compiled by itself, one network is enough
    inputs = subject.params, SCALE, subject.fields[0], subject.fields[1]
    np.testing.assert_allclose(subject.call(*inputs), subject.compiled(*inputs), atol=1e-11)


def test_an_exact_shift_changes_no_bit(subject: Subject):
    """In float32, by a constant that loses no digit of the locations."""
    if not subject.case.has_exact_shifts:
        return
    params, scale, target, context = in_single_precision(
        (subject.params, SCALE, subject.fields[0], subject.fields[1])
    )
    found = []
    for shift in (0, 1024):
        shifted = (
            gn.FieldSample(jnp.round(s.x * 4) / 4 + shift, s.y, None, s.covariates)
            for s in (target, context)
        )
        found.append(subject.compiled(params, scale, *shifted))
    np.testing.assert_array_equal(*found)


def test_fresh_parameters_have_the_precision_of_the_sample(subject: Subject):
    sample, key = in_single_precision(subject.fields[0]), jax.random.key(0)
    shapes = jax.eval_shape(lambda key: subject.case.network.init(key, sample), key)
    assert {leaf.dtype for leaf in jax.tree.leaves(shapes)} == {jnp.dtype(jnp.float32)}


def test_gradients_are_finite(subject: Subject):
    """In all parameters and values, also where points coincide and where nothing is given."""
    target = subject.fields[0]

    @jax.jit
    @jax.grad
    def gradient(inputs, mask):
        params, y = inputs
        moved = gn.FieldSample(target.x, y, covariates=target.covariates)
        context = gn.FieldSample(target.x, target.y, mask, target.covariates)
        return jnp.sum(subject.call(params, SCALE, moved, context) ** 2)

    for given in (True, False):
        found = gradient((subject.params, target.y), jnp.full(target.n_points, given))
        leaves = jax.tree.leaves(found)
        assert all(np.isfinite(leaf).all() for leaf in leaves)
        assert max(np.abs(leaf).max() for leaf in leaves) > 0
