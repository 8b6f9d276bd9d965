"""Losses on manifolds, of a mixture of heat kernels, whose score is known."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mixtures_on_the_globe import CENTRES, GLOBE, LAW, MOTION, X
from standard_errors import assert_mean, assert_same_mean

import geomndp as gn

N_FIELDS = 4000
TIME = jnp.array(0.25)
SHAPE = jnp.asarray(np.random.default_rng(0).normal(size=(3, 3)))
DENOISING = gn.losses.DenoisingScoreMatching()
LOSSES: dict[str, gn.losses.AbstractLoss] = {
    "denoising": DENOISING,
    "implicit": gn.losses.ImplicitScoreMatching(),
    "implicit-in-noise": gn.losses.ImplicitScoreMatching(metric=gn.losses.NoiseMetric()),
    "sliced": gn.losses.SlicedScoreMatching(n_probes=2),
    "flow": gn.losses.FlowMatching(gn.losses.LikelihoodWeighting()),
}


def perturbed(steps: Any) -> Callable[..., Any]:
    """The exact score, and so much of itself and of a field of no gradient more."""

    def of(t: Any, y: Any) -> Any:
        score = LAW(t, X, y)
        other = GLOBE.project_tangent(y, jnp.sin(2 * y[::-1] @ SHAPE))
        return score + steps[0] * score + steps[1] * other

    return of


def of_many_fields(compute: Callable[..., Any], n_fields: int = N_FIELDS) -> Any:
    """What is computed of draws of the data and of a key."""
    process = MOTION.at(X)

    @jax.jit
    @jax.vmap
    def each(key: Any) -> Any:
        data, noise = jax.random.split(key)
        return compute(process, LAW.sample(0.0, key=data), noise)

    return jax.tree.map(np.asarray, each(jax.random.split(jax.random.key(0), n_fields)))


@pytest.mark.simulation
@pytest.mark.slow
def test_losses_with_and_without_a_target_differ_by_a_number_and_are_least_at_the_score():
    """Steps to two sides of the exact score raise them by the same.

    One test for both, as the losses are compiled once.
    """
    scores = jnp.array([[0.0, 0.0], [0.6, -0.8], [-0.6, 0.8]])

    def compute(process: Any, y0: Any, key: Any) -> Any:
        def of(loss: gn.losses.AbstractLoss) -> Any:
            return jax.lax.map(lambda s: loss(process, perturbed(s), y0, TIME, key=key), scores)

        return {name: of(LOSSES[name]) for name in ("denoising", "implicit", "sliced")}

    found = of_many_fields(compute)
    rise = {name: values[:, 1] - values[:, 0] for name, values in found.items()}
    for name, values in found.items():
        assert_mean(rise[name] - rise["denoising"], 0)
        assert_mean(values[:, 1] - values[:, 2], 0)
        for difference in (0.5 * rise[name] - rise["denoising"], rise[name]):
            with pytest.raises(AssertionError):
                assert_mean(difference, 0)


def test_slices_are_unbiased_and_the_divergence_is_not_that_of_the_ambient_space():
    """For the score y -> a of a constant vector: its tangent part has divergence -2 <a, y>."""
    axis = jnp.array([0.3, -1.0, 2.0])
    y0 = CENTRES[0]

    def constant(_t: Any, y: Any) -> Any:
        return jnp.broadcast_to(axis, y.shape)

    def compute(process: Any, _y0: Any, key: Any) -> Any:
        implicit, sliced = (
            gn.losses.ImplicitScoreMatching(),
            gn.losses.SlicedScoreMatching(n_probes=3),
        )
        y = process.sample_marginal(TIME, y0, key=key)
        tangent = GLOBE.project_tangent(y, constant(0, y))
        expected = jnp.sum(tangent**2, -1) - 4 * y @ axis
        scale = MOTION.noise_scale(TIME) ** 2
        of_sliced = sliced(process, constant, y0, TIME, key=key)
        return (
            implicit(process, constant, y0, TIME, key=key),
            scale * jnp.mean(expected),
            of_sliced,
        )

    implicit, expected, sliced = of_many_fields(compute)
    np.testing.assert_allclose(implicit, expected, rtol=1e-10, atol=1e-10)
    assert_same_mean(sliced, implicit)
    with pytest.raises(AssertionError):
        assert_same_mean(sliced, 1.2 * implicit)


def test_the_target_of_small_times_is_that_of_the_heat_kernel_at_small_times_alone():
    y0, process = CENTRES[0], MOTION.at(X)
    loss, exact = gn.losses.SmallTimeScoreMatching(), gn.losses.DenoisingScoreMatching()

    @jax.jit
    @jax.vmap
    def error(clock: Any) -> Any:
        """Of the exact score, and of Varadhan's."""
        t = MOTION.schedule.inverse_integral(clock)

        def of(key: Any) -> Any:
            kernel = lambda t, y: process.marginal_score(t, y0, y)  # noqa: E731
            varadhan = lambda t, y: GLOBE.log(y, y0) / MOTION.clock(t)  # noqa: E731
            pairs = ((loss, kernel), (exact, varadhan), (loss, varadhan))
            return jnp.array([each(process, score, y0, t, key=key) for each, score in pairs])

        return jnp.mean(jax.vmap(of)(jax.random.split(jax.random.key(0), 200)), 0)

    errors = np.asarray(error(jnp.array([1e-3, 1e-2, 0.1, 1.0])))
    np.testing.assert_allclose(errors[:, 0], errors[:, 1], rtol=1e-8)
    np.testing.assert_allclose(errors[:, 2], 0, atol=1e-18)
    assert errors[0, 0] < 1e-6
    assert errors[3, 0] > 0.05
    assert (errors[1:, 0] > 20 * errors[:-1, 0]).all()


@pytest.mark.parametrize("name", [*LOSSES, "small-time"])
def test_padding_has_no_influence(name: str):
    loss = {**LOSSES, "small-time": gn.losses.SmallTimeScoreMatching()}[name]
    y0, mask = CENTRES[:, 0], jnp.array([True, True, False])

    def score(_t: Any, y: Any) -> Any:  # of each point alone
        return jnp.sin(2 * y @ SHAPE)

    @jax.jit
    def of(y0: Any, mask: Any) -> Any:
        process = MOTION.at(jnp.zeros((3, 1)), mask)
        return loss(process, score, y0, TIME, key=jax.random.key(2))

    expected = float(of(y0, mask))
    assert float(of(y0.at[2].set(CENTRES[0, 1]), mask)) == pytest.approx(expected, rel=1e-9)
    assert float(of(y0, jnp.ones(3, bool))) != pytest.approx(expected, rel=1e-3)


def test_processes_without_what_a_loss_needs_are_refused():
    flow = gn.sde.GeodesicInterpolant(GLOBE).at(X)
    langevin = gn.sde.WrappedLangevin(gn.manifolds.Euclidean(3)).at(X)

    def call(loss: gn.losses.AbstractLoss, process: Any) -> None:
        loss(process, lambda _, y: 0 * y, CENTRES[0], 0.3, key=jax.random.key(0))

    for loss in (LOSSES["implicit"], LOSSES["sliced"]):
        with pytest.raises(TypeError, match="got GeodesicInterpolant, .* use FlowMatching"):
            call(loss, flow)
    for process in (flow, langevin):
        with pytest.raises(TypeError, match="expected a Brownian motion for SmallTimeScoreMatch"):
            call(gn.losses.SmallTimeScoreMatching(), process)
    for loss in (DENOISING, gn.losses.FlowMatching()):
        with pytest.raises(TypeError, match="train by ImplicitScoreMatching or Sliced"):
            call(loss, langevin)
