"""What every network promises, with parameters none of which is 0, in float64.

Each law that a network could keep by ignoring its input has a network here that breaks it.
"""

import functools
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from network_cases import NETWORKS, OF_EACH_CLASS, NetworkCase
from random_fields import in_single_precision, random_field, random_params, with_padding

import geomndp as gn
from geomndp.networks import AbstractHaikuNetwork, Params

ROUNDING = 1e-11
SCALE = jnp.array(0.2)
N_REAL = 6
"""Real points of the target; three more are padding, and three of the context's seven."""


class Subject(NamedTuple):
    """A network ready to be called, with a field and a context of it, both padded.

    Nearly all laws are seen on fields of these shapes, since each shape is compiled anew. A call
    gives the values at the real points.
    """

    case: NetworkCase
    params: Params
    target: gn.FieldSample
    context: gn.FieldSample
    apply: Any

    def __call__(
        self, target: gn.FieldSample, context: gn.FieldSample | None, scale: jax.Array = SCALE
    ) -> np.ndarray:
        parts = target.x, target.y, target.mask, context, target.covariates
        return np.asarray(self.apply(self.params, scale, *parts))[:N_REAL]


@functools.cache
def subject_of(case: NetworkCase) -> Subject:
    kind = case.network.field_type
    target, context = (
        random_field(kind, n, n_covariates=case.n_covariates, seed=n) for n in (N_REAL, 4)
    )
    params = random_params(case.network, target, seed=0)
    padded = with_padding(target, 9, seed=1), with_padding(context, 7, seed=2)
    return Subject(case, params, *padded, jax.jit(case.network.apply))


def without_padding(sample: gn.FieldSample) -> gn.FieldSample:
    return jax.tree.map(lambda part: part[: int(sample.mask.sum())], sample)


OF_MANY_POINTS = [name for name, case in NETWORKS.items() if not case.is_pointwise]


@pytest.fixture(scope="module", params=OF_MANY_POINTS)
def subject_of_many_points(request: pytest.FixtureRequest) -> Subject:
    return subject_of(NETWORKS[request.param])


@pytest.fixture(scope="module", params=list(NETWORKS))
def subject(request: pytest.FixtureRequest) -> Subject:
    return subject_of(NETWORKS[request.param])


@pytest.fixture(scope="module", params=list(OF_EACH_CLASS))
def subject_of_each_class(request: pytest.FixtureRequest) -> Subject:
    """For what is of the computation more than of the group: it is compiled anew."""
    return subject_of(NETWORKS[request.param])


@pytest.fixture(scope="module", params=[*OF_EACH_CLASS, "e3-order-2", "e2-order-3"])
def subject_in_single_precision(request: pytest.FixtureRequest) -> Subject:
    subject = subject_of(NETWORKS[request.param])
    parts = subject.params, subject.target, subject.context
    params, target, context = in_single_precision(parts)
    return subject._replace(params=params, target=target, context=context)


def assert_same(found: np.ndarray, expected: np.ndarray, tolerance: float = ROUNDING):
    size = np.abs(expected).max()
    assert size > 1e-3, "an output of 0 obeys every law"
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * size)


def elements(kind: gn.FieldType) -> list[Any]:
    """Two random elements of each determinant."""
    keys = jax.random.split(jax.random.key(5))
    return [
        kind.group.sample(key=key, determinant=determinant)
        for determinant in kind.group.determinants
        for key in keys
    ]


def moved(kind: gn.FieldType, g: Any, sample: gn.FieldSample) -> gn.FieldSample:
    x, y = kind.act(g, sample.x, sample.y)
    return gn.FieldSample(x, y, sample.mask, sample.covariates)


def test_equivariance(subject: Subject):
    assert_equivariant(subject, subject.context, ROUNDING, SCALE)


def test_equivariance_without_a_context(subject_of_each_class: Subject):
    assert_equivariant(subject_of_each_class, None, ROUNDING, SCALE)


def test_equivariance_in_single_precision(subject_in_single_precision: Subject):
    """In float32 nothing is promoted, and the value is that of float64 to single rounding."""
    single, scale = subject_in_single_precision, SCALE.astype(jnp.float32)
    assert_equivariant(single, single.context, 1e-4, scale)
    found = single(single.target, single.context, scale)
    assert found.dtype == np.float32
    double = subject_of(single.case)
    assert_same(found, double(double.target, double.context), 1e-4)


def assert_equivariant(
    subject: Subject, context: gn.FieldSample | None, tolerance: float, scale: jax.Array
):
    kind = subject.case.network.field_type
    value = jnp.asarray(subject(subject.target, context, scale))
    for g in elements(kind):
        given = None if context is None else moved(kind, g, context)
        found = subject(moved(kind, g, subject.target), given, scale)
        _, expected = kind.act(g, subject.target.x[:N_REAL], value)
        assert_same(found, np.asarray(expected), tolerance)


def test_moving_only_the_targets_matters(subject_of_many_points: Subject):
    subject = subject_of_many_points
    kind = subject.case.network.field_type
    value = jnp.asarray(subject(subject.target, subject.context))
    for g in elements(kind):
        if isinstance(kind.group, gn.groups.Trivial):
            continue
        found = subject(moved(kind, g, subject.target), subject.context)
        _, expected = kind.act(g, subject.target.x[:N_REAL], value)
        assert np.abs(found - expected).max() > 1e-3 * np.abs(expected).max()


class KnowsTheTime(AbstractHaikuNetwork):
    """Takes the locations themselves for covariates, so that a shift is seen."""

    field_type: gn.FieldType
    inner: AbstractHaikuNetwork

    def geometry(self, x, mask, context=None):
        return None

    def forward(self, noise_scale, x, y, mask, context, covariates, geometry):
        if context is not None:
            context = gn.FieldSample(context.x, context.y, context.mask, context.x)
        return self.inner.forward(noise_scale, x, y, mask, context, x, geometry)


def test_a_network_that_sees_locations_is_not_equivariant():
    network = NETWORKS["translation-tracks"].network
    assert isinstance(network, AbstractHaikuNetwork)
    subject = subject_of(NetworkCase(KnowsTheTime(network.field_type, network)))
    with pytest.raises(AssertionError, match="Mismatched elements"):
        test_equivariance(subject)


def test_padding_of_target_and_context_changes_nothing(subject: Subject):
    bare = without_padding(subject.target), without_padding(subject.context)
    assert_same(subject(*bare), subject(subject.target, subject.context))


def test_padding_of_fields_without_context_changes_nothing(subject_of_each_class: Subject):
    subject = subject_of_each_class
    other = with_padding(without_padding(subject.target), 9, seed=3)
    assert_same(subject(other, None), subject(subject.target, None))


@pytest.mark.parametrize("name", OF_EACH_CLASS)
def test_padding_of_the_context_changes_nothing_where_the_context_is_read_again(name: str):
    """In a second layer points see what the first has made of the context, padding and all."""
    case = OF_EACH_CLASS[name]
    deeper = eqx.tree_at(lambda network: network.n_layers, case.network, 2)
    subject = subject_of(case._replace(network=deeper))
    context = with_padding(without_padding(subject.context), 7, seed=5)
    assert np.abs(context.y - subject.context.y).max() > 0.1
    assert_same(subject(subject.target, context), subject(subject.target, subject.context))


def test_points_that_are_not_masked_matter(subject_of_many_points: Subject):
    """The control of the tests of padding: the same points, taken for real."""
    subject = subject_of_many_points
    padded, context = subject.target, subject.context
    real = gn.FieldSample(padded.x, padded.y, covariates=padded.covariates)
    with pytest.raises(AssertionError, match="Mismatched elements"):
        assert_same(subject(real, context), subject(padded, context))


def test_permuted_points_give_permuted_values(subject: Subject):
    order = np.array([3, 0, 5, 1, 4, 2])
    with_rest = np.append(order, [6, 7, 8])
    permuted = jax.tree.map(lambda part: part[with_rest], subject.target)
    expected = subject(subject.target, subject.context)
    assert_same(subject(permuted, subject.context), expected[order])


def test_the_order_of_the_context_does_not_matter(subject: Subject):
    order = np.array([3, 2, 1, 0, 4, 5, 6])
    permuted = jax.tree.map(lambda part: part[order], subject.context)
    expected = subject(subject.target, subject.context)
    assert_same(subject(subject.target, permuted), expected)


def test_values_are_tangent(subject: Subject):
    y = subject.target.y[:N_REAL]
    found = jnp.asarray(subject(subject.target, subject.context))
    tangent = subject.case.network.field_type.codomain.project_tangent(y, found)
    assert_same(np.asarray(tangent), np.asarray(found))


def test_the_value_is_neither_zero_nor_odd_nor_even(subject: Subject):
    target, context = (
        gn.FieldSample(part.x, -part.y, part.mask, part.covariates)
        for part in (subject.target, subject.context)
    )
    value = subject(subject.target, subject.context)
    mirrored = subject(target, context)
    size = np.linalg.norm(value)
    assert size > 0.1
    if not subject.case.is_odd:
        assert np.linalg.norm(value + mirrored) > 0.02 * size
    assert np.linalg.norm(value - mirrored) > 0.02 * size


def test_every_point_of_the_context_matters(subject_of_many_points: Subject):
    subject = subject_of_many_points
    value = subject(subject.target, subject.context)
    context = subject.context
    for point in range(int(context.mask.sum())):
        y = context.y.at[point].multiply(-1)
        other = gn.FieldSample(context.x, y, context.mask, context.covariates)
        assert np.abs(subject(subject.target, other) - value).max() > 1e-3 * np.abs(value).max()


def test_the_noise_scale_matters(subject: Subject):
    value = subject(subject.target, subject.context)
    other = subject(subject.target, subject.context, jnp.array(0.4))
    assert np.abs(other - value).max() > 1e-2 * np.abs(value).max()


def test_a_pointwise_network_sees_a_value_by_itself():
    subject = subject_of(NETWORKS["pointwise"])
    target = subject.target
    value = subject(target, None)
    assert_same(subject(target, subject.context), value)
    assert_same(
        subject(gn.FieldSample(target.x + 1, target.y, target.mask, target.covariates), None), value
    )
    y = target.y.at[1:].multiply(-1)
    others = gn.FieldSample(target.x, y, target.mask, target.covariates)
    assert_same(subject(others, None)[:1], value[:1])


def test_an_empty_context_is_no_context(subject_of_each_class: Subject):
    subject = subject_of_each_class
    context = subject.context
    nothing = jnp.zeros(context.n_points, bool)
    empty = gn.FieldSample(context.x, context.y, nothing, context.covariates)
    assert_same(subject(subject.target, empty), subject(subject.target, None))


def test_covariates_matter_where_there_are_any(subject: Subject):
    if not subject.case.n_covariates:
        assert subject.target.covariates is None
        return
    covariates = subject.target.covariates
    assert covariates is not None
    target = eqx.tree_at(lambda s: s.covariates, subject.target, covariates + 1)
    value = subject(subject.target, subject.context)
    assert np.abs(subject(target, subject.context) - value).max() > 1e-2 * np.abs(value).max()


@pytest.mark.parametrize("scale", [1e-4, 1e-2, 1.0, 3.0])
def test_values_are_finite_at_coincident_points_and_all_scales(subject: Subject, scale: float):
    """Two targets at one place and time, one of them on a point of the context."""
    x, y = subject.context.x[:1], subject.context.y[:1]
    target = gn.FieldSample(
        subject.target.x.at[:2].set(x),
        subject.target.y.at[:2].set(y),
        subject.target.mask,
        subject.target.covariates,
    )
    assert np.isfinite(subject(target, subject.context, jnp.array(scale))).all()
