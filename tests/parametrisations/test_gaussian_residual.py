"""What a Gaussian process leaves of the score: with a silent network, and with one that speaks."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import CURL_FREE, SMOOTH

import geomndp as gn
from geomndp.testing import assert_equivariant

K = gn.kernels
PLANE, VECTOR = gn.groups.E(2), gn.representations.Vector(2)
RESIDUAL = gn.parametrisations.GaussianResidual(CURL_FREE, data_variance=0.7, jitter=0.0)
LIMITS = {"white": gn.GaussianProcess(K.White(1.5, 2)), "curl-free": CURL_FREE}
N, N_SEEN = 4, 3
DRAW = np.random.default_rng(0)
X, SEEN_X = jnp.asarray(DRAW.normal(size=(N, 2))), jnp.asarray(DRAW.normal(size=(N_SEEN, 2)))
Y, SEEN_Y = jnp.asarray(DRAW.normal(size=(N, 2))), jnp.asarray(DRAW.normal(size=(N_SEEN, 2)))
SEEN = gn.FieldSample(SEEN_X, SEEN_Y)
NONE_SEEN = gn.FieldSample(SEEN_X, SEEN_Y, jnp.zeros(N_SEEN, bool))


def silent(inputs: gn.parametrisations.NetworkInputs) -> Any:
    return jnp.zeros_like(inputs.y)


def speaking(inputs: gn.parametrisations.NetworkInputs) -> Any:
    return jnp.tanh(inputs.noise_ratio + inputs.y)


def process_of(limit: str, x: Any = X, mask: Any = None) -> Any:
    noising = gn.sde.OrnsteinUhlenbeck(LIMITS[limit], gn.sde.LinearSchedule())
    return noising.at(x, mask)


def dense(gp: gn.GaussianProcess, x: Any) -> np.ndarray:
    gram = np.asarray(gp.kernel.gram(x))
    return gram.transpose(0, 2, 1, 3).reshape(2 * len(x), -1)


def by_hand(limit: str, t: float, seen: bool) -> np.ndarray:
    """The preconditioned score of the noised conditional law, by dense linear algebra."""
    noising = process_of(limit).noising
    signal, noise = float(noising.signal(t)), float(noising.noise_scale(t))
    joint = dense(CURL_FREE, jnp.concatenate([X, SEEN_X]))
    mean, covariance = np.zeros(2 * N), joint[: 2 * N, : 2 * N]
    if seen:
        gain = joint[: 2 * N, 2 * N :] @ np.linalg.inv(joint[2 * N :, 2 * N :])
        mean = gain @ np.asarray(SEEN_Y).ravel()
        covariance = covariance - gain @ joint[2 * N :, : 2 * N]
    root = dense(LIMITS[limit], X)
    noised = signal**2 * covariance + noise**2 * root
    plain = -np.linalg.solve(noised, np.asarray(Y).ravel() - signal * mean)
    return (root @ plain).reshape(N, 2)


@pytest.mark.parametrize("t", [0.001, 0.3, 1.0])
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("seen", [SEEN, NONE_SEEN, None], ids=["given", "masked", "free"])
def test_a_silent_network_leaves_the_exact_score(limit: str, t: float, seen: Any):
    score = RESIDUAL.bind(process_of(limit), silent, seen)(t, Y)
    expected = by_hand(limit, t, seen is SEEN)
    np.testing.assert_allclose(score, expected, rtol=1e-8, atol=1e-9)


def test_what_the_network_says_counts_as_in_edm():
    process, edm = process_of("curl-free"), gn.parametrisations.EDM(0.7)
    for t in (0.01, 0.8):
        parts = [
            part.bind(process, speaking)(t, Y) - part.bind(process, silent)(t, Y)
            for part in (RESIDUAL, edm)
        ]
        np.testing.assert_allclose(parts[0], parts[1], rtol=1e-9)
        assert float(jnp.abs(parts[0]).min()) > 0


def test_padding_of_points_and_observations_changes_nothing():
    mask = jnp.arange(N + 2) < N
    process = process_of("white", jnp.concatenate([X, X[:2]]), mask)
    padded = jnp.concatenate([Y, 9 * Y[:2]])
    x, y = (jnp.concatenate([part, part[:1]]) for part in (SEEN_X, SEEN_Y))
    more = gn.FieldSample(x, y, jnp.arange(N_SEEN + 1) < N_SEEN)
    found = RESIDUAL.bind(process, speaking, more)(0.2, padded)[:N]
    expected = RESIDUAL.bind(process_of("white"), speaking, SEEN)(0.2, Y)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def law_at(data: gn.GaussianProcess) -> Any:
    """The score at points, given values at others, as a function of all of them."""
    residual = gn.parametrisations.GaussianResidual(data)

    def score(x: Any, y: Any, seen_x: Any, seen_y: Any) -> Any:
        seen = gn.FieldSample(seen_x, seen_y)
        return residual.bind(process_of("white", x), silent, seen)(0.3, y)

    return jax.jit(score)


ARGUMENTS = ("points", VECTOR, "points", VECTOR)


def test_the_score_has_the_symmetry_of_the_process():
    assert_equivariant(law_at(CURL_FREE), PLANE, ARGUMENTS, VECTOR, key=jax.random.key(0))


def test_another_process_has_not():
    tilted = K.DirectSum((K.Matern32(1.0, 1.0), K.Matern32(1.0, 4.0)))
    with pytest.raises(AssertionError, match="under"):
        assert_equivariant(
            law_at(gn.GaussianProcess(tilted)), PLANE, ARGUMENTS, VECTOR, key=jax.random.key(0)
        )


KIND = gn.FieldType(PLANE, VECTOR)
NETWORK = gn.networks.EquivariantTransformer(KIND, unit_x=1.0, width=8, n_layers=1)


def test_a_model_refuses_a_process_without_its_symmetry():
    noising = process_of("white").noising
    lopsided = gn.GaussianProcess(K.White(1.0, 2), gn.gp.ConstantMean(jnp.array([0.0, 1.0])))
    with pytest.raises(ValueError, match=r"expected a residual of a process that is invariant"):
        gn.NeuralDiffusionProcess(noising, NETWORK, gn.parametrisations.GaussianResidual(lopsided))


def test_an_untrained_model_is_the_gaussian_process_given_observations():
    # At the end of a shorter schedule the law is not quite the limit, where the flow begins.
    noising = gn.sde.OrnsteinUhlenbeck(LIMITS["white"], gn.sde.LinearSchedule(beta_max=40.0))
    model = gn.NeuralDiffusionProcess(noising, NETWORK, RESIDUAL)
    trained = gn.TrainedProcess(model, model.init(SEEN, key=jax.random.key(0)))
    posterior = trained.condition(SEEN)
    found = posterior.log_prob(gn.FieldSample(X, Y), method=gn.sampling.Amortised())
    exact = CURL_FREE.condition(SEEN_X, SEEN_Y).log_prob(X, Y, latent=False)
    assert float(found) == pytest.approx(float(exact), abs=2e-3)
    assert abs(float(exact) - float(CURL_FREE.log_prob(X, Y))) > 0.1


def test_values_and_process_must_fit():
    with pytest.raises(ValueError, match="shape"):
        gn.parametrisations.GaussianResidual(SMOOTH).bind(process_of("white"), silent, SEEN)


def test_parts_that_are_not_known_take_no_part():
    """A wind beside a number: the score is that given what is known, whatever the rest says."""
    law = gn.GaussianProcess(
        K.PotentialCoupled(K.Matern52(1.0, 2.0), 1.5) + K.DirectSum((K.White(0.1, 2), K.White(0.1)))
    )
    noising = gn.sde.OrnsteinUhlenbeck(gn.GaussianProcess(K.White(1.0, 3)), gn.sde.LinearSchedule())
    residual = gn.parametrisations.GaussianResidual(law, 2.0, jitter=0.0, parts=(2, 1))
    y, seen_y = jnp.ones((N, 3)), jnp.asarray(DRAW.normal(size=(N_SEEN, 3)))
    flags = jnp.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    known = jnp.array([[True, True, False], [False, False, True], [True, True, True]])
    process = noising.at(X, None)
    exact = gn.sde.NoisedGaussian.of(process, law.condition(SEEN_X, seen_y, known))(0.3, y)
    for hidden in (0.0, 9.0):
        context = gn.FieldSample(SEEN_X, jnp.where(known, seen_y, hidden), covariates=flags)
        score = residual.bind(process, silent, context)(0.3, y)
        np.testing.assert_allclose(score, exact, atol=1e-9)
        assert bool(jnp.all(residual.observed(noising, context).y[~known] == 0))


def test_parts_have_to_fit_and_to_be_told():
    with pytest.raises(ValueError, match="expected parts of a value that add up to its 2"):
        gn.parametrisations.GaussianResidual(CURL_FREE, parts=(2, 1))
    residual = gn.parametrisations.GaussianResidual(CURL_FREE, parts=(1, 1))
    with pytest.raises(ValueError, match="expected at least 2 covariates of observations"):
        residual.bind(process_of("white"), silent, SEEN)
