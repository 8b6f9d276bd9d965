"""The variational bound, against the exact density and the gap that is known for normal data."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import GAUSSIAN_NOISINGS, WITH_OWN, Case, case_of, points
from standard_errors import assert_mean

import geomndp as gn
from geomndp.likelihood import elbo, log_prob

NAMES = ("ou-white", "ou-smooth-with-mean", "ou-curl-free", "interpolant-divergence-free", "own")
N_KEYS = 400


def bounds(case: Case, score: Any, y: Any, n_times: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """Values and standard errors, by the key."""
    sample = gn.FieldSample(case.process.x, y)
    found = jax.jit(
        jax.vmap(lambda key: elbo(case.noising, score, sample, n_times=n_times, key=key))
    )(jax.random.split(jax.random.key(0), N_KEYS))
    return np.asarray(found.value), np.asarray(found.standard_error)


def expected_gap(case: Case) -> float:
    """Over fields of the data: the mismatch at `t_max`, and what is lost at `t_min`."""
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    ratio = jnp.exp(-2 * case.noising.half_log_snr(jnp.asarray(case.noising.t_min)))
    lost = 0.5 * jnp.sum(jnp.log1p(ratio / law.variances))
    return float(law.divergence_from_limit(case.noising.t_max) + lost)


@pytest.mark.parametrize("name", NAMES)
def test_the_gap_is_what_it_is_said_to_be_for_the_exact_score(name: str):
    """In expectation over fields, which is found by one draw of each."""
    case = case_of(WITH_OWN[name], points(3))
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    score = gn.sde.ExactGaussianScore(case.noising, case.data)

    @jax.jit
    @jax.vmap
    def gap(key: Any) -> Any:
        of_field, of_bound = jax.random.split(key)
        y = law.sample(0.0, key=of_field)
        bound = elbo(case.noising, score, gn.FieldSample(case.process.x, y), key=of_bound)
        return case.data_law.log_prob(y) - bound.value

    gaps = np.asarray(gap(jax.random.split(jax.random.key(1), N_KEYS)))
    assert_mean(gaps, expected_gap(case))
    with pytest.raises(AssertionError):
        assert_mean(gaps, expected_gap(case) + 0.5)


@pytest.mark.parametrize("name", GAUSSIAN_NOISINGS)
def test_it_is_below_the_log_likelihood_of_the_flow(name: str):
    """With the exact score, and with that of another normal law."""
    case = case_of(GAUSSIAN_NOISINGS[name], points(3))
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    wrong = gn.GaussianProcess(2.0 * case.data.kernel, case.data.mean)
    ys = jax.vmap(lambda key: law.sample(0.0, key=key))(jax.random.split(jax.random.key(2), 64))
    for data in (case.data, wrong):
        score = gn.sde.ExactGaussianScore(case.noising, data)

        def both(y: Any, key: Any, score: Any = score) -> Any:
            sample = gn.FieldSample(case.process.x, y)
            flow = log_prob(case.noising, score, sample)
            return flow - elbo(case.noising, score, sample, key=key).value

        keys = jax.random.split(jax.random.key(3), len(ys))
        differences = np.asarray(jax.jit(jax.vmap(both))(ys, keys))
        assert differences.mean() > -5 * differences.std(ddof=1) / len(ys) ** 0.5


def test_a_worse_score_has_a_lower_bound():
    case = case_of(GAUSSIAN_NOISINGS["ou-white"], points(3))
    y = jnp.asarray(np.random.default_rng(0).normal(size=case.process.mean.shape))
    exact = gn.sde.ExactGaussianScore(case.noising, case.data)
    good, _ = bounds(case, exact, y)
    bad, _ = bounds(case, lambda t, x, y, mask: 1.5 * exact(t, x, y, mask), y)
    assert good.mean() > bad.mean() + 0.5


def test_the_standard_error_is_that_of_the_estimate():
    """An upper estimate by little: neighbouring times differ in their expectation too."""
    case = case_of(GAUSSIAN_NOISINGS["ou-smooth-with-mean"], points(3))
    score = gn.sde.ExactGaussianScore(case.noising, case.data)
    values, errors = bounds(case, score, case.process.mean + 0.5, n_times=64)
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(values.std(ddof=1), rel=0.25)


def test_padding_changes_nothing():
    case = case_of(GAUSSIAN_NOISINGS["ou-curl-free"], points(3))
    score = gn.sde.ExactGaussianScore(case.noising, case.data)
    sample = gn.FieldSample(case.process.x, jnp.ones((3, 2)))
    padded = sample.pad(5)
    other = gn.FieldSample(
        padded.x.at[3:].set(jnp.array([[7.0, 1.0], [2.5, 2.5]])),
        padded.y.at[3:].set(40.0),
        padded.mask,
    )
    found = [
        elbo(case.noising, score, each, n_times=8, key=jax.random.key(0))
        for each in (padded, other)
    ]
    assert float(found[0].value) == pytest.approx(float(found[1].value), abs=1e-9)
    assert float(found[0].standard_error) == pytest.approx(float(found[1].standard_error), abs=1e-9)


def test_what_is_refused():
    case = case_of(GAUSSIAN_NOISINGS["ou-white"], points(3))
    score = gn.sde.ExactGaussianScore(case.noising, case.data)
    sample = gn.FieldSample(case.process.x, jnp.ones((3, 1)))
    key = jax.random.key(0)
    with pytest.raises(ValueError, match="expected n_times of at least 2, got 1"):
        elbo(case.noising, score, sample, n_times=1, key=key)
    with pytest.raises(ValueError, match=r"expected values of shape \(3, 1\)"):
        elbo(case.noising, score, gn.FieldSample(sample.x, jnp.ones((3, 2))), key=key)
    with pytest.raises(ValueError, match="expected a finite bound"):
        elbo(case.noising, lambda _t, _x, y, _mask: jnp.nan * y, sample, key=key)
    motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
    pole = gn.FieldSample(jnp.zeros((1, 1)), jnp.array([[0.0, 0.0, 1.0]]))
    with pytest.raises(TypeError, match="got BrownianMotion"):
        elbo(motion, lambda _t, _x, y, _mask: 0 * y, pole, key=key)
