"""Stream functions and potentials given vectors, against dense algebra and exact processes."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from derived_field_cases import DERIVED, DerivedCase
from kernel_cases import quick_jit

import geomndp as gn
from geomndp.kernels import AbstractKernel
from geomndp.sampling import DerivedFields, FunctionPosterior

CASES = pytest.mark.parametrize("name", DERIVED)
OTHER = {
    "plane-stream": DERIVED["plane-potential"],
    "plane-potential": DERIVED["plane-stream"],
    "globe-stream": DERIVED["globe-potential"],
    "globe-potential": DERIVED["globe-stream"],
}
"""What vectors there are beside those of a case."""
VARIANCE = 0.05
KEY = jax.random.key(0)


def beside_of(name: str, is_there: bool) -> AbstractKernel | None:
    return 0.5 * OTHER[name].vectors if is_there else None


def conditioned(
    fields: DerivedFields, sample: gn.FieldSample, beside: AbstractKernel | None, noise: Any
) -> FunctionPosterior:
    # Checks of values are by the tests below; compiled, that of a kernel is quick.
    given = eqx.filter_jit(lambda f, s, v: f.condition(s, noise_variance=v, beside=beside))
    return given(fields, sample, noise)


def vectors_seen(case: DerivedCase, x: jax.Array, n_fields: int) -> jax.Array:
    """Vectors along the frame, of no particular field."""
    frame = case.derivative.frame(x)
    along = np.random.default_rng(3).normal(size=(n_fields, *frame.shape[:2]))
    return jnp.einsum("nkd,tnk->tnd", frame, along)


def gram(kernel: AbstractKernel, frame: Any, x: jax.Array, frame2: Any, x2: jax.Array) -> Any:
    """Covariances of the components along frames, as a matrix."""
    blocks = quick_jit(kernel.cross_covariance)(x, x2)
    along = np.einsum("iad,ijde,jbe->iajb", frame, blocks, frame2)
    return along.reshape(frame.shape[0] * frame.shape[1], -1)


@pytest.mark.parametrize("is_beside", [False, True], ids=["alone", "beside another"])
@CASES
def test_the_law_is_that_of_dense_algebra(name: str, is_beside: bool):
    """Mean and covariance of the values, by the weights that guidance has of the same vectors."""
    case, beside = DERIVED[name], beside_of(name, is_beside)
    nodes, x = case.nodes(), case.locations(12, seed=1)
    fields, y = case.fields(nodes), vectors_seen(case, x, 3)
    noise = jnp.linspace(0.02, 0.1, 12)
    batch = gn.FieldSample(jnp.broadcast_to(x, (3, *x.shape)), y)
    posterior = conditioned(fields, batch, beside, noise)

    observed = eqx.filter_jit(DerivedFields.values)(fields, gn.FieldSample(x, y[0]))
    weights = np.asarray(observed.weights)[..., 0]
    prior = np.asarray(fields.interpolation.operator.dense())[:, :, 0, 0]
    frame = case.derivative.frame(x)
    rest = np.diag(np.repeat(np.asarray(noise), 2))
    if beside is not None:
        rest = rest + gram(beside, frame, x, frame, x)
    gain = np.linalg.solve(weights @ prior @ weights.T + rest, weights @ prior).T
    along = np.einsum("nkd,tnd->tnk", frame, y).reshape(3, -1)
    np.testing.assert_allclose(posterior.mean.y[..., 0], along @ gain.T, atol=1e-6)
    covariance = prior - gain @ weights @ prior
    np.testing.assert_allclose(posterior.root @ posterior.root.T, covariance, atol=1e-6)
    assert np.abs(covariance).max() > 0.01
    np.testing.assert_array_equal(posterior.mean.x, np.broadcast_to(nodes, (3, *nodes.shape)))


@pytest.mark.parametrize("is_beside", [False, True], ids=["alone", "beside another"])
@CASES
def test_vectors_made_of_it_have_the_law_of_the_exact_process(name: str, is_beside: bool):
    """That of the divergence-free part, or curl-free part, of a process of vectors."""
    case, beside = DERIVED[name], beside_of(name, is_beside)
    fields, x = case.fields(case.nodes()), case.locations(12, seed=1)
    asked, y = case.locations(20, seed=2), vectors_seen(case, x, 1)[0]
    posterior = conditioned(fields, gn.FieldSample(x, y), beside, VARIANCE)
    here, there = case.derivative.frame(x), case.derivative.frame(asked)

    def along(values: jax.Array) -> np.ndarray:
        made = np.einsum("nkd,snd->snk", there, fields.at(values, asked))
        return made.reshape(len(values), -1)

    total = gram(case.vectors, here, x, here, x) + VARIANCE * np.eye(2 * len(x))
    if beside is not None:
        total = total + gram(beside, here, x, here, x)
    cross = gram(case.vectors, there, asked, here, x)
    mean = cross @ np.linalg.solve(total, np.einsum("nkd,nd->nk", here, y).ravel())
    explained = np.sum(cross * np.linalg.solve(total, cross.T).T, -1)
    variance = np.diag(gram(case.vectors, there, asked, there, asked)) - explained
    found = along(posterior.mean.y[None])[0]
    np.testing.assert_allclose(found, mean, atol=0.02)
    np.testing.assert_allclose(
        np.sum(along(posterior.root.T[..., None]) ** 2, 0), variance, atol=0.02
    )
    assert np.abs(found + mean).max() > 0.5
    assert 0.2 < variance.max() < 1.1


def test_draws_have_the_covariance_and_their_own_mean():
    case = DERIVED["plane-stream"]
    fields, x = case.fields(case.nodes()), case.locations(12, seed=1)
    y = vectors_seen(case, x, 1)
    both = jnp.concatenate([y, -y])  # of two times
    batch = gn.FieldSample(jnp.broadcast_to(x, both.shape), both)
    posterior = conditioned(fields, batch, None, VARIANCE)
    n = 4000
    many = jax.vmap(lambda key: posterior.sample(key=key).y)(jax.random.split(KEY, n))
    root = np.asarray(posterior.root)
    scale = np.sqrt(np.sum(root**2, -1))
    for time in (0, 1):
        off = (np.asarray(many)[:, time, :, 0] - np.asarray(posterior.mean.y)[time, :, 0]) / scale
        assert np.abs(off.mean(0)).max() < 5 / n**0.5
        correlation = (root @ root.T) / np.outer(scale, scale)
        assert np.abs(off.T @ off / n - correlation).max() < 7 / n**0.5
    # As a generator it draws either time, each as likely, and no function twice.
    drawn = gn.fields.draw(posterior, 400, key=KEY)
    assert drawn.x.shape == (400, len(case.nodes()), 2)
    side = np.sign(np.asarray(drawn.y)[..., 0] @ np.asarray(posterior.mean.y)[0, :, 0])
    assert abs(side.mean()) < 5 / 20
    assert len(np.unique(np.asarray(drawn.y)[:, 0])) == 400


@pytest.mark.parametrize("name", ["plane-stream", "globe-stream"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_stream_function_is_found_up_to_a_constant(name: str, dtype: Any):
    """From exact winds at many places; between them the winds are found too."""
    case = DERIVED[name]
    fields = case.fields(case.nodes(dtype))
    values = np.asarray(fields.interpolation.operator.sample(key=jax.random.key(4)))
    x = case.locations(300, seed=5, dtype=dtype)
    winds = fields.at(jnp.asarray(values)[None], x)
    posterior = fields.condition(gn.FieldSample(x, winds[0]), noise_variance=1e-3)
    assert posterior.mean.y.dtype == dtype
    asked = case.locations(40, seed=6, dtype=dtype)
    found = fields.at(posterior.mean.y[None], asked) - fields.at(jnp.asarray(values)[None], asked)
    assert np.abs(found).max() < 0.1
    inner = np.linalg.norm(np.asarray(case.nodes())[:, :2], axis=-1) < 1.6
    difference = np.asarray(posterior.mean.y)[inner] - values[inner]
    assert np.std(difference) < 0.02 < 0.5 < np.std(values[inner])
    draw = posterior.sample(key=KEY).y
    assert np.std(np.asarray(draw)[inner] - values[inner]) < 0.05


@pytest.mark.parametrize("name", ["plane-stream", "globe-stream"])
def test_a_gradient_is_taken_for_one_where_it_is_known_that_there_are_some(name: str):
    case, other = DERIVED[name], OTHER[name]
    fields, x = case.fields(case.nodes()), case.locations(200, seed=1)
    gradients = other.fields(case.nodes())
    potential = gradients.interpolation.operator.sample(key=jax.random.key(8))
    sample = gn.FieldSample(x, gradients.at(potential[None], x)[0])
    size = np.sqrt(np.mean(np.sum(np.asarray(sample.y) ** 2, -1)))

    def share(beside: AbstractKernel | None) -> float:
        values = conditioned(fields, sample, beside, VARIANCE).mean.y
        made = np.asarray(fields.at(values[None], x)[0])
        return float(np.sqrt(np.mean(np.sum(made**2, -1))) / size)

    known, unknown = share(other.vectors), share(None)
    assert known < 0.3
    assert known < 0.6 * unknown
    # What is of the function itself is not taken for the other.
    turned = fields.at(potential[None], x)[0]
    values = conditioned(fields, gn.FieldSample(x, turned), other.vectors, VARIANCE).mean.y
    missed = np.asarray(fields.at(values[None], x)[0]) - np.asarray(turned)
    assert np.sqrt(np.mean(np.sum(missed**2, -1))) < 0.3 * size


def test_what_is_asked_of_vectors():
    case = DERIVED["globe-stream"]
    fields, x = case.fields(case.nodes()), case.locations(4, seed=0)
    y = vectors_seen(case, x, 2)
    places = jnp.broadcast_to(x, y.shape)
    condition: Any = fields.condition

    def refused(message: str, sample: gn.FieldSample, **settings: Any) -> None:
        with pytest.raises(ValueError, match=message):
            condition(sample, **({"noise_variance": 0.1} | settings))

    good = gn.FieldSample(places, y)
    refused("at the same places at all times, got padding", gn.FieldSample(x, y[0]).pad(5))
    refused("the same places, got others in field 1", gn.FieldSample(places.at[1].multiply(-1), y))
    refused(
        r"finite vectors, got .* at \(1, 2\)", gn.FieldSample(places, y.at[1, 2, 0].set(jnp.nan))
    )
    refused("across the sphere at station 3", gn.FieldSample(places, y.at[1, 3].set(9 * x[3])))
    refused(r"vectors of shape \(4, 3\)", gn.FieldSample(places, y[..., :2]))
    refused("vectors with 3 coordinates beside", good, beside=DERIVED["plane-stream"].vectors)
    refused("noise variances of at least 0", good, noise_variance=-1.0)
    refused("expected one noise variance", good, noise_variance=jnp.ones(3))
    refused("positive definite to rounding", good, noise_variance=0.0)
