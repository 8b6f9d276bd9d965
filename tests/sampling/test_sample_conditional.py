"""Samples given observations, with the exact conditional score: the law of the posterior."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conditioning_cases import CONDITIONAL_METHODS
from normal_fields import NormalScore, WideBrownianMotion, law_of_solution
from standard_errors import assert_mean, second_moments

import geomndp as gn

SCHEDULE = gn.sde.LinearSchedule(beta_min=40.0, beta_max=40.0, t_min=1e-4, t_max=10.0)
NOISING = WideBrownianMotion(gn.manifolds.Euclidean(1), SCHEDULE)
OBSERVED = jnp.array([[-0.3], [1.2]])
TARGETS = jnp.array([[0.0], [0.5], [2.0]])
N_SAMPLES = 10_000


def kernel(x: Any, z: Any) -> Any:
    """Matern-3/2, of lengthscale 1."""
    distance = jnp.sqrt(3.0) * jnp.abs(x[:, :1] - z[:, :1].T)
    return (1 + distance) * jnp.exp(-distance)


class ProcessScore(eqx.Module):
    """The exact score of a Gaussian process, which can be given a context."""

    context: gn.FieldSample | None = None

    def given(self, context: gn.FieldSample) -> "ProcessScore":
        return ProcessScore(context)

    def __call__(self, t: Any, x: Any, y: Any, mask: Any) -> Any:
        mean, covariance = jnp.zeros_like(y), kernel(x, x)
        if self.context is not None:
            across, inner = kernel(x, self.context.x), kernel(self.context.x, self.context.x)
            inner = inner + jnp.diag(jnp.where(self.context.mask, 0, 1e12))
            gain = jnp.linalg.solve(inner, across.T).T
            mean, covariance = gain @ self.context.y, covariance - gain @ across.T
        return NormalScore(mean, covariance, SCHEDULE)(t, x, y, mask)


def posterior(context: gn.FieldSample) -> tuple[np.ndarray, np.ndarray]:
    """Of the targets, by blocks of the precision, and so by another formula than the score's."""
    x = jnp.concatenate([TARGETS, context.x])
    precision = np.linalg.inv(np.asarray(kernel(x, x)))
    n_targets = len(TARGETS)
    covariance = np.linalg.inv(precision[:n_targets, :n_targets])
    observed = np.asarray(context.y)[:, 0]
    return -covariance @ precision[:n_targets, n_targets:] @ observed, covariance


CONTEXT = gn.FieldSample(OBSERVED, jnp.array([[1.5], [-2.0]]))


def draw(method: Any, context: gn.FieldSample = CONTEXT, n_padding: int = 0) -> np.ndarray:
    x = jnp.concatenate([TARGETS, jnp.zeros((n_padding, 1))])
    mask = jnp.arange(len(x)) < len(TARGETS) if n_padding else None
    y = gn.sampling.sample_conditional(
        NOISING,
        ProcessScore(),
        context,
        x,
        mask,
        n_samples=N_SAMPLES,
        method=method,
        key=jax.random.key(0),
    )
    return np.asarray(y)[..., 0]


@pytest.fixture(scope="module", params=["amortised"])
def samples(request: pytest.FixtureRequest) -> tuple[np.ndarray, str]:
    return draw(CONDITIONAL_METHODS[request.param]), request.param


def test_samples_have_the_law_of_the_posterior(samples: tuple[np.ndarray, str]):
    """Within standard errors and what the solver and the limit are known to err by."""
    values, name = samples
    data = posterior(CONTEXT)
    solver = CONDITIONAL_METHODS[name].solver  # pyright: ignore[reportAttributeAccessIssue]
    start = np.zeros(len(TARGETS)), 400.0 * np.eye(len(TARGETS))
    mean, covariance = law_of_solution(solver, SCHEDULE, data, start)
    assert np.abs(mean - data[0]).max() < 0.01
    assert np.abs(covariance - data[1]).max() < 0.15
    assert_mean(values, data[0], slack=np.abs(mean - data[0]))
    assert_mean(second_moments(values - mean), data[1], slack=np.abs(covariance - data[1]))


def test_the_law_without_the_context_is_found(samples: tuple[np.ndarray, str]):
    values, _ = samples
    with pytest.raises(AssertionError):
        assert_mean(values, 0, slack=0.01)
    prior = np.asarray(kernel(TARGETS, TARGETS))
    with pytest.raises(AssertionError):
        assert_mean(second_moments(values - values.mean(0)), prior, slack=0.15)


def test_another_context_moves_the_samples(samples: tuple[np.ndarray, str]):
    values, name = samples
    opposite = gn.FieldSample(CONTEXT.x, -CONTEXT.y)
    moved = draw(CONDITIONAL_METHODS[name], opposite)
    shift = 2 * posterior(CONTEXT)[0]
    assert_mean(values - moved, shift, slack=0.01)


def test_padding_of_context_and_of_targets_changes_nothing(samples: tuple[np.ndarray, str]):
    values, name = samples
    padded = draw(CONDITIONAL_METHODS[name], CONTEXT.pad(4), n_padding=2)
    # The noise of a point depends on the key and its place, not on how many points follow.
    np.testing.assert_allclose(padded[:, : len(TARGETS)], values, atol=1e-8)


def test_the_default_method_is_amortised():
    few: dict[str, Any] = {"n_samples": 2, "key": jax.random.key(1)}
    arguments = NOISING, ProcessScore(), CONTEXT, TARGETS
    given = gn.sampling.Amortised(gn.solvers.GeodesicRandomWalk())
    default = gn.sampling.sample_conditional(*arguments, **few)
    np.testing.assert_array_equal(
        default, gn.sampling.sample_conditional(*arguments, method=given, **few)
    )


def test_a_score_that_knows_contexts_is_told_from_one_that_does_not():
    assert isinstance(ProcessScore(), gn.sampling.ConditionalScore)
    without_context = NormalScore(jnp.zeros((3, 1)), jnp.eye(3), SCHEDULE)
    assert not isinstance(without_context, gn.sampling.ConditionalScore)
