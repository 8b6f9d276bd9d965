"""Log-densities by the probability flow, against normal laws in closed form and the group."""

import dataclasses
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import WITH_OWN, case_of, law_of, points
from inventory import DIVERGENCES, INTEGRATORS
from standard_errors import assert_mean

import geomndp as gn
from geomndp.likelihood import estimate_log_prob, log_prob

K = gn.kernels
SCHEDULE = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=10.0)
N_DRAWS = 20
TOLERANCE = 2e-3
"""Nats per point."""
QUICK = gn.likelihood.FixedGrid(n_nodes=16)


def noisy(kernel: Any, white: float) -> gn.GaussianProcess:
    return gn.GaussianProcess(kernel + K.White(white, kernel.dim_y))


LINE = jnp.linspace(-2.0, 2.0, 24)[:, None]
PLANE = jnp.asarray(np.random.default_rng(0).uniform(-2, 2, (12, 2)))
SMOOTH = K.SquaredExponential(0.4, 1.0)

LAWS = {
    "white-1": (LINE, gn.GaussianProcess(K.White(1.0)), noisy(SMOOTH, 0.05**2)),
    "smooth-1": (
        LINE,
        noisy(K.SquaredExponential(1.0, 0.95), 0.05),
        noisy(K.Matern52(0.25, 1.0), 0.05**2),
    ),
    "white-2": (PLANE, gn.GaussianProcess(K.White(1.0, 2)), noisy(K.CurlFree(SMOOTH), 0.02)),
    "smooth-2": (
        PLANE,
        noisy(K.Isotropic(K.SquaredExponential(1.0, 0.95), 2), 0.05),
        noisy(K.Isotropic(K.Matern52(0.8, 1.0), 2), 0.02),
    ),
    "curl-free": (
        PLANE,
        noisy(K.CurlFree(K.SquaredExponential(1.5, 0.9)), 0.1),
        noisy(K.CurlFree(K.SquaredExponential(0.7, 1.0)), 0.02),
    ),
    "divergence-free": (
        PLANE,
        noisy(K.DivergenceFree(K.SquaredExponential(1.5, 0.9)), 0.1),
        noisy(K.DivergenceFree(K.SquaredExponential(0.7, 1.0)), 0.02),
    ),
}
"""Locations, limit and data."""


@pytest.mark.parametrize("name", LAWS)
def test_the_log_density_of_the_exact_score_is_that_of_the_gaussian_process(name: str):
    """By the default integrator, of 24 divergences, from the exact law at `t_max`."""
    x, limit, data = LAWS[name]
    noising = gn.sde.OrnsteinUhlenbeck(limit, SCHEDULE)
    law = gn.sde.NoisedGaussian.of(noising.at(x), data)
    ys = data.sample(x, n_samples=N_DRAWS, key=jax.random.key(0))
    expected = jax.vmap(law_of(data, x).log_prob)(ys)

    def error(believed: gn.GaussianProcess, terminal: Any) -> float:
        score = gn.sde.ExactGaussianScore(noising, believed)

        def of(y: Any) -> Any:
            return log_prob(noising, score, gn.FieldSample(x, y), terminal=terminal)

        return float(jnp.abs(jax.lax.map(of, ys) - expected).mean() / len(x))

    terminal = lambda y: law.log_prob(noising.t_max, y)  # noqa: E731
    assert error(data, terminal) < TOLERANCE
    wrong = gn.GaussianProcess(1.1 * data.kernel, data.mean)
    assert error(wrong, terminal) > TOLERANCE


def test_from_the_limit_the_mismatch_is_in_the_log_density():
    """On average over the data by the divergence of the law at `t_max` from the limit."""
    x, limit, data = LAWS["smooth-1"]
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=4.0))
    score = gn.sde.ExactGaussianScore(noising, data)
    ys = data.sample(x, n_samples=200, key=jax.random.key(0))

    def lost(y: Any) -> Any:
        sample = gn.FieldSample(x, y)
        return data.log_prob(x, y) - log_prob(noising, score, sample, integrator=QUICK)

    mismatch = len(x) * float(gn.sde.limit_mismatch(noising, data, x))
    assert_mean(jax.lax.map(lost, ys), mismatch, slack=TOLERANCE * len(x))
    assert mismatch > 10 * TOLERANCE * len(x)


@pytest.mark.parametrize("integrator", INTEGRATORS.values(), ids=INTEGRATORS)
@pytest.mark.parametrize("name", WITH_OWN)
def test_with_the_exact_law_at_the_end_it_is_the_density_at_t_min(
    name: str, integrator: gn.likelihood.AbstractIntegrator
):
    """Of every Gaussian noising and one of a user's own, so that only the integrator errs."""
    case = case_of(WITH_OWN[name], points(3))
    score = gn.sde.ExactGaussianScore(case.noising, case.data)
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    y = law.sample(case.noising.t_min, key=jax.random.key(1))
    sample = gn.FieldSample(case.process.x, y)

    def found(t: float) -> float:
        return float(
            log_prob(
                case.noising,
                score,
                sample,
                integrator=integrator,
                terminal=lambda y: case.law(jnp.asarray(t)).log_prob(y),
            )
        )

    expected = float(case.law(jnp.asarray(case.noising.t_min)).log_prob(y))
    assert found(case.noising.t_max) == pytest.approx(expected, abs=1e-3)
    assert abs(found(0.3 * case.noising.t_max) - expected) > 0.01


def test_more_nodes_err_less():
    x, limit, data = LINE[::3], *LAWS["smooth-1"][1:]
    noising = gn.sde.OrnsteinUhlenbeck(limit, SCHEDULE)
    score = gn.sde.ExactGaussianScore(noising, data)
    law = gn.sde.NoisedGaussian.of(noising.at(x), data)
    sample = gn.FieldSample(x, law.sample(noising.t_min, key=jax.random.key(0)))
    exact = law.log_prob(noising.t_min, sample.y)

    def error(n_nodes: int) -> float:
        integrator = gn.likelihood.FixedGrid(n_nodes)
        terminal = lambda y: law.log_prob(noising.t_max, y)  # noqa: E731
        found = log_prob(noising, score, sample, integrator=integrator, terminal=terminal)
        return float(jnp.abs(found - exact))

    few, more, many = error(4), error(8), error(24)
    assert few > 10 * more > 100 * many


@pytest.mark.parametrize("n_nodes", [1, 2, 5, 24])
def test_the_quadrature_is_exact_for_polynomials(n_nodes: int):
    from geomndp.likelihood.fixed_grid import radau

    nodes, weights = radau(n_nodes)
    assert nodes[0] == 0
    for degree in range(2 * n_nodes - 1):
        assert np.sum(weights * nodes**degree) == pytest.approx(1 / (degree + 1), rel=1e-12)
    above = 2 * n_nodes - 1
    if n_nodes < 20:  # beyond, the error is below rounding
        assert np.sum(weights * nodes**above) != pytest.approx(1 / (above + 1), rel=1e-12)


X, LIMIT, DATA = LAWS["curl-free"]
NOISING = gn.sde.OrnsteinUhlenbeck(LIMIT, SCHEDULE)
SCORE = gn.sde.ExactGaussianScore(NOISING, DATA)
SAMPLE = gn.FieldSample(X[:5], DATA.sample(X[:5], key=jax.random.key(2)))
COARSE = gn.likelihood.FixedGrid(n_nodes=6, n_substeps=1)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_padding_changes_nothing(name: str):
    """Whatever it holds; random probes of real points are the same, as their places are."""
    divergence = DIVERGENCES[name]

    def of(sample: gn.FieldSample) -> float:
        return float(
            log_prob(
                NOISING,
                SCORE,
                sample,
                divergence=divergence,
                integrator=COARSE,
                key=jax.random.key(0),
            )
        )

    first = SAMPLE.pad(7)
    junk = jnp.full((2, 2), 50.0)
    x = jnp.concatenate([SAMPLE.x, jnp.array([[9.0, 1.0], [3.0, 3.0]])])
    second = gn.FieldSample(x, jnp.concatenate([SAMPLE.y, junk]), first.mask)
    assert of(first) == pytest.approx(of(second), abs=1e-8)
    if name.startswith("exact"):
        assert of(first) == pytest.approx(of(SAMPLE), abs=1e-8)
    unmasked = dataclasses.replace(second, mask=jnp.ones(7, bool))
    assert abs(of(unmasked) - of(first)) > 1


def test_random_divergences_agree_within_their_standard_error():
    exact = float(log_prob(NOISING, SCORE, SAMPLE, integrator=COARSE))

    def estimates(divergence: gn.likelihood.AbstractDivergence) -> Any:
        return jax.jit(
            jax.vmap(
                lambda key: estimate_log_prob(
                    NOISING, SCORE, SAMPLE, divergence=divergence, integrator=COARSE, key=key
                )
            )
        )(jax.random.split(jax.random.key(0), 200))

    for name in ("hutchinson", "hutchinson-gaussian", "hutch++"):
        found = estimates(DIVERGENCES[name])
        errors, claimed = np.asarray(found.value) - exact, np.asarray(found.standard_error)
        assert_mean(errors, 0)
        assert_mean(claimed**2 - errors**2, 0)
        assert np.abs(errors).max() > 1e-3
    assert estimate_log_prob(NOISING, SCORE, SAMPLE, integrator=COARSE).standard_error == 0


def test_it_is_one_number_per_key_and_differs_between_keys():
    divergence = DIVERGENCES["hutchinson"]

    def of(seed: int) -> float:
        key = jax.random.key(seed)
        return float(
            log_prob(NOISING, SCORE, SAMPLE, divergence=divergence, integrator=COARSE, key=key)
        )

    assert of(0) == of(0)
    assert abs(of(0) - of(1)) > 1e-6


def test_a_new_sample_of_the_same_shape_is_not_compiled_anew():
    traces = []

    class Traced(eqx.Module):
        """Tells how often it is bound to points, which it is once for every compilation."""

        score: gn.sde.ExactGaussianScore

        def __call__(self, t: Any, x: Any, y: Any, mask: Any = None) -> Any:
            return self.score(t, x, y, mask)

        def bind(self, process: Any) -> Any:
            traces.append(process.x.shape)
            return self.score.bind(process)

    score = Traced(SCORE)
    for shift in (0.0, 1.0, 2.0):
        log_prob(NOISING, score, gn.FieldSample(SAMPLE.x + shift, SAMPLE.y), integrator=COARSE)
    assert len(traces) == 1
    log_prob(NOISING, score, SAMPLE.pad(7), integrator=COARSE)
    assert len(traces) == 2


def test_one_point_and_none():
    one = gn.FieldSample(X[:1], SAMPLE.y[:1])
    exact = float(DATA.log_prob(one.x, one.y))
    assert float(log_prob(NOISING, SCORE, one)) == pytest.approx(exact, abs=TOLERANCE)
    none = dataclasses.replace(SAMPLE, mask=jnp.zeros(5, bool))
    assert float(log_prob(NOISING, SCORE, none)) == pytest.approx(0, abs=1e-10)
