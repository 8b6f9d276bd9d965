"""Weights of times: which integral over time the mean of a loss is."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import WITH_OWN, Case, case_of, kl_divergence, points
from inventory import WEIGHTINGS
from standard_errors import assert_mean

import geomndp as gn

EACH = pytest.mark.parametrize("name", WITH_OWN)
N_TIMES = 32
N_SETS = 500


def divergence_by_loss(
    case: Case, model: gn.GaussianProcess, loss: gn.losses.DenoisingScoreMatching
) -> np.ndarray:
    """What the score of a wrong model adds to the loss, times the points and the range of times.

    One number for each set of training times, with a field for each time.
    """
    noising, process = case.noising, case.process
    exact, wrong = (gn.sde.NoisedGaussian.of(process, law) for law in (case.data, model))
    ends = noising.half_log_snr(jnp.array([noising.t_min, noising.t_max]))

    @jax.vmap
    def excess(t: Any, key: Any) -> Any:
        data, noise = jax.random.split(key)
        y0 = exact.sample(0.0, key=data)
        of_wrong, of_exact = (loss(process, score, y0, t, key=noise) for score in (wrong, exact))
        return of_wrong - of_exact

    @jax.jit
    @jax.vmap
    def mean(key: Any) -> Any:
        times, fields = jax.random.split(key)
        t = gn.losses.low_discrepancy_times(noising, N_TIMES, key=times)
        return jnp.mean(excess(t, jax.random.split(fields, N_TIMES)))

    found = mean(jax.random.split(jax.random.key(0), N_SETS))
    return np.asarray(found * (ends[0] - ends[1]) * len(process.x))


NOISE = gn.losses.NoiseMetric()


def test_likelihood_weighting_adds_up_to_the_divergence_of_the_model():
    """Of the law at the first time from that of the model, less that at the last."""
    case = case_of(WITH_OWN["ou-smooth-with-mean"], points(3))
    model = gn.GaussianProcess(2.0 * case.data.kernel, gn.gp.ConstantMean(jnp.array([0.1])))
    of_model = case_of(case.noising, points(3), model)
    early, late = (
        kl_divergence(case.law(jnp.array(t)), of_model.law(jnp.array(t)))
        for t in (case.noising.t_min, case.noising.t_max)
    )
    found = divergence_by_loss(case, model, gn.losses.DenoisingScoreMatching(metric=NOISE))
    assert_mean(found, early - late)
    in_time = gn.losses.DenoisingScoreMatching(gn.losses.TimeWeighting(), NOISE)
    others = [gn.losses.DenoisingScoreMatching(), in_time]
    for other in [1.3 * found, *(divergence_by_loss(case, model, loss) for loss in others)]:
        with pytest.raises(AssertionError):
            assert_mean(other, early - late)


@EACH
def test_time_weighting_makes_times_even(name: str):
    """It is dt over the clock in which times are drawn."""
    noising = WITH_OWN[name]
    t = noising.time_at(jnp.linspace(0.05, 0.95, 7))
    pace = jax.vmap(jax.grad(noising.half_log_snr))(t)
    weights = jax.vmap(lambda t: gn.losses.TimeWeighting()(noising, t))(t)
    np.testing.assert_allclose(-weights * pace, np.ones(7), rtol=1e-8)


@EACH
def test_min_snr_weighting_cuts_the_ratio_off(name: str):
    noising = WITH_OWN[name]
    t = noising.time_at(jnp.linspace(0.05, 0.95, 7))
    ratio = np.asarray(jax.vmap(lambda t: (noising.signal(t) / noising.noise_scale(t)) ** 2)(t))
    found = jax.vmap(lambda t: gn.losses.MinSNRWeighting(gamma=2.0)(noising, t))(t)
    np.testing.assert_allclose(found, np.minimum(ratio, 2.0) / ratio, rtol=1e-8)
    assert float(found.min()) < 1
    assert float(found.max()) == 1


@EACH
def test_log_normal_weighting_is_a_normal_law_of_the_log_ratio_of_noise_to_signal(name: str):
    noising = WITH_OWN[name]
    t = noising.time_at(jnp.linspace(0.05, 0.95, 7))
    ratio = np.asarray(jax.vmap(lambda t: noising.noise_scale(t) / noising.signal(t))(t))
    found = jax.vmap(lambda t: gn.losses.LogNormalWeighting(-1.0, 2.0)(noising, t))(t)
    np.testing.assert_allclose(found, np.exp(-((np.log(ratio) + 1) ** 2) / 8), rtol=1e-8)


def test_edm_weighting_makes_the_loss_the_squared_error_of_what_a_network_says():
    """Of `parametrisations.EDM`, for which two scores stand; the weighting without it does not."""
    variance, sizes = 2.0, {"mean": -1.0, "std": 2.0}
    limit = gn.GaussianProcess(gn.kernels.White(variance))
    process = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule()).at(points(3))
    scores = jax.random.normal(jax.random.key(0), (2, 3, 1))
    for t in process.noising.time_at(jnp.linspace(0.05, 0.95, 5)):
        edm = gn.parametrisations.EDM(variance)
        said = [edm.output(process, t, jnp.ones((3, 1)), score) for score in scores]
        error = process.noising.noise_scale(t) * (scores[0] - scores[1])
        counts, as_often = (
            weighting(**sizes)(process.noising, t)
            for weighting in (gn.losses.EDMWeighting, gn.losses.LogNormalWeighting)
        )
        expected = as_often * jnp.sum((said[0] - said[1]) ** 2)
        unit = jnp.sum(error**2) / variance
        np.testing.assert_allclose(counts * unit, expected, rtol=1e-6)
        assert abs(float(as_often * unit - expected)) > 1e-6 * float(expected)


@pytest.mark.parametrize("name", ["min-snr", "log-normal", "edm"])
def test_a_manifold_has_no_ratio_of_signal_to_noise(name: str):
    motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
    with pytest.raises(TypeError, match="got BrownianMotion; use LikelihoodWeighting"):
        WEIGHTINGS[name](motion, jnp.array(0.3))


@pytest.mark.parametrize("kind", [gn.losses.LogNormalWeighting, gn.losses.EDMWeighting])
@pytest.mark.parametrize("std", [0.0, -1.0, float("nan")])
def test_a_deviation_that_is_not_positive_is_refused(kind: Any, std: float):
    with pytest.raises(ValueError, match="expected std > 0, got"):
        kind(std=std)


@pytest.mark.parametrize("gamma", [0.0, -1.0, float("nan")])
def test_a_ratio_that_is_not_positive_is_refused(gamma: float):
    with pytest.raises(ValueError, match="expected gamma > 0, got"):
        gn.losses.MinSNRWeighting(gamma)


@pytest.mark.parametrize("name", WEIGHTINGS)
def test_a_weight_is_a_factor_of_a_loss(name: str):
    case = case_of(WITH_OWN["own"])
    y0, key, t = case.process.mean + 1, jax.random.key(0), jnp.array(0.3)
    weight = float(WEIGHTINGS[name](case.noising, t))
    for kind in (gn.losses.DenoisingScoreMatching, gn.losses.ImplicitScoreMatching):
        weighted, plain = (
            float(loss(case.process, lambda _t, y: -y, y0, t, key=key))
            for loss in (kind(WEIGHTINGS[name]), kind())
        )
        assert weighted == pytest.approx(weight * plain, rel=1e-12)
