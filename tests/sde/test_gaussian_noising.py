"""Gaussian noising: coefficients that belong together, exact flows, padding, precision."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import DATA, N_POINTS, SMOOTH, WITH_OWN, case_of, points
from random_fields import in_single_precision

import geomndp as gn

EACH = pytest.mark.parametrize("name", WITH_OWN)
FRACTIONS = np.linspace(0.01, 0.99, 9)


def values(name: str, seed: int = 0, n_points: int = N_POINTS) -> Any:
    dim_y = WITH_OWN[name].limit.dim_y
    return jnp.asarray(np.random.default_rng(seed).normal(size=(n_points, dim_y)))


def coefficients(noising: gn.sde.AbstractGaussianNoising) -> dict[str, np.ndarray]:
    """At several times, with derivatives by automatic differentiation."""

    @jax.jit
    @jax.vmap
    def at(t: Any) -> dict[str, Any]:
        signal, signal_slope = jax.value_and_grad(noising.signal)(t)
        variance, variance_slope = jax.value_and_grad(lambda t: noising.noise_scale(t) ** 2)(t)
        return {
            "signal": signal,
            "signal_slope": signal_slope,
            "variance": variance,
            "variance_slope": variance_slope,
            "rate": noising.rate(t),
            "squared_diffusion": noising.diffusion(t) ** 2,
            "half_log_snr": noising.half_log_snr(t),
            "slope_of_half_log_snr": jax.grad(noising.half_log_snr)(t),
            "times": t,
            "round_trip": noising.time_at_half_log_snr(noising.half_log_snr(t)),
        }

    found = at(noising.time_at(jnp.asarray(FRACTIONS)))
    return {name: np.asarray(value) for name, value in found.items()}


def check_moments(c: dict[str, np.ndarray]) -> None:
    """Mean and variance of dY = -r (Y - m) dt + g L dB."""
    np.testing.assert_allclose(c["signal_slope"], -c["rate"] * c["signal"], rtol=1e-9)
    growth = c["squared_diffusion"] - 2 * c["rate"] * c["variance"]
    scale = c["squared_diffusion"] + 2 * c["rate"] * c["variance"]
    np.testing.assert_allclose((growth - c["variance_slope"]) / scale, 0, atol=1e-9)


def check_half_log_snr(c: dict[str, np.ndarray]) -> None:
    """It falls, and an error of the score costs what its clock shows."""
    expected = np.log(c["signal"] / np.sqrt(c["variance"]))
    np.testing.assert_allclose(c["half_log_snr"], expected, rtol=1e-9, atol=1e-9)
    pace = -0.5 * c["squared_diffusion"] / c["variance"]
    np.testing.assert_allclose(c["slope_of_half_log_snr"], pace, rtol=1e-9)
    np.testing.assert_allclose(c["round_trip"], c["times"], rtol=1e-9)


def check_even(c: dict[str, np.ndarray]) -> None:
    steps = np.diff(c["half_log_snr"])
    np.testing.assert_allclose(steps, steps.mean(), rtol=1e-6)
    assert steps.mean() < 0


CHECKS = [check_moments, check_half_log_snr, check_even]


@EACH
def test_coefficients_belong_together(name: str):
    found = coefficients(WITH_OWN[name])
    for check in CHECKS:
        check(found)


@pytest.mark.parametrize(
    ("check", "part"),
    [
        (check_moments, "rate"),
        (check_moments, "squared_diffusion"),
        (check_half_log_snr, "half_log_snr"),
        (check_half_log_snr, "round_trip"),
        (check_half_log_snr, "slope_of_half_log_snr"),
    ],
)
def test_every_check_finds_a_spoilt_coefficient(check: Callable[..., None], part: str):
    found = coefficients(WITH_OWN["own"])
    with pytest.raises(AssertionError):
        check({**found, part: 1.01 * found[part]})


def test_times_that_are_not_even_are_found():
    found = coefficients(WITH_OWN["own"])
    with pytest.raises(AssertionError):
        check_even({**found, "half_log_snr": -found["times"]})


@EACH
def test_time_goes_from_end_to_end(name: str):
    noising = WITH_OWN[name]
    ends = noising.time_at(jnp.array([0.0, 1.0]))
    np.testing.assert_allclose(ends, [noising.t_min, noising.t_max], rtol=1e-9)


@EACH
def test_the_probability_flow_conserves_the_gaussian_marginals(name: str):
    """d/dt of mean and covariance are what the affine flow of the exact score makes of them."""
    case = case_of(WITH_OWN[name])
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    shape, t = case.process.mean.shape, case.noising.time_at(jnp.array(0.45))

    @jax.jit
    def everything(t: Any) -> tuple[Any, ...]:
        def velocity(y: Any) -> Any:
            y = y.reshape(shape)
            return case.process.probability_flow_drift(t, y, law(t, y)).ravel()

        moments, slopes = jax.jvp(case.law, (t,), (jnp.ones_like(t),))
        return moments, slopes, velocity(moments.mean), jax.jacfwd(velocity)(moments.mean)

    moments, slopes, at_mean, gradient = jax.tree.map(np.asarray, everything(t))
    np.testing.assert_allclose(at_mean, slopes.mean, atol=1e-9)
    spread = gradient @ moments.covariance
    np.testing.assert_allclose(spread + spread.T, slopes.covariance, atol=1e-9)
    assert np.abs(slopes.covariance).max() > 1e-3
    wrong = 1.1 * spread
    assert np.abs(wrong + wrong.T - slopes.covariance).max() > 1e-4


@EACH
def test_drifts_and_conversions_agree_with_one_another(name: str):
    case = case_of(WITH_OWN[name])
    process, t = case.process, case.noising.time_at(jnp.array(0.6))
    y, score, y0 = (values(name, seed) for seed in (1, 2, 3))

    @jax.jit
    def everything(t: Any) -> dict[str, tuple[Any, Any]]:
        drift, squared = process.drift(t, y), case.noising.diffusion(t) ** 2
        velocity, denoised = (
            process.probability_flow_drift(t, y, score),
            process.denoised(t, y, score),
        )
        noise = (y - process.marginal_mean(t, denoised)) / case.noising.noise_scale(t)
        return {
            "reverse": (process.reverse_drift(t, y, score), drift - squared * score),
            "velocity": (velocity, drift - squared * score / 2),
            "of velocity": (process.score_of_velocity(t, y, velocity), score),
            "of denoised": (process.score_of_denoised(t, y, denoised), score),
            "noise": (-noise / case.noising.noise_scale(t), score),
            "of start": (process.denoised(t, y, process.marginal_score(t, y0, y)), y0),
        }

    for found, expected in everything(t).values():
        np.testing.assert_allclose(found, expected, atol=1e-8)


@EACH
def test_the_limit_is_its_normal_law(name: str):
    case = case_of(WITH_OWN[name])
    y = values(name, 1)
    expected = float(case.limit_law.log_prob(y))
    assert float(case.process.log_prob_limit(y)) == pytest.approx(expected, rel=1e-9)
    assert float(case.process.log_prob_limit(y + 0.1)) != pytest.approx(expected, rel=1e-3)
    v = np.asarray(y).ravel()
    squared = v @ np.linalg.solve(np.asarray(case.limit_law.covariance), v)
    assert float(case.process.squared_norm(y)) == pytest.approx(squared, rel=1e-9)


def in_precision_of(y: Any, module: Any) -> Any:
    """A process, or a law, whose arrays are those of a user in this precision."""
    return jax.tree.map(lambda a: a.astype(y.dtype) if eqx.is_array(a) else a, module)


def everything_at(name: str, x: Any, y: Any, mask: Any) -> dict[str, Any]:
    """What a process says of values, all of it free of chance."""
    noising = in_precision_of(y, WITH_OWN[name])
    process, t = noising.at(x, mask), noising.time_at(jnp.array(0.5, y.dtype))
    law = gn.sde.NoisedGaussian.of(process, in_precision_of(y, DATA[y.shape[1]]))
    score = process.marginal_score(t, 0.5 * y, y)
    return {
        "score": score,
        "exact score": law(t, y),
        "drift": process.drift(t, y),
        "denoised": process.denoised(t, y, score),
        "log_prob_limit": process.log_prob_limit(y),
        "log_prob": law.log_prob(t, y),
        "divergence_from_limit": law.divergence_from_limit(t),
        "squared_norm": process.squared_norm(y),
        "limit_divergence": process.limit_divergence(y),
    }


@EACH
def test_padding_changes_nothing(name: str):
    x, y, n_padded = points(), values(name), 7
    run = jax.jit(everything_at, static_argnums=0)
    expected = run(name, x, y, jnp.ones(N_POINTS, bool))
    mask = jnp.arange(n_padded) < N_POINTS
    copies = [jnp.concatenate([part, part[:3]]) for part in (x, y)]
    found = run(name, *copies, mask)
    for what, value in expected.items():
        part = found[what][:N_POINTS] if np.ndim(value) else found[what]
        np.testing.assert_allclose(part, value, rtol=1e-8, atol=1e-10, err_msg=what)
    all_real = run(name, copies[0] + jnp.arange(7.0)[:, None], copies[1], jnp.ones(n_padded, bool))
    assert abs(float(all_real["log_prob"] - expected["log_prob"])) > 0.1


@EACH
def test_where_nothing_is_real_everything_is_zero(name: str):
    found = everything_at(name, points(), values(name), jnp.zeros(N_POINTS, bool))
    for what, value in found.items():
        if np.ndim(value) == 0:
            assert float(value) == pytest.approx(0, abs=1e-12), what


def test_one_point_is_enough():
    process = WITH_OWN["ou-curl-free"].at(points(1))
    y = process.sample_marginal(0.3, jnp.ones((1, 2)), key=jax.random.key(0))
    assert y.shape == (1, 2)
    assert np.isfinite(float(process.log_prob_limit(y)))


@EACH
def test_single_precision_stays_single(name: str):
    x, y = in_single_precision((points(), values(name)))
    noising = in_precision_of(y, WITH_OWN[name])
    mask = jnp.ones(N_POINTS, bool)

    @jax.jit
    def everything(key: Any) -> list[Any]:
        process = noising.at(x, mask)
        return [
            *jax.tree.leaves(everything_at(name, x, y, mask)),
            process.sample_marginal(0.3, y, key=key),
            process.sample_limit(key=key),
            process.noise(y, key=key),
            process.reverse_drift(0.3, y, y),
            noising.time_at(jnp.array(0.5, np.float32)),
        ]

    assert {part.dtype for part in everything(jax.random.key(0))} == {np.dtype(np.float32)}


def test_samples_of_the_limit_have_its_mean():
    process = gn.sde.OrnsteinUhlenbeck(SMOOTH, gn.sde.LinearSchedule()).at(points())
    keys = jax.random.split(jax.random.key(0), 4000)
    y = jax.jit(jax.vmap(lambda key: process.sample_limit(key=key)))(keys)
    np.testing.assert_allclose(y.mean(0), 0.7, atol=5 / np.sqrt(4000))
    assert np.abs(y.mean(0)).min() > 5 / np.sqrt(4000)
