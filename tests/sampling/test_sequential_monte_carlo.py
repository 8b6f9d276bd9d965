"""Sequential Monte Carlo against the exact posterior and evidence of Gaussian data."""

import dataclasses
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conditioning_laws import Law, posterior
from conditioning_tasks import KEY, SERIES_SMALL, noising_to
from standard_errors import assert_mean

import geomndp as gn
from geomndp.sampling import (
    Amortised,
    BootstrapSMC,
    ClassifierGuidance,
    Particles,
    ReconstructionGuidance,
    TweedieGuidance,
    TwistedSMC,
)
from geomndp.sampling.particles import systematic

EXACT = TweedieGuidance(ridge=1e-3)
POOR = ReconstructionGuidance()
NOISING = noising_to(SERIES_SMALL.data, "white")
PRIOR = gn.sde.ExactGaussianScore(NOISING, SERIES_SMALL.data)
NOISE = 0.05
NOTHING = gn.FieldSample(jnp.zeros((0, 1)), jnp.zeros((0, 1)))


def run(method: Any, context: Any = SERIES_SMALL.context, noise: float = NOISE) -> Particles:
    x = SERIES_SMALL.x
    return method.particles(NOISING, PRIOR, context, x, observation_noise=noise, key=KEY)


def law_of(particles: Particles) -> Law:
    weights = np.exp(np.asarray(particles.log_weights))
    y = np.asarray(particles.y).reshape(len(weights), -1)
    apart = y - weights @ y
    return Law(weights @ y, (weights[:, None] * apart).T @ apart)


def error(law: Law) -> float:
    """Of the mean, in standard deviations of the posterior."""
    truth = posterior(SERIES_SMALL, NOISE)
    return float(np.sqrt(np.mean((law.mean - truth.mean) ** 2 / np.diag(truth.covariance))))


def log_evidence(noise: float) -> float:
    data, context, _ = SERIES_SMALL
    gram = np.asarray(data.operator(context.x).dense())[:, :, 0, 0] + noise * np.eye(3)
    y = np.asarray(context.y)[:, 0]
    _, log_det = np.linalg.slogdet(gram)
    return float(-0.5 * (y @ np.linalg.solve(gram, y) + log_det + 3 * np.log(2 * np.pi)))


METHODS = {
    "twisted": TwistedSMC(EXACT, n_particles=1500, n_steps=40, at_once=1500),
    "twisted by a poor guidance": TwistedSMC(POOR, n_particles=1500, n_steps=40, at_once=1500),
    "bootstrap": BootstrapSMC(EXACT, n_particles=1500, n_steps=40, at_once=1500),
}


@pytest.fixture(scope="module", params=METHODS)
def particles(request: pytest.FixtureRequest) -> tuple[str, Particles]:
    return request.param, run(METHODS[request.param])


def test_whatever_the_twist_it_is_the_posterior(particles: tuple[str, Particles]):
    _, found = particles
    law, truth = law_of(found), posterior(SERIES_SMALL, NOISE)
    assert error(law) < 0.15
    ratio = np.diag(law.covariance) / np.diag(truth.covariance)
    np.testing.assert_allclose(ratio, 1, atol=0.25)
    assert error(posterior(SERIES_SMALL, 1.0)) > 0.3  # that of other noise is not


def test_the_evidence_is_that_of_the_process(particles: tuple[str, Particles]):
    _, found = particles
    assert float(found.log_evidence) == pytest.approx(log_evidence(NOISE), abs=0.15)
    assert abs(log_evidence(1.0) - log_evidence(NOISE)) > 0.3


def test_effective_sample_sizes_are_told(particles: tuple[str, Particles]):
    name, found = particles
    size = np.asarray(found.effective_sample_size)
    assert size.shape == (40,)
    assert ((size >= 1) & (size <= 1500)).all()
    if name == "twisted":
        assert size.min() > 500


def test_the_poor_guidance_alone_is_far_off():
    """So that what the particles correct is told from what they need not."""
    y = gn.sampling.sample_conditional(
        NOISING,
        PRIOR,
        SERIES_SMALL.context,
        SERIES_SMALL.x,
        n_samples=1500,
        method=ReconstructionGuidance(gn.solvers.DPMSolver(40)),
        observation_noise=NOISE,
        key=KEY,
    )
    y = np.asarray(y)[..., 0]
    truth = np.diag(posterior(SERIES_SMALL, NOISE).covariance)
    assert max(error(Law(y.mean(0), np.cov(y.T))), np.abs(y.var(0) / truth - 1).max()) > 0.3


class WrongNetwork(eqx.Module):
    """The exact score, and given observations that of others: as of a network that errs."""

    context: Any = None

    def given(self, context: Any) -> "WrongNetwork":
        return WrongNetwork(context)

    def __call__(self, t: Any, x: Any, y: Any, mask: Any) -> Any:
        if self.context is None:
            return PRIOR(t, x, y, mask)
        others = self.context.y + 0.6
        law = SERIES_SMALL.data.condition(self.context.x, others, noise_variance=NOISE)
        return gn.sde.NoisedGaussian.of(NOISING.at(x, mask), law)(t, y)


def test_a_network_that_is_given_observations_is_corrected():
    """It moves the particles; the weights make up for what it errs by."""
    truth = posterior(SERIES_SMALL, NOISE)
    task = NOISING, WrongNetwork(), SERIES_SMALL.context, SERIES_SMALL.x
    alone = np.asarray(
        gn.sampling.sample_conditional(*task, n_samples=1500, method=Amortised(), key=KEY)
    )[..., 0]
    assert error(Law(alone.mean(0), np.cov(alone.T))) > 0.5
    method = TwistedSMC(EXACT, n_particles=1500, n_steps=40, at_once=1500, proposal=Amortised())
    found = method.particles(*task, observation_noise=NOISE, key=KEY)
    law = law_of(found)
    assert error(law) < 0.2
    np.testing.assert_allclose(np.diag(law.covariance) / np.diag(truth.covariance), 1, atol=0.3)
    # It is the network that moves them: others are found by the guidance, from the same key.
    guided = dataclasses.replace(method, proposal=None)
    other = guided.particles(*task, observation_noise=NOISE, key=KEY)
    assert np.abs(found.y - other.y).max() > 0.1


def given(n_observed: int, noise: list[float], values: list[float]) -> Law:
    """The values asked for, given those at the first observed points and at the first asked for."""
    data, context, x = SERIES_SMALL
    points = jnp.concatenate([context.x[:n_observed], x])
    gram = np.asarray(data.operator(points).dense())[:, :, 0, 0]
    n = len(values)
    gain = np.linalg.solve(gram[:n, :n] + np.diag(noise), gram[:n]).T
    covariance = gram - gain @ gram[:n]
    return Law((gain @ values)[n_observed:], covariance[n_observed:, n_observed:])


def test_a_likelihood_that_a_user_writes_down_is_heeded():
    """One that is an observation in other words."""
    towards = ClassifierGuidance(log_likelihood=lambda y: -0.5 * jnp.sum((y[0] - 0.8) ** 2) / 0.1)
    method = BootstrapSMC(towards, n_particles=1500, n_steps=40, at_once=1500)
    found, truth = law_of(run(method, NOTHING, 0.0)), given(0, [0.1], [0.8])
    np.testing.assert_allclose(found.mean, truth.mean, atol=0.12)
    ratio = np.diag(found.covariance) / np.diag(truth.covariance)
    np.testing.assert_allclose(ratio, 1, atol=0.25)
    assert abs(truth.mean[0]) > 0.5
    assert truth.covariance[0, 0] < 0.2 * truth.covariance[4, 4]


def test_a_likelihood_and_observations_go_together():
    towards = ClassifierGuidance(
        log_likelihood=lambda y: -0.5 * jnp.sum((y[0] - 0.8) ** 2) / 0.1, observations=EXACT
    )
    found = law_of(run(TwistedSMC(towards, n_particles=1500, n_steps=40, at_once=1500)))
    values = [*np.asarray(SERIES_SMALL.context.y)[:, 0].tolist(), 0.8]
    truth = given(3, [NOISE] * 3 + [0.1], values)
    spreads = np.sqrt(np.diag(truth.covariance))
    assert np.abs((found.mean - truth.mean) / spreads).max() < 0.3


@pytest.mark.slow
def test_the_error_falls_as_one_over_the_root_of_the_number_of_particles():
    """The relative error of the evidence, and that of the mean of the posterior."""
    counts, n_runs = (16, 64, 256), 40
    keys = jax.random.split(KEY, n_runs)
    exact, truth = np.exp(log_evidence(NOISE)), posterior(SERIES_SMALL, NOISE)
    squared, of_mean = [], []
    for n in counts:
        method = BootstrapSMC(EXACT, n_particles=n, n_steps=60, at_once=n)

        def estimate(key: Any, method: Any = method) -> Any:
            context, x = SERIES_SMALL.context, SERIES_SMALL.x
            found = method.particles(NOISING, PRIOR, context, x, observation_noise=NOISE, key=key)
            mean = jnp.exp(found.log_weights) @ found.y[..., 0]
            return jnp.exp(found.log_evidence), mean

        evidence, mean = (np.asarray(part) for part in jax.lax.map(estimate, keys))
        squared.append(np.mean((evidence / exact - 1) ** 2))
        of_mean.append(np.mean((mean - truth.mean) ** 2 / np.diag(truth.covariance)))
    for errors in (squared, of_mean):
        slope = np.polyfit(np.log(counts), np.log(errors), 1)[0]
        assert slope == pytest.approx(-1, abs=0.35)


def test_systematic_resampling_rounds_each_share_up_or_down_and_is_unbiased():
    log_weights = jnp.log(jnp.array([0.05, 0.5, 0.0, 0.45])) + 3.0
    draw = jax.jit(jax.vmap(lambda key: systematic(log_weights, 10, key=key)))
    chosen = np.asarray(draw(jax.random.split(KEY, 4000)))
    counts = (chosen[..., None] == np.arange(4)).sum(1)
    share = 10 * np.array([0.05, 0.5, 0.0, 0.45])
    assert (counts >= np.floor(share)).all()
    assert (counts <= np.ceil(share)).all()
    assert_mean(counts, share)


def test_samples_are_drawn_from_the_particles():
    y = gn.sampling.sample_conditional(
        NOISING,
        PRIOR,
        SERIES_SMALL.context,
        SERIES_SMALL.x,
        n_samples=20,
        method=TwistedSMC(EXACT, n_particles=8, n_steps=20),
        key=KEY,
    )
    assert y.shape == (20, len(SERIES_SMALL.x), 1)
    assert len(np.unique(np.asarray(y[:, 0, 0]))) > 8  # as many particles as samples


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_the_smaller_covariance_of_a_step_is_exact_for_values_that_are_certain(share: float):
    noising, value, n_steps = NOISING, 0.7, 5

    def score(t: Any, _x: Any, y: Any, _mask: Any) -> Any:
        return -(y - value * noising.signal(t)) / noising.noise_scale(t) ** 2

    method = BootstrapSMC(EXACT, n_particles=20_000, n_steps=n_steps, at_once=20_000, share=share)
    found = method.particles(noising, score, NOTHING, jnp.zeros((1, 1)), key=KEY)
    ends = noising.half_log_snr(jnp.array([noising.t_min, noising.t_max]))
    # The variance of a step and what is left of the one before are in this ratio to the exact one.
    excess = 0.5 * (1 + np.exp(2 * (ends[0] - ends[1]) / n_steps)) if share else 1.0
    expected = excess * noising.noise_scale(noising.t_min) ** 2
    np.testing.assert_allclose(found.y.var(), expected, rtol=0.05)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_particles": 0}, "at least 1"),
        ({"resample_below": 1.5}, r"share in \[0, 1\]"),
        ({"share": -0.1}, r"share in \[0, 1\]"),
    ],
)
def test_refusals(settings: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        TwistedSMC(**settings)


def test_motions_on_manifolds_are_refused():
    motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2))
    seen = gn.FieldSample(jnp.zeros((1, 1)), jnp.array([[0.0, 0.0, 1.0]]))
    with pytest.raises(TypeError, match="Gaussian noising process for TwistedSMC"):
        TwistedSMC().particles(motion, lambda *given: given[2], seen, jnp.ones((1, 1)), key=KEY)
