"""What parametrisations that convert promise: exact inverses, and scales of order one."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import DATA, GAUSSIAN_NOISINGS, case_of, points
from inventory import PARAMETRISATIONS
from standard_errors import assert_mean

import geomndp as gn
from geomndp.parametrisations import AbstractConversion, NetworkInputs

P = gn.parametrisations
CONVERSIONS = {
    name: item
    for name, item in PARAMETRISATIONS.items()
    if isinstance(item, AbstractConversion) and not isinstance(item, P.TangentScore)
}
EACH = pytest.mark.parametrize("name", CONVERSIONS)
FRACTIONS = jnp.linspace(0, 1, 7)
NOISING = GAUSSIAN_NOISINGS["interpolant-divergence-free"]
CASE = case_of(NOISING)
PROCESS = CASE.process
Y, SCORE = (
    jnp.asarray(np.random.default_rng(seed).normal(size=PROCESS.mean.shape)) for seed in (0, 1)
)


def with_variance(name: str, data_variance: Any) -> AbstractConversion:
    return type(CONVERSIONS[name])(data_variance=data_variance)  # pyright: ignore[reportCallIssue]


@EACH
@pytest.mark.parametrize("data_variance", [None, 0.3, (1.0, 2.0)], ids=str)
def test_output_undoes_score(name: str, data_variance: Any):
    conversion = with_variance(name, data_variance)

    @jax.jit
    @jax.vmap
    def there_and_back(fraction: Any) -> Any:
        t = NOISING.time_at(fraction)
        output = conversion.output(PROCESS, t, Y, SCORE)
        network = conversion.bind(PROCESS, lambda _: output)(t, Y)
        return conversion.score(PROCESS, t, Y, output), network

    for found in there_and_back(FRACTIONS):
        expected = jnp.broadcast_to(SCORE, found.shape)
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9)


def test_outputs_are_what_their_names_say():
    """With data and limit of variances 4 and 1.2 the units are 2 and their root."""
    t = NOISING.time_at(jnp.array(0.4))
    denoised = PROCESS.denoised(t, Y, SCORE) - PROCESS.mean
    scale, limit = NOISING.noise_scale(t), PROCESS.covariance.diagonal() ** 0.5
    velocity = PROCESS.probability_flow_drift(t, Y, SCORE)
    root = PROCESS.covariance.sqrt_matvec
    expected = {
        "data": denoised / 2,
        "noise": -scale * SCORE / limit,
        "preconditioned-score": scale * SCORE / limit,
        "plain-score": scale * limit * PROCESS.covariance.solve(SCORE),
    }
    for name, value in expected.items():
        found = with_variance(name, 4.0).output(PROCESS, t, Y, SCORE)
        np.testing.assert_allclose(found, value, rtol=1e-8, atol=1e-9, err_msg=name)
    found = with_variance("velocity", 4.0).output(PROCESS, t, Y, SCORE)
    np.testing.assert_allclose(found * jnp.hypot(2.0, limit), velocity, rtol=1e-8)
    found = with_variance("whitened-score", 4.0).output(PROCESS, t, Y, SCORE)
    np.testing.assert_allclose(root(found), scale * SCORE, rtol=1e-8)


@pytest.fixture(scope="module", params=list(GAUSSIAN_NOISINGS))
def noised(request: pytest.FixtureRequest) -> dict[str, np.ndarray]:
    """Root mean squares, at all times, of inputs and of the outputs that networks are to give."""
    case = case_of(GAUSSIAN_NOISINGS[request.param])
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    variance = DATA[case.data.dim_y].operator(points()).diagonal()
    variance = float(jnp.mean(variance))

    def root_mean_square(v: Any) -> Any:
        return jnp.sqrt(jnp.mean(v**2))

    @jax.jit
    @jax.vmap
    def at(fraction: Any) -> dict[str, Any]:
        t = case.noising.time_at(fraction)
        starts, noises = jax.random.split(jax.random.key(0))
        y0 = jax.vmap(lambda key: law.sample(0.0, key=key))(jax.random.split(starts, 300))

        @jax.vmap
        def noise(y0: Any, key: Any) -> Any:
            y = case.process.sample_marginal(t, y0, key=key)
            return y, case.process.marginal_score(t, y0, y)

        y, target = noise(y0, jax.random.split(noises, 300))
        sizes = {}
        for name, each in CONVERSIONS.items():
            conversion = type(each)(data_variance=variance)  # pyright: ignore[reportCallIssue]
            inputs = jax.vmap(lambda y: conversion.inputs(case.process, t, y).y)  # noqa: B023
            output = jax.vmap(lambda y, s: conversion.output(case.process, t, y, s))  # noqa: B023
            sizes[f"{name}: input"] = root_mean_square(inputs(y))
            sizes[f"{name}: output"] = root_mean_square(output(y, target))
        return sizes

    return {name: np.asarray(value) for name, value in at(FRACTIONS).items()}


ILL_CONDITIONED = 15.0
"""How much larger the plain score may be: the condition number of K does not leave it alone."""


def test_inputs_and_outputs_are_of_order_one_at_all_times(noised: dict[str, np.ndarray]):
    for name, sizes in noised.items():
        largest = ILL_CONDITIONED if name.startswith("plain-score") else 5.0
        assert sizes.max() < largest, (name, sizes)
        assert sizes.min() > 0.2, (name, sizes)


def test_outputs_in_no_unit_are_found(noised: dict[str, np.ndarray]):
    """The score itself, of which the size is that of the inverse noise."""
    sizes = noised["noise: output"] / float(NOISING.noise_scale(NOISING.t_min))
    assert sizes.max() > ILL_CONDITIONED


def test_edm_targets_have_variance_one_for_white_data():
    limit = gn.GaussianProcess(gn.kernels.White(2.0))
    data = gn.GaussianProcess(gn.kernels.White(0.3))
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
    process = noising.at(points(1))
    law, keys = gn.sde.NoisedGaussian.of(process, data), jax.random.split(jax.random.key(0), 8000)

    def targets(data_variance: float) -> Any:
        edm = P.EDM(data_variance=data_variance)

        @jax.vmap
        def at(fraction: Any) -> Any:
            t = noising.time_at(fraction)

            @jax.vmap
            def one(key: Any) -> Any:
                start, noise = jax.random.split(key)
                y0 = law.sample(0.0, key=start)
                y = process.sample_marginal(t, y0, key=noise)
                score = process.marginal_score(t, y0, y)
                return edm.output(process, t, y, score).ravel(), edm.inputs(process, t, y).y.ravel()

            return one(keys)

        return jax.jit(at)(FRACTIONS)

    for found in targets(0.3):
        for each in np.asarray(found):
            assert_mean(each**2, 1)
    with pytest.raises(AssertionError):
        assert_mean(np.asarray(targets(0.6)[0][3]) ** 2, 1)


@EACH
def test_a_variance_for_each_coordinate(name: str):
    """Each coordinate is scaled by its own, and the ratio of noise is that of the sums."""
    conversion, t = with_variance(name, (1.0, 9.0)), NOISING.time_at(jnp.array(0.3))
    inputs = conversion.inputs(PROCESS, t, Y)
    signal, noise = float(NOISING.signal(t)), float(NOISING.noise_scale(t))
    limit = np.asarray(PROCESS.covariance.diagonal())
    variance = signal**2 * np.array([1.0, 9.0]) + noise**2 * limit
    np.testing.assert_allclose(
        inputs.y, np.asarray(Y - PROCESS.mean) / np.sqrt(variance), rtol=1e-9
    )
    expected = noise * np.sqrt(limit.sum() / (10.0 * len(limit))) / signal
    assert float(inputs.noise_ratio) == pytest.approx(expected, rel=1e-9)


@EACH
def test_a_context_is_scaled_as_the_data(name: str):
    context = gn.FieldSample(points(3), PROCESS.mean[:3] + jnp.array([[2.0, 3.0]]))
    found = with_variance(name, (4.0, 9.0)).observed(NOISING, context)
    np.testing.assert_allclose(found.y, np.ones((3, 2)), rtol=1e-12)
    np.testing.assert_array_equal(found.x, context.x)


@EACH
def test_padding_has_no_influence(name: str):
    t, n = NOISING.time_at(jnp.array(0.3)), len(Y)
    x, y = (jnp.concatenate([part, part[:2]]) for part in (PROCESS.x, Y))
    padded = NOISING.at(x, jnp.arange(n + 2) < n)
    one, other = (CONVERSIONS[name].inputs(p, t, v) for p, v in ((PROCESS, Y), (padded, y)))
    assert float(one.noise_ratio) == pytest.approx(float(other.noise_ratio), rel=1e-12)
    np.testing.assert_allclose(other.y[:n], one.y, rtol=1e-12)
    score = CONVERSIONS[name].score(padded, t, y, y)
    np.testing.assert_allclose(
        score[:n], CONVERSIONS[name].score(PROCESS, t, Y, Y), rtol=1e-8, atol=1e-10
    )


MOTION = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
POLE = jnp.array([[0.0, 0.0, 1.0]])


@pytest.mark.parametrize("name", [name for name in PARAMETRISATIONS if name != "tangent-score"])
def test_manifolds_are_refused(name: str):
    parametrisation, process = PARAMETRISATIONS[name], MOTION.at(POLE[:, :1])
    message = "expected a Gaussian noising process, got BrownianMotion; on a manifold use Tangent"
    with pytest.raises(TypeError, match=message):
        parametrisation.inputs(process, 0.5, POLE)
    with pytest.raises(TypeError, match=message):
        parametrisation.observed(MOTION, gn.FieldSample(POLE[:, :1], POLE))
    with pytest.raises(TypeError, match=message):
        parametrisation.bind(process, lambda inputs: inputs.y)(0.5, POLE)


def test_a_tangent_score_takes_any_process():
    tangent, process, output = (
        P.TangentScore(),
        MOTION.at(POLE[:, :1]),
        jnp.array([[0.3, 0.4, 0.0]]),
    )
    score = tangent.score(process, 0.5, POLE, output)
    np.testing.assert_allclose(tangent.output(process, 0.5, POLE, score), output, rtol=1e-12)
    np.testing.assert_allclose(MOTION.noise_scale(0.5) * score, output, rtol=1e-12)
    inputs = tangent.inputs(process, 0.5, POLE)
    assert isinstance(inputs, NetworkInputs)
    np.testing.assert_array_equal(inputs.y, POLE)
    assert tangent.score(PROCESS, 0.5, Y, Y).shape == Y.shape
