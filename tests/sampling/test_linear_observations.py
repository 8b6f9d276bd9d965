"""Observations that are linear in a field, and many of them, against the exact posterior."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conditioning_laws import Task, divergence, law_of_guidance, posterior
from conditioning_tasks import KEY, TASKS, drawn, noising_to

import geomndp as gn
from geomndp.sampling import KrylovGuidance, LinearObservations, TweedieGuidance

TEN = gn.solvers.DPMSolver(n_steps=10)
EXACT = TweedieGuidance(TEN, ridge=1e-3)
SERIES, WINDS = TASKS["series"], TASKS["curl-free"]


def points(shape: tuple[int, ...], seed: int) -> jax.Array:
    return jax.random.uniform(jax.random.key(seed), shape, minval=-2.0, maxval=2.0)


def averages() -> Task:
    x, y = points((3, 4, 1), 0), jnp.array([[0.5], [-0.4], [1.0]])
    return Task(SERIES.data, LinearObservations.averages(x, y), SERIES.x)


def components() -> Task:
    x, direction = points((6, 2), 1), points((6, 2), 2)
    y = jnp.linspace(-1.0, 1.0, 6)
    return Task(WINDS.data, LinearObservations.components(x, direction, y), WINDS.x)


def derivatives() -> Task:
    smooth = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0) + gn.kernels.White(1e-3))
    x, y = jnp.array([[-1.0], [0.0], [1.5]]), jnp.array([[0.5], [-1.0], [0.0]])
    seen = LinearObservations.derivatives(x, jnp.ones((3, 1)), y, step=0.1)
    return Task(smooth, seen, SERIES.x)


LINEAR = {"averages": averages(), "components": components(), "derivatives": derivatives()}


@pytest.mark.parametrize("name", LINEAR)
def test_ten_steps_of_tweedie_guidance_are_near_the_posterior(name: str):
    task = LINEAR[name]
    law = law_of_guidance(task, noising_to(task.data, "white"), EXACT, 0.01)
    truth = posterior(task, 0.01)
    assert divergence(law, truth, len(task.x)) < 0.02
    # That of numbers twice as far off is not near it.
    other = Task(task.data, jax.tree.map(lambda y: y, task.context), task.x)
    context: Any = other.context
    moved = LinearObservations(context.x, context.weights, -context.y)
    assert divergence(law, posterior(Task(task.data, moved, task.x), 0.01), len(task.x)) > 0.05


def test_derivatives_are_those_of_the_kernel():
    """The posterior mean of a slope observation, against the kernel's own derivative."""
    data = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
    at, asked = jnp.array([[0.3]]), jnp.array([[1.1]])
    seen = LinearObservations.derivatives(at, jnp.ones((1, 1)), jnp.ones((1, 1)), step=1e-3)
    found = posterior(Task(data, seen, asked))
    # A value and a slope covary by the distance times the kernel; slopes have variance 1.
    assert found.mean[0] == pytest.approx(0.8 * np.exp(-0.32), rel=1e-4)


def test_values_as_linear_observations_are_a_context():
    context: Any = SERIES.context
    noising = noising_to(SERIES.data, "white")
    linear = SERIES._replace(context=LinearObservations.values(context))
    one, two = (law_of_guidance(task, noising, EXACT) for task in (SERIES, linear))
    np.testing.assert_allclose(one.mean, two.mean, atol=1e-9)
    np.testing.assert_allclose(one.covariance, two.covariance, atol=1e-9)


def test_chunks_are_joined():
    context: Any = SERIES.context
    first, last = (
        jax.tree.map(lambda a, p=part: a[p], context) for part in (slice(3), slice(3, 8))
    )
    joined, noise = gn.sampling.join_observations((first, 0.1), (last, 0.0))
    assert isinstance(joined, gn.FieldSample)
    np.testing.assert_array_equal(joined.y, context.y)
    assert noise.tolist() == [0.1] * 3 + [0.0] * 5
    slope = LinearObservations(jnp.zeros((2, 1)), jnp.ones((1, 2, 1)), jnp.ones(1))
    mixed, noise = gn.sampling.join_observations((first, 0.1), (slope, 0.2))
    assert isinstance(mixed, LinearObservations)
    assert noise.tolist() == [0.1] * 3 + [0.2]
    values = jnp.arange(5.0)[:, None]
    assert mixed.of(values).tolist() == [0.0, 1.0, 2.0, 7.0]


@pytest.mark.parametrize("name", ["series", "curl-free"])
def test_conjugate_gradients_end_in_the_full_update(name: str):
    """As many steps as there are numbers solve the system; a quarter of them come near it."""
    task = TASKS[name]
    noising, context = noising_to(task.data, "white"), task.context
    seen = gn.sampling.Observed.of(context, 0.05)
    process = noising.at(jnp.concatenate([context.x, task.x]))
    prior = gn.sde.ExactGaussianScore(noising, task.data)
    y = jax.random.normal(KEY, process.mean.shape)

    def score(method: Any) -> np.ndarray:
        guided = gn.sampling.GuidedScore(noising, prior, method, seen)
        return np.asarray(jax.jit(guided.bind(process))(0.4, y))

    full = score(EXACT)
    whole = score(KrylovGuidance(TEN, 2 * seen.n_values, ridge=1e-3))
    np.testing.assert_allclose(whole, full, atol=1e-6)
    few = score(KrylovGuidance(TEN, seen.n_values // 4, ridge=1e-3))
    without = np.asarray(prior(0.4, process.x, y, process.mask))
    assert 1e-6 < np.linalg.norm(few - full) < 0.3 * np.linalg.norm(without - full)


def test_four_steps_of_conjugate_gradients_are_near_the_posterior():
    law = law_of_guidance(
        SERIES, noising_to(SERIES.data, "white"), KrylovGuidance(TEN, 4, ridge=1e-3)
    )
    assert divergence(law, posterior(SERIES), len(SERIES.x)) < 0.02


def test_numbers_that_are_repeated_count_once():
    """Without noise the covariance is singular; draws are as if one were left out."""
    task = LINEAR["averages"]
    seen: Any = task.context
    twice = LinearObservations(
        seen.x,
        jnp.concatenate([seen.weights, 2 * seen.weights[:1]]),
        jnp.concatenate([seen.y, 2 * seen.y[:1]]),
    )
    np.testing.assert_allclose(drawn(EXACT, twice), drawn(EXACT, seen), atol=1e-3)


def test_numbers_that_contradict_each_other_are_refused():
    """Though no two of them are of the same point."""
    x = jnp.array([[0.0], [1.0], [0.0]])  # one place twice
    weights = jnp.array([[1.0, 0, 0], [0, 1, 0], [0, 0.5, 0.5]])[..., None]
    fits, off = jnp.array([1.0, 2.0, 1.5]), jnp.array([1.0, 2.0, 1.6])
    assert np.isfinite(drawn(EXACT, LinearObservations(x, weights, fits))).all()
    contradictory = LinearObservations(x, weights, off)
    with pytest.raises(ValueError, match=r"contradict each other, off by up to 0\.06"):
        drawn(EXACT, contradictory)
    each = jnp.array([0.0, 0.0, 0.1])
    assert np.isfinite(drawn(EXACT, contradictory, observation_noise=each)).all()


def test_covariates_are_of_all_chunks_or_of_none():
    context: Any = SERIES.context
    one = gn.FieldSample(context.x, context.y, covariates=jnp.ones((8, 1)))
    slope = LinearObservations(jnp.zeros((2, 1)), jnp.ones((1, 2, 1)), jnp.ones(1))
    for other in (context, slope):
        with pytest.raises(ValueError, match=r"all observations or with none, got \[True, False\]"):
            gn.sampling.join_observations((one, 0.0), (other, 0.0))


def test_refusals():
    seen = LINEAR["averages"].context
    assert isinstance(seen, LinearObservations)
    with pytest.raises(ValueError, match="Amortised, got LinearObservations"):
        drawn(gn.sampling.Amortised(), seen)
    with pytest.raises(ValueError, match="no value can be replaced by"):
        drawn(gn.sampling.Replacement(), seen)
    with pytest.raises(ValueError, match="weights of 1 observations on 12 points, got shape"):
        LinearObservations(seen.x, seen.weights, jnp.ones(1))
    with pytest.raises(ValueError, match="step > 0"):
        LinearObservations.derivatives(seen.x, seen.x, jnp.ones((12, 1)), step=0.0)
    bad = LinearObservations(seen.x, seen.weights, jnp.array([0.0, jnp.nan, 0.0]))
    with pytest.raises(ValueError, match=r"NaN or infinity in \[1\]"):
        drawn(EXACT, bad)
    with pytest.raises(ValueError, match="n_iterations >= 1"):
        KrylovGuidance(n_iterations=0)
