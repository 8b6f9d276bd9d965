"""Vector fields made of a function at nodes: their structure, what they observe and their law."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conditioning_laws import law_at_points
from derived_field_cases import DERIVED, GLOBE
from kernel_cases import quick_jit

import geomndp as gn
from geomndp.sampling import DerivedFields, GuidedScore, Observed, TweedieGuidance

CASES = pytest.mark.parametrize("name", DERIVED)
PRECISIONS = pytest.mark.parametrize(
    ("dtype", "rtol"), [(np.float64, 1e-5), (np.float32, 1e-4)], ids=["float64", "float32"]
)
SCHEDULE = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=25.0)
WHITE = gn.sde.OrnsteinUhlenbeck(gn.GaussianProcess(gn.kernels.White(1.0)), SCHEDULE)
EXACT = TweedieGuidance(gn.solvers.DPMSolver(n_steps=30), ridge=0.0)
VARIANCE = 0.01
KEY = jax.random.key(0)


def at(fields: DerivedFields, values: jax.Array, x: jax.Array) -> np.ndarray:
    return np.asarray(fields.at(values, x))


def observed_by(fields: DerivedFields, sample: gn.FieldSample) -> gn.sampling.LinearObservations:
    return eqx.filter_jit(DerivedFields.values)(fields, sample)


@PRECISIONS
@pytest.mark.parametrize("name", ["plane-stream", "globe-stream"])
def test_draws_have_no_divergence_anywhere_and_meet_the_stations(
    name: str, dtype: Any, rtol: float
):
    """At ten thousand points, none of which was a node or a station."""
    case, sample = DERIVED[name], DERIVED[name].seen(dtype)
    fields = case.fields(case.nodes(dtype))
    observed = observed_by(fields, sample)
    values = gn.sampling.sample_conditional(
        WHITE,
        gn.sde.ExactGaussianScore(WHITE, gn.GaussianProcess(case.kernel)),
        observed,
        n_samples=3,
        method=EXACT,
        observation_noise=VARIANCE,
        key=KEY,
    )
    assert values.dtype == dtype
    x = case.locations(10_000, seed=4, dtype=dtype)
    case.assert_law(fields.field(values[0]).at, x, rtol=rtol)
    # Stations are met within their errors.
    errors = (at(fields, values, sample.x) - np.asarray(sample.y)) / VARIANCE**0.5
    assert np.abs(errors).max() < 5
    assert np.sqrt(np.mean(errors**2)) < 1.5
    # What guidance saw of the values is what the functions are at the stations.
    frame = np.asarray(fields.derivative.frame(sample.x))
    expected = np.einsum("nkd,snd->snk", frame, at(fields, values, sample.x))
    found = jax.vmap(observed.of)(values)
    tolerance = 1e-7 if dtype == np.float64 else 5e-3
    np.testing.assert_allclose(found, expected.reshape(3, -1), atol=tolerance)
    # Values of which the stations were not told miss them.
    missed = at(fields, -values, sample.x) - np.asarray(sample.y)
    assert np.abs(missed).max() > 10 * VARIANCE**0.5


@PRECISIONS
@pytest.mark.parametrize("name", ["plane-potential", "globe-potential"])
def test_fields_of_potentials_have_no_curl_anywhere(name: str, dtype: Any, rtol: float):
    case = DERIVED[name]
    nodes = case.nodes(dtype)
    rng = np.random.default_rng(0)
    gram = np.asarray(quick_jit(case.kernel.gram)(nodes))[:, :, 0, 0]
    values = gram @ rng.normal(size=(len(nodes), 1)) + 1e-3 * rng.normal(size=(len(nodes), 1))
    x = case.locations(10_000, seed=4, dtype=dtype)
    case.assert_law(case.fields(nodes).field(jnp.asarray(values, dtype)).at, x, rtol=rtol)


@pytest.mark.parametrize(("name", "other"), [("plane-stream", "plane-potential")])
def test_fields_of_the_other_kind_are_told_apart(name: str, other: str):
    case = DERIVED[name]
    fields = DerivedFields(case.fields(case.nodes()).interpolation, DERIVED[other].derivative)
    values = jnp.sin(case.nodes()[:, :1])
    with pytest.raises(AssertionError, match="expected a divergence of 0"):
        case.assert_law(fields.field(values).at, case.locations(20, seed=4), rtol=0.1)


@pytest.mark.parametrize("name", ["plane-stream", "globe-stream"])
def test_the_law_given_stations_is_that_of_the_gaussian_process(name: str):
    """Mean and variance of all components, of which a priori the variance is 1."""
    case = DERIVED[name]
    sample, x = case.seen(), case.locations(20, seed=3)
    fields = case.fields(case.nodes())
    data, observed = gn.GaussianProcess(case.kernel), observed_by(fields, sample)
    law = law_at_points(observed.x, 0, data, observed, WHITE, EXACT, VARIANCE)
    directions = fields.derivative.frame(x)

    def components(values: Any) -> np.ndarray:
        return np.einsum("nkd,snd->snk", directions, at(fields, values, x))

    mean = components(jnp.asarray(law.mean)[None, :, None])[0]
    root = np.linalg.cholesky(law.covariance + 1e-13 * np.eye(len(law.mean)))
    variance = np.sum(components(jnp.asarray(root.T)[..., None]) ** 2, 0)

    @eqx.filter_jit
    def exact(sample: gn.FieldSample) -> Any:
        process = gn.GaussianProcess(case.vectors)
        posterior = process.condition(sample.x, sample.y, noise_variance=VARIANCE)
        return posterior.mean_and_covariance(x)

    expected, covariance = exact(sample)
    by_point = np.asarray(covariance)[np.arange(20), np.arange(20)]
    along = np.einsum("nkd,nd->nk", directions, expected)
    across = np.einsum("nkd,nde,nke->nk", directions, by_point, directions)
    np.testing.assert_allclose(mean, along, atol=0.01)
    np.testing.assert_allclose(variance, across, atol=0.02)
    # The field is not known everywhere, nor that of the opposite stations near it.
    assert across.max() > 0.2
    assert np.abs(mean + along).max() > 1


def motion(dim: int) -> tuple[jax.Array, jax.Array]:
    """A reflection with a rotation, and a shift where locations are not of the globe."""
    q = np.linalg.qr(np.random.default_rng(0).normal(size=(dim, dim)))[0]
    q = q * -np.sign(np.linalg.det(q)) if dim == 3 else q[:, [0, 1]]
    if np.linalg.det(q) > 0:
        q = q[:, [1, 0]]
    return jnp.asarray(q), jnp.array([0.7, -1.2]) if dim == 2 else jnp.zeros(3)


@CASES
def test_a_stream_function_changes_its_sign_in_a_mirror(name: str):
    """Fields turn with their values at turned nodes, and so does guidance by turned stations."""
    case = DERIVED[name]
    turn, shift = motion(case.dim_x)
    sign = float(case.sign(np.asarray(turn)))
    assert sign == pytest.approx(-1.0 if "stream" in name else 1.0)

    def moved(x: jax.Array) -> jax.Array:
        return x @ turn.T + shift[None]

    fields, mirrored = case.fields(case.nodes()), case.fields(moved(case.nodes()))
    values = jax.random.normal(KEY, (1, len(case.nodes()), 1))
    x, sample = case.locations(5, seed=5), case.seen()
    expected = at(fields, values, x) @ np.asarray(turn.T)
    size = np.abs(expected).max()
    found = at(mirrored, sign * values, moved(x))
    np.testing.assert_allclose(found, expected, atol=1e-5 * size)
    assert np.abs(-found - expected).max() > size
    if name != "plane-stream":
        return

    def score(fields: DerivedFields, sample: gn.FieldSample, y: jax.Array) -> np.ndarray:
        prior = gn.sde.ExactGaussianScore(WHITE, gn.GaussianProcess(case.kernel))
        observed = Observed.of(observed_by(fields, sample), VARIANCE)
        guided = GuidedScore(WHITE, prior, EXACT, observed)
        nodes = fields.interpolation.x
        mask = jnp.ones(len(nodes), bool)
        return np.asarray(eqx.filter_jit(guided)(0.3, nodes, y, mask))

    turned = gn.FieldSample(moved(sample.x), sample.y @ turn.T)
    one, other = score(fields, sample, values[0]), score(mirrored, turned, sign * values[0])
    np.testing.assert_allclose(other, sign * one, atol=1e-5 * np.abs(one).max())


def test_components_are_those_of_the_field():
    case = DERIVED["globe-potential"]
    fields, x = case.fields(case.nodes()), case.locations(6, seed=6)
    direction = GLOBE.project_tangent(x, jax.random.normal(KEY, (6, 3)))
    values = jnp.cos(2 * case.nodes()[:, :1])
    observed = fields.components(x, direction, jnp.zeros(6))
    expected = np.sum(np.asarray(direction) * at(fields, values[None], x)[0], -1)
    np.testing.assert_allclose(observed.of(values), expected, atol=1e-6)


@pytest.mark.parametrize(
    "kernel",
    [gn.kernels.Matern12(1.0, 1.0), gn.kernels.DivergenceFree(gn.kernels.Matern52(1.0, 1.0))],
)
def test_kernels_that_make_no_such_fields_are_refused(kernel: Any):
    interpolation = gn.gp.KernelInterpolation(kernel, jnp.eye(2))
    with pytest.raises(ValueError, match="expected a kernel of numbers"):
        DerivedFields(interpolation, gn.kernels.FlatGradient)


def test_vectors_across_the_globe_and_of_other_shapes_are_refused():
    case = DERIVED["globe-stream"]
    fields, x = case.fields(case.nodes()), case.locations(3, seed=0)
    with pytest.raises(ValueError, match="across the sphere at station"):
        fields.values(gn.FieldSample(x, x))
    with pytest.raises(ValueError, match=r"expected vectors of shape \(3, 3\)"):
        fields.values(gn.FieldSample(x, x[:, :2]))
