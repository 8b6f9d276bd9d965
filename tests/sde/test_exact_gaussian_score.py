"""The score of noised Gaussian processes, against dense normal laws and the group."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import CURL_FREE, DATA, WITH_OWN, Case, Law, case_of, kl_divergence, points

import geomndp as gn
from geomndp.testing import assert_equivariant

K = gn.kernels
EACH = pytest.mark.parametrize("name", WITH_OWN)
FRACTIONS = (0.05, 0.5, 0.95)


def expected_score(case: Case, t: Any, y: Any) -> Any:
    """K times the gradient of the log-density of the dense normal law."""
    gradient = jax.grad(case.law(t).log_prob)(y).ravel()
    return (case.limit_law.covariance @ gradient).reshape(y.shape)


def assert_exact(case: Case, law: gn.sde.NoisedGaussian, wrong: float = 1.0) -> None:
    y = jnp.asarray(np.random.default_rng(0).normal(size=law.mean.shape))

    @jax.jit
    def everything(t: Any) -> tuple[Any, ...]:
        found = law(t, y), law.log_prob(t, y), law.mean_at(t).ravel()
        return found, (expected_score(case, t, y), case.law(t).log_prob(y), case.law(t).mean)

    for fraction in FRACTIONS:
        found, expected = everything(case.noising.time_at(jnp.array(fraction)))
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, wrong * np.asarray(other), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "dim_x"), [*((name, 2) for name in WITH_OWN), ("ou-smooth-with-mean", 1)]
)
def test_score_and_log_density_are_those_of_the_normal_law(name: str, dim_x: int):
    case = case_of(WITH_OWN[name], points(3, dim_x=dim_x))
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    assert_exact(case, law)
    with pytest.raises(AssertionError):
        assert_exact(case, law, wrong=1.001)


def test_score_of_other_data_is_found():
    case = case_of(WITH_OWN["ou-curl-free"])
    other = gn.GaussianProcess(DATA[2].kernel)  # without its mean
    with pytest.raises(AssertionError):
        assert_exact(case, gn.sde.NoisedGaussian.of(case.process, other))


def test_score_of_points_is_the_score_bound_to_them():
    case = case_of(WITH_OWN["ou-smooth-with-mean"])
    score, y = gn.sde.ExactGaussianScore(case.noising, case.data), jnp.ones((4, 1))
    bound = gn.sde.bind(score, case.process)
    np.testing.assert_allclose(score(0.3, points(), y), bound(0.3, y), atol=1e-12)


@EACH
def test_samples_have_the_law(name: str):
    case = case_of(WITH_OWN[name])
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    t = case.noising.time_at(jnp.array(0.4))
    # A draw is affine in its noise, of which the factor is L U times the root of the variances.
    units = jnp.eye(law.mean.size)
    factor = jax.vmap(law.from_basis)(jnp.sqrt(law.variances_at(t))[:, None] * units)
    factor = np.asarray(factor).reshape(len(units), -1)
    np.testing.assert_allclose(factor.T @ factor, case.law(t).covariance, atol=1e-9)
    draw = jax.jit(lambda key: law.sample(t, key=key))
    assert draw(jax.random.key(0)).shape == law.mean.shape
    assert np.abs(draw(jax.random.key(0)) - draw(jax.random.key(1))).max() > 1e-3


@EACH
def test_mismatch_is_the_divergence_of_dense_normal_laws(name: str):
    case = case_of(WITH_OWN[name])
    expected = kl_divergence(case.law(jnp.array(case.noising.t_max)), case.limit_law)
    found = float(gn.sde.limit_mismatch(case.noising, case.data, points()))
    assert found == pytest.approx(expected / 4, rel=1e-6, abs=1e-12)
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    t = case.noising.time_at(jnp.array(0.3))
    expected = kl_divergence(case.law(t), case.limit_law)
    assert float(law.divergence_from_limit(t)) == pytest.approx(expected, rel=1e-8)
    assert expected > 0.01


X_LINE = jnp.linspace(-2, 2, 30)[:, None]
ROUGH = gn.GaussianProcess(K.SquaredExponential(0.25, 1.0) + K.White(0.05))


def mismatch(limit: gn.kernels.AbstractKernel) -> float:
    noising = gn.sde.OrnsteinUhlenbeck(
        gn.GaussianProcess(limit), gn.sde.LinearSchedule(beta_max=10.0)
    )
    return float(gn.sde.limit_mismatch(noising, ROUGH, X_LINE))


def test_a_smooth_limit_is_never_reached():
    """Some hundred nats per point, and 0.01 with five per cent of white noise."""
    assert mismatch(K.SquaredExponential(1.0, 1.0) + K.White(1e-6)) > 50
    assert mismatch(K.SquaredExponential(1.0, 0.95) + K.White(0.05)) < 0.02
    assert mismatch(K.White(1.0)) < 1e-3


@EACH
def test_limit_divergence_bounds_the_mismatch(name: str):
    """Its mean over the data, by what it is quadratic in, is above; for one field it is exact."""
    case = case_of(WITH_OWN[name])
    t = jnp.array(case.noising.t_max)
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    fields = jax.vmap(lambda key: law.sample(0.0, key=key))(
        jax.random.split(jax.random.key(0), 4000)
    )
    each = np.asarray(jax.jit(jax.vmap(case.process.limit_divergence))(fields))
    bound = each.mean() + 5 * each.std() / np.sqrt(4000)
    assert float(law.divergence_from_limit(t)) < bound
    noise = float(case.noising.noise_scale(t)) ** 2 * case.limit_law.covariance
    of_one = Law(case.process.marginal_mean(t, fields[0]).ravel(), noise)
    assert each[0] == pytest.approx(kl_divergence(of_one, case.limit_law), rel=1e-5, abs=1e-9)


PLANE, VECTOR = gn.groups.E(2), gn.representations.Vector(2)


def exact_score(limit: gn.GaussianProcess, data: gn.GaussianProcess) -> Callable[..., Any]:
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
    return jax.jit(lambda x, y: gn.sde.ExactGaussianScore(noising, data)(0.2, x, y))


INVARIANT = gn.GaussianProcess(K.DivergenceFree(K.SquaredExponential(1.0, 1.0)) + K.White(0.05, 2))


def test_exact_score_is_equivariant_for_invariant_data_and_limit():
    score = exact_score(CURL_FREE, INVARIANT)
    assert_equivariant(score, PLANE, ("points", VECTOR), VECTOR, key=jax.random.key(0))


@pytest.mark.parametrize("which", ["data", "limit"])
def test_exact_score_is_not_equivariant_where_one_of_them_is_not_invariant(which: str):
    tilted = gn.GaussianProcess(INVARIANT.kernel, gn.gp.ConstantMean(jnp.array([1.0, 0.0])))
    laws = (CURL_FREE, tilted) if which == "data" else (tilted, INVARIANT)
    with pytest.raises(AssertionError, match="under a"):
        assert_equivariant(
            exact_score(*laws), PLANE, ("points", VECTOR), VECTOR, key=jax.random.key(0)
        )
