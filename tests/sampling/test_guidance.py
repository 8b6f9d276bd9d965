"""Guided samples against the exact posterior of Gaussian data; their law is found exactly."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conditioning_laws import Task, divergence, law_of_guidance, posterior
from conditioning_tasks import KEY, LIMITS, TASKS, drawn, noising_to
from laws_of_solvers import Law

import geomndp as gn
from geomndp.sampling import (
    GuidedScore,
    Observed,
    PseudoinverseGuidance,
    ReconstructionGuidance,
    TweedieGuidance,
    sample_conditional,
)


def law_of(name: str, method: Any, limit: str = "white", noise: float = 0.0) -> Law:
    task = TASKS[name]
    return law_of_guidance(task, noising_to(task.data, limit), method, noise)


def divergence_per_point(name: str, law: Law, noise: float = 0.0) -> float:
    """KL divergence of the law of a method from the posterior, in nats per target point."""
    task = TASKS[name]
    return divergence(law, posterior(task, noise), len(task.x))


TEN = gn.solvers.DPMSolver(n_steps=10)


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", TASKS)
def test_ten_steps_of_tweedie_guidance_are_near_the_posterior(name: str, limit: str):
    assert divergence_per_point(name, law_of(name, TweedieGuidance(TEN, ridge=1e-3), limit)) < 0.02


@pytest.mark.parametrize("method", [PseudoinverseGuidance, ReconstructionGuidance])
def test_an_isotropic_second_moment_is_far_from_it(method: Any):
    """At any number of steps: it is the method that errs, and not the solver."""
    for solver in (TEN, gn.solvers.DPMSolver(n_steps=60)):
        found = divergence_per_point("series", law_of("series", method(solver)))
        ours = divergence_per_point("series", law_of("series", TweedieGuidance(solver, 1e-3)))
        assert found > 0.05
        assert found > 10 * ours


def test_it_converges_to_the_posterior():
    """With a schedule so long that the start, the law of the prior at `t_max`, is the limit."""
    task = TASKS["series"]
    schedule = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=30.0)
    noising = gn.sde.OrnsteinUhlenbeck(gn.GaussianProcess(gn.kernels.White(1.0)), schedule)
    found = []
    for n_steps in (10, 40):
        method = TweedieGuidance(gn.solvers.DPMSolver(n_steps), ridge=0.0)
        law = law_of_guidance(task, noising, method)
        found.append(divergence(law, posterior(task), len(task.x)))
    assert found[1] < 1e-4
    assert found[1] < 0.2 * found[0]


def test_the_noise_of_observations_is_respected():
    noise = 0.3
    law = law_of("series", TweedieGuidance(TEN, ridge=1e-3), noise=noise)
    assert divergence_per_point("series", law, noise) < 0.02
    assert divergence_per_point("series", law, 0.0) > 0.05


def test_observed_points_have_the_variance_that_the_noise_leaves():
    data, context, _ = TASKS["series"]
    noising = noising_to(data, "white")
    observed = Observed(context.y, context.mask, jnp.full_like(context.y, 0.3))
    prior = gn.sde.ExactGaussianScore(noising, data)
    solver = gn.solvers.DPMSolver(n_steps=40)
    process = noising.at(context.x)
    bound = GuidedScore(noising, prior, TweedieGuidance(ridge=1e-3), observed).bind(process)
    root = np.linalg.cholesky(np.asarray(data.operator(context.x).dense())[:, :, 0, 0])
    signal, scale = (float(f(1.0)) for f in (noising.signal, noising.noise_scale))
    spread = np.linalg.cholesky(signal**2 * root @ root.T + scale**2 * np.eye(8))
    zero = jnp.zeros_like(context.y)
    jacobian = jax.jit(jax.jacfwd(lambda y: solver.reverse(process, bound, y, key=KEY)))
    pushed = np.asarray(jacobian(zero)).reshape(8, 8) @ spread
    gram = root @ root.T
    expected = np.diag(gram - gram @ np.linalg.solve(gram + 0.3 * np.eye(8), gram))
    np.testing.assert_allclose((pushed**2).sum(1), expected, rtol=0.05)


@pytest.mark.parametrize(
    "method",
    [TweedieGuidance(TEN, ridge=1e-3), PseudoinverseGuidance(TEN), ReconstructionGuidance(TEN)],
)
def test_without_observations_it_is_the_prior(method: Any):
    """And so padding of the context changes nothing."""
    data, context, x = TASKS["series"]
    nothing = gn.FieldSample(context.x, context.y, jnp.zeros(8, bool))
    noising = noising_to(data, "white")
    joint, mask = jnp.concatenate([context.x, x]), jnp.arange(28) >= 8
    prior = gn.sde.ExactGaussianScore(noising, data)
    free = gn.sampling.sample(noising, prior, joint, mask, n_samples=4, solver=TEN, key=KEY)
    np.testing.assert_allclose(drawn(method, nothing), free[:, 8:], atol=1e-10)
    assert np.abs(drawn(method, context) - free[:, 8:]).max() > 0.1


@pytest.mark.parametrize(("t_min", "most"), [(1e-3, 0.01), (1e-5, 1e-3)])
def test_exact_observations_are_reproduced(t_min: float, most: float):
    """Down to the noise that is left at `t_min`."""
    data, context, _ = TASKS["series"]
    schedule = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=10.0, t_min=t_min)
    noising = gn.sde.OrnsteinUhlenbeck(gn.GaussianProcess(gn.kernels.White(1.0)), schedule)
    prior = gn.sde.ExactGaussianScore(noising, data)
    observed = Observed(context.y, context.mask, jnp.zeros_like(context.y))
    score = GuidedScore(noising, prior, TweedieGuidance(ridge=1e-3), observed)
    y = gn.sampling.sample(noising, score, context.x, n_samples=3, solver=TEN, key=KEY)
    left = 3 * float(noising.noise_scale(noising.t_min))
    assert np.abs(y - context.y[None]).max() < min(left, most)


def test_observations_may_be_repeated_but_not_contradict_each_other():
    context = TASKS["series"][1]
    twice = jax.tree.map(lambda part: jnp.concatenate([part, part[:1]]), context)
    assert np.isfinite(drawn(TweedieGuidance(TEN, ridge=1e-3), twice)).all()
    other = gn.FieldSample(twice.x, twice.y.at[-1].add(0.5))
    with pytest.raises(ValueError, match=r"different ones at .*, in the observations \[0, 8\]"):
        drawn(TweedieGuidance(TEN, ridge=1e-3), other)
    assert np.isfinite(drawn(TweedieGuidance(TEN, ridge=1e-3), other, observation_noise=0.1)).all()
    each = jnp.zeros(9).at[-1].set(0.1)  # only one of the two is exact
    assert np.isfinite(drawn(TweedieGuidance(TEN, ridge=1e-3), other, observation_noise=each)).all()


def test_refusals():
    _, context, x = TASKS["series"]
    with pytest.raises(ValueError, match="ridge >= 0"):
        TweedieGuidance(ridge=-0.1)
    with pytest.raises(ValueError, match="variances observation_noise >= 0"):
        drawn(TweedieGuidance(TEN, ridge=1e-3), context, observation_noise=-1.0)
    with pytest.raises(ValueError, match="one for each of the 8 observations, got shape"):
        drawn(TweedieGuidance(TEN, ridge=1e-3), context, observation_noise=jnp.ones(3))
    gap = gn.FieldSample(context.x, context.y.at[2].set(jnp.nan))
    with pytest.raises(ValueError, match=r"finite observations, got NaN or infinity in \[2\]"):
        drawn(TweedieGuidance(TEN, ridge=1e-3), gap)
    motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2))
    seen = gn.FieldSample(x[:1], jnp.array([[0.0, 0.0, 1.0]]))
    with pytest.raises(TypeError, match="Gaussian noising process for TweedieGuidance"):
        sample_conditional(
            motion, lambda *a: a[2], seen, x, n_samples=1, method=TweedieGuidance(), key=KEY
        )
    with pytest.raises(ValueError, match="observation_noise=0 for Amortised"):
        drawn(gn.sampling.Amortised(), context, observation_noise=0.1)


def test_a_learned_score_is_guided_to_the_posterior():
    """Of the shipped model; the derivative of its network is off, which the ridge is for."""
    trained = gn.load("regression1d-se")
    functions: Any = gn.data.regression_laws()
    law = functions["squared-exponential"].gp
    keys = jax.random.split(jax.random.key(0), 3)
    x = jax.random.uniform(keys[0], (5, 1), minval=-2.0, maxval=2.0)
    asked = jnp.linspace(-2, 2, 16)[:, None]
    task = Task(law, gn.FieldSample(x, law.sample(x, key=keys[1])), asked)
    y = np.asarray(trained.condition(task.context).sample(asked, n_samples=200, key=keys[2]))
    truth = posterior(task)
    spread = np.sqrt(np.diag(truth.covariance).mean())
    error = np.sqrt(np.mean((y.mean(0).ravel() - truth.mean) ** 2))
    assert error < 0.25 * spread
    assert np.sqrt(y.var(0).mean()) == pytest.approx(spread, rel=0.2)
