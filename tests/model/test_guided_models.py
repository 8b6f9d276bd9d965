"""Trained models of flat fields given observations: by guidance, if nothing else is asked for."""

from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from random_fields import in_single_precision, random_params

import geomndp as gn

KIND = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(1))
KEY = jax.random.key(0)
SOLVER = gn.solvers.DPMSolver(n_steps=6)


def model(n_covariates: int = 0) -> gn.TrainedProcess:
    """Random parameters."""
    network = gn.networks.TranslationInvariantTransformer(KIND, width=8, n_layers=1, n_heads=2)
    limit = gn.GaussianProcess(gn.kernels.White(1.0))
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=10.0))
    covariates = jnp.ones((3, n_covariates), jnp.float32) if n_covariates else None
    like = gn.FieldSample(
        jnp.zeros((3, 1), jnp.float32), jnp.ones((3, 1), jnp.float32), covariates=covariates
    )
    params = in_single_precision(random_params(network, like, seed=0))
    whole = gn.NeuralDiffusionProcess(noising, network, n_covariates=n_covariates)
    return gn.TrainedProcess(whole, jax.tree.map(lambda p: 0.3 * p, params))


X = jnp.array([[0.0], [0.4], [1.0]], jnp.float32)
CONTEXT = gn.FieldSample(X, jnp.array([[1.0], [-0.5], [0.7]], jnp.float32))
ASKED = jnp.array([[0.0], [0.2], [1.3]], jnp.float32)


@pytest.mark.parametrize(
    ("n_context", "observation_noise", "expected"),
    [
        (0, 0.0, gn.sampling.TweedieGuidance),
        (2, 0.0, gn.sampling.TweedieGuidance),
        (3, 0.0, gn.sampling.Amortised),
        (3, np.zeros(3), gn.sampling.Amortised),
        (3, 0.1, gn.sampling.TweedieGuidance),
        (3, np.array([0.0, 0.0, 0.1]), gn.sampling.TweedieGuidance),
    ],
)
def test_the_default_is_amortised_for_what_was_given_in_training(
    n_context: int, observation_noise: Any, expected: type
):
    trained = model()
    trained = gn.TrainedProcess(trained.model.trained_with(n_context), trained.params)
    posterior = trained.condition(CONTEXT, observation_noise=observation_noise)
    assert isinstance(posterior.default_method, expected)
    drawn = {"n_samples": 2, "key": KEY}
    np.testing.assert_array_equal(
        posterior.sample(ASKED, **drawn), posterior.sample(ASKED, method=expected(), **drawn)
    )


def test_padding_is_no_observation():
    trained = gn.TrainedProcess(model().model.trained_with(3), model().params)
    assert isinstance(trained.condition(CONTEXT.pad(8)).default_method, gn.sampling.Amortised)


def test_noise_of_another_shape_is_refused_at_once():
    with pytest.raises(ValueError, match="one for each of the 3 observations, got shape"):
        model().condition(CONTEXT, observation_noise=np.ones(4))
    with pytest.raises(ValueError, match="one for each of the 3 observations, got shape"):
        model().condition(CONTEXT).condition(CONTEXT, observation_noise=np.ones(2))


def test_the_default_guides_to_what_is_no_value():
    trained = gn.TrainedProcess(model().model.trained_with(9), model().params)
    weights = jnp.full((1, 3, 1), 1 / 3, jnp.float32)
    mean = gn.sampling.LinearObservations(X, weights, jnp.ones(1, jnp.float32))
    assert isinstance(trained.condition(mean).default_method, gn.sampling.TweedieGuidance)


def test_the_largest_context_is_kept_in_the_file(tmp_path: Path):
    trained = gn.TrainedProcess(model().model.trained_with(7), model().params)
    trained.save(tmp_path / "model.geomndp")
    assert gn.load(tmp_path / "model.geomndp").model.n_context == 7
    with pytest.raises(ValueError, match="expected n_context >= 0, got -1"):
        trained.model.trained_with(-1)


def test_guidance_is_the_default_and_takes_noise():
    trained = model()
    drawn = {"n_samples": 3, "key": KEY}
    default = trained.condition(CONTEXT).sample(ASKED, **drawn)
    method = gn.sampling.TweedieGuidance()
    np.testing.assert_array_equal(
        default, trained.condition(CONTEXT).sample(ASKED, method=method, **drawn)
    )
    noisy = trained.condition(CONTEXT, observation_noise=0.5).sample(ASKED, **drawn)
    assert np.abs(noisy - default).max() > 1e-3
    each = trained.condition(CONTEXT, observation_noise=jnp.full(3, 0.5)).sample(ASKED, **drawn)
    np.testing.assert_allclose(each, noisy, atol=1e-5)
    assert np.isfinite(default).all()


@pytest.mark.parametrize(
    "method",
    [
        gn.sampling.TweedieGuidance(SOLVER),
        gn.sampling.PseudoinverseGuidance(SOLVER),
        gn.sampling.LangevinCorrected(gn.solvers.Ancestral(n_steps=4), n_corrections=1),
    ],
)
def test_covariates_of_context_and_of_targets_are_told_together(method):
    trained = model(n_covariates=2)
    rng = np.random.default_rng(0)
    of_context, of_asked = (jnp.asarray(rng.normal(size=(3, 2)), jnp.float32) for _ in range(2))
    context = gn.FieldSample(CONTEXT.x, CONTEXT.y, covariates=of_context)

    def draw(context: gn.FieldSample, covariates: jax.Array) -> np.ndarray:
        y = trained.condition(context).sample(
            ASKED, n_samples=2, covariates=covariates, method=method, key=KEY
        )
        return np.asarray(y)

    found = draw(context, of_asked)
    other = eqx.tree_at(lambda c: c.covariates, context, -of_context)
    assert np.abs(draw(other, of_asked) - found).max() > 1e-4
    assert np.abs(draw(context, -of_asked) - found).max() > 1e-4


def test_the_mean_and_covariance_are_those_of_draws():
    posterior = model().condition(CONTEXT)
    found = {"n_samples": 5, "method": gn.sampling.TweedieGuidance(SOLVER), "key": KEY}
    y = np.asarray(posterior.sample(ASKED, **found))[..., 0]
    mean, covariance = posterior.mean_and_covariance(ASKED, **found)
    np.testing.assert_allclose(mean[:, 0], y.mean(0), atol=1e-6)
    np.testing.assert_allclose(covariance[:, :, 0, 0], np.cov(y.T), atol=1e-6)
    with pytest.raises(ValueError, match="n_samples of at least 2"):
        posterior.mean_and_covariance(ASKED, n_samples=1, key=KEY)


def test_observations_come_in_chunks():
    trained = model()
    first, last = (jax.tree.map(lambda a, p=p: a[p], CONTEXT) for p in (slice(2), slice(2, 3)))
    drawn = {"n_samples": 2, "method": gn.sampling.TweedieGuidance(SOLVER), "key": KEY}
    whole = trained.condition(CONTEXT, observation_noise=jnp.array([0.1, 0.1, 0.0]))
    chunks = trained.condition(first, observation_noise=0.1).condition(last)
    np.testing.assert_allclose(
        chunks.sample(ASKED, **drawn), whole.sample(ASKED, **drawn), atol=1e-5
    )


def test_fields_that_are_extended_go_with_what_they_were():
    """A value asked for twice is the same, down to the noise at `t_min`; others are new."""
    posterior = model().condition(CONTEXT)
    method = gn.sampling.TweedieGuidance(gn.solvers.DPMSolver(n_steps=10))
    y = posterior.sample(ASKED, n_samples=3, method=method, key=KEY)
    x_new = jnp.concatenate([ASKED[:1] + 1e-6, jnp.array([[0.8]], jnp.float32)])
    more = posterior.extend(ASKED, y, x_new, method=method, key=jax.random.key(1))
    assert more.shape == (3, 2, 1)
    assert np.isfinite(more).all()
    again = posterior.extend(ASKED, y, x_new, method=method, key=jax.random.key(2))
    assert np.abs(more[:, 1] - again[:, 1]).max() > 1e-3


def test_a_field_goes_on_from_where_it_was_drawn():
    """Next to a value of each field it has nearly that value, whatever others have there."""
    single = jnp.float32
    seen = gn.FieldSample(jnp.array([[-1.8]], single), jnp.array([[0.5]], single))
    posterior = gn.load("regression1d-se").condition(seen)
    x, at = jnp.array([[0.0], [1.2]], single), jnp.array([[0.01]], single)
    y = posterior.sample(x, n_samples=12, key=KEY)
    more = posterior.extend(x, y, at, key=jax.random.key(1))
    assert np.std(y[:, 0]) > 0.5
    assert np.sqrt(np.mean((more[:, 0] - y[:, 0]) ** 2)) < 0.4 * np.std(y[:, 0])


def test_densities_given_observations_are_of_the_network_that_is_given_them():
    bare = model()
    trained = gn.TrainedProcess(bare.model.trained_with(3), bare.params)
    posterior = trained.condition(CONTEXT)
    sample = gn.FieldSample(ASKED[1:], jnp.array([[0.1], [0.4]], jnp.float32))
    few: dict[str, Any] = {"integrator": gn.likelihood.FixedGrid(n_nodes=6, n_substeps=1)}
    found = float(posterior.log_prob(sample, **few))
    assert found == float(posterior.log_prob(sample, method=gn.sampling.Amortised(), **few))
    assert found != pytest.approx(float(bare.log_prob(sample, **few)), abs=1e-3)
    with pytest.raises(ValueError, match="a model that was trained without observations"):
        bare.condition(CONTEXT).log_prob(sample)
    noisy = trained.condition(CONTEXT, observation_noise=0.1)
    with pytest.raises(ValueError, match="observation_noise=0 for Amortised"):
        noisy.log_prob(sample)
    with pytest.raises(ValueError, match="without noise as observations"):
        noisy.log_prob(sample, method=gn.sampling.TweedieGuidance())
    with pytest.raises(ValueError, match="a method of guidance, got Replacement"):
        gn.model.conditional_log_prob(
            model().model.noising, None, CONTEXT, sample, method=gn.sampling.Replacement()
        )


def test_the_density_of_the_guided_flow_is_that_of_the_posterior():
    """With the exact score, and a schedule so long that the start is the limit."""
    data = gn.GaussianProcess(gn.kernels.Matern52(0.8, 1.0) + gn.kernels.White(0.01))
    limit = gn.GaussianProcess(gn.kernels.White(1.0))
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=25.0))
    score = gn.sde.ExactGaussianScore(noising, data)
    x = jnp.array([[0.0], [0.9], [0.3], [1.5]])
    y = data.sample(x, key=KEY)
    context, sample = gn.FieldSample(x[:2], y[:2]), gn.FieldSample(x[2:], y[2:])
    method = gn.sampling.TweedieGuidance(ridge=1e-4)
    found = gn.model.conditional_log_prob(noising, score, context, sample, method=method)
    exact = data.log_prob(x, y) - data.log_prob(x[:2], y[:2])
    assert float(found) == pytest.approx(float(exact), abs=0.01)
    assert abs(float(exact - data.log_prob(x[2:], y[2:]))) > 0.1


def test_linear_observations_of_a_model():
    seen = gn.sampling.LinearObservations.averages(
        jnp.array([[[0.0], [0.2]]], jnp.float32), jnp.array([[1.5]], jnp.float32)
    )
    drawn = {"n_samples": 40, "method": gn.sampling.TweedieGuidance(SOLVER), "key": KEY}
    at = jnp.array([[0.0], [0.2]], jnp.float32)
    mean, free = (
        float(np.mean(p.sample(at, **d)))
        for p, d in (
            (model().condition(seen), drawn),
            (model(), {"n_samples": 40, "solver": SOLVER, "key": KEY}),
        )
    )
    assert mean > free + 0.2
    wrong = gn.sampling.LinearObservations(
        jnp.zeros((1, 2), jnp.float32), jnp.ones((1, 1, 1), jnp.float32), jnp.ones(1, jnp.float32)
    )
    with pytest.raises(ValueError, match=r"x of shape \(n, 1\)"):
        model().condition(wrong)


def test_values_at_the_points_of_the_observations():
    """By the covariates of these, where there are any."""
    method = gn.sampling.TweedieGuidance(SOLVER)
    drawn = {"n_samples": 2, "method": method, "key": KEY}
    y = model().condition(CONTEXT).sample(**drawn)
    np.testing.assert_allclose(y, np.broadcast_to(CONTEXT.y, (2, 3, 1)), atol=0.05)
    trained = model(n_covariates=2)
    told = [
        trained.condition(gn.FieldSample(X, CONTEXT.y, covariates=c), observation_noise=0.5)
        for c in (jnp.ones((3, 2), jnp.float32), -jnp.ones((3, 2), jnp.float32))
    ]
    one, other = (each.sample(**drawn) for each in told)
    assert np.abs(one - other).max() > 1e-4
    with pytest.raises(ValueError, match="got covariates alone"):
        told[0].sample(covariates=jnp.ones((3, 2), jnp.float32), **drawn)


def test_a_learned_stream_function_makes_winds_without_divergence():
    kind = gn.FieldType(gn.groups.E(2), gn.representations.Pseudoscalar())
    network = gn.networks.EquivariantTransformer(kind, width=4, n_layers=1, n_heads=1)
    limit = gn.GaussianProcess(gn.kernels.White(1.0))
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=10.0))
    axis = np.linspace(-1.5, 1.5, 5, dtype=np.float32)
    nodes = jnp.asarray(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))
    like = gn.FieldSample(nodes, jnp.ones((25, 1), jnp.float32))
    params = in_single_precision(random_params(network, like, seed=0))
    params = jax.tree.map(lambda p: 0.3 * p, params)
    trained = gn.TrainedProcess(gn.NeuralDiffusionProcess(noising, network), params)

    kernel = gn.kernels.SquaredExponential(1.0, 1.0) + gn.kernels.White(0.01)
    winds = gn.sampling.DerivedFields(
        gn.gp.KernelInterpolation(kernel, nodes), gn.kernels.PlaneSkewGradient
    )
    stations = jnp.array([[0.3, 0.1], [-0.5, 0.8]], jnp.float32)
    seen = gn.FieldSample(stations, jnp.array([[1.0, -0.5], [0.2, 0.4]], jnp.float32))
    psi = trained.condition(winds.values(seen), observation_noise=0.01).sample(
        n_samples=2, method=gn.sampling.TweedieGuidance(SOLVER), key=KEY
    )
    assert psi.shape == (2, 25, 1)
    x = jax.random.uniform(KEY, (1000, 2), jnp.float32, -1.5, 1.5)
    gn.testing.assert_divergence_free(winds.field(psi[0]).at, x, rtol=1e-4)
    assert np.abs(winds.at(psi, stations) - seen.y[None]).max() < 0.5
