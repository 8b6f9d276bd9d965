"""A noising process as a chain: its steps compose to it, and its posterior is that of Bayes."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

WHITE = gn.GaussianProcess(gn.kernels.White(1.0))
NOISINGS: dict[str, gn.sde.AbstractGaussianNoising] = {
    "ornstein-uhlenbeck": gn.sde.OrnsteinUhlenbeck(WHITE, gn.sde.LinearSchedule()),
    "interpolant": gn.sde.LinearInterpolant(WHITE),
}
EACH = pytest.mark.parametrize("noising", NOISINGS.values(), ids=list(NOISINGS))
TIMES = jnp.array([0.0, 0.001, 0.1, 0.4, 0.9])


def scales(noising: gn.sde.AbstractGaussianNoising) -> tuple[np.ndarray, np.ndarray]:
    signal = [float(noising.signal(float(t))) for t in TIMES]
    return np.array(signal), np.array([float(noising.noise_scale(float(t))) for t in TIMES])


@EACH
def test_steps_compose_to_the_process(noising: gn.sde.AbstractGaussianNoising):
    chain = gn.sde.DiscreteTime(noising, TIMES)
    signals, noise_scales = scales(noising)
    np.testing.assert_allclose(chain.alpha_bars, signals**2, rtol=1e-12)
    variance = 0.0
    for k, beta in enumerate(np.asarray(chain.betas), start=1):
        variance = (signals[k] / signals[k - 1]) ** 2 * variance + beta
        assert variance == pytest.approx(noise_scales[k] ** 2, rel=1e-10)
    assert chain.n_steps == len(TIMES) - 1


def test_betas_are_those_of_the_paper_where_variance_is_preserved():
    chain = gn.sde.DiscreteTime(NOISINGS["ornstein-uhlenbeck"], TIMES)
    np.testing.assert_allclose(chain.betas, 1 - chain.alpha_bars[1:] / chain.alpha_bars[:-1])
    other = gn.sde.DiscreteTime(NOISINGS["interpolant"], TIMES)
    assert np.abs(other.betas - (1 - other.alpha_bars[1:] / other.alpha_bars[:-1])).max() > 0.1


@EACH
def test_the_posterior_is_that_of_the_joint_normal_law(noising: gn.sde.AbstractGaussianNoising):
    """The values before a step are regressed on those after it, with those at time 0 given."""
    chain = gn.sde.DiscreteTime(noising, TIMES)
    posterior = chain.posterior
    signals, noise_scales = scales(noising)
    for k in range(1, len(TIMES)):
        kept = signals[k] / signals[k - 1]
        prior, marginal = noise_scales[k - 1] ** 2, noise_scales[k] ** 2
        gain = kept * prior / marginal
        np.testing.assert_allclose(posterior.of_noised[k - 1], gain, atol=1e-12)
        of_data = signals[k - 1] - gain * signals[k]
        np.testing.assert_allclose(posterior.of_data[k - 1], of_data, atol=1e-10)
        variance = prior - gain * kept * prior
        np.testing.assert_allclose(posterior.variance[k - 1], variance, atol=1e-12)
    assert posterior.variance[0] == 0  # time 0 has no noise


def test_ancestral_sampling_is_ddim_with_all_of_the_noise():
    """Two derivations of one chain, of which each is coded by itself."""
    grid, key = gn.solvers.UniformInTime(), jax.random.key(0)
    limit = gn.GaussianProcess(
        gn.kernels.Matern12(1.0, 1.0) + gn.kernels.White(0.1), gn.gp.ConstantMean(jnp.array([2.0]))
    )
    noising = dataclasses.replace(NOISINGS["interpolant"], limit=limit)
    process = noising.at(jnp.array([[0.0], [0.5]]))
    law = gn.sde.NoisedGaussian.of(process, WHITE)

    @jax.jit
    def run(y: jax.Array) -> list[jax.Array]:
        return [
            solver.trajectory(process, law, y, key=key).y
            for solver in (
                gn.solvers.Ancestral(8, grid),
                gn.solvers.DDIM(8, 1.0, grid),
                gn.solvers.DDIM(8, 0.9, grid),
            )
        ]

    ancestral, ddim, less = run(jnp.array([[1.0], [-1.0]]))
    np.testing.assert_allclose(ancestral, ddim, atol=1e-10)
    assert np.abs(ancestral - less).max() > 0.01


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([0.5], "two times or more"),
        ([0.5, 0.1], "turn them round"),
        ([0.1, 0.1], "times that increase"),
        ([-0.1, 0.1], "times that increase from 0 or later"),
    ],
)
def test_times_that_make_no_chain_are_refused(times: list[float], message: str):
    with pytest.raises(ValueError, match=message):
        gn.sde.DiscreteTime(NOISINGS["interpolant"], jnp.array(times))
