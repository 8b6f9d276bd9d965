"""Scalar fields on the globe, such as temperature: trained, given observations, and turned."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

GLOBE = gn.manifolds.Sphere(2)
LAW = gn.GaussianProcess(
    gn.kernels.SphericalMatern(1.5, 0.5, variance=9.0) + gn.kernels.White(0.05)
)
KIND = gn.FieldType(gn.groups.O(3), gn.representations.Trivial(1), domain=GLOBE)
N_GIVEN, N_TOLD = 12, 20


def draws(n: int, seed: int) -> gn.FieldSample:
    keys = jax.random.split(jax.random.key(seed), n)
    x = GLOBE.random_uniform((n, N_GIVEN + N_TOLD), key=jax.random.key(seed + 1))
    return gn.FieldSample(x, jax.jit(jax.vmap(lambda x, key: LAW.sample(x, key=key)))(x, keys))


@pytest.fixture(scope="module")
def trained() -> gn.TrainedProcess:
    network = gn.networks.SphereEquivariant(
        KIND, unit_x=0.5, width=16, n_layers=2, n_channels=4, pair_width=8
    )
    white = gn.GaussianProcess(gn.kernels.White(9.0))
    noising = gn.sde.OrnsteinUhlenbeck(white, gn.sde.LinearSchedule())
    model = gn.NeuralDiffusionProcess(noising, network, n_context=N_GIVEN)
    config = gn.training.TrainingConfig(n_steps=250, batch_size=16, learning_rate=5e-3)
    task = gn.training.RandomContext(N_GIVEN, without=0.2)
    result = gn.training.fit(model, draws(400, 0), key=jax.random.key(2), config=config, task=task)
    return gn.TrainedProcess(model, result.params)


@pytest.mark.slow
def test_temperatures_are_told_from_some_of_them(trained: gn.TrainedProcess):
    """Better than the mean of the law, and no better than the exact posterior."""
    solver = gn.sampling.Amortised(gn.solvers.DPMSolver(n_steps=8))
    ours, exact, of_law = [], [], []
    for number in range(12):
        field = jax.tree.map(lambda part: part[0], draws(1, 100 + number))
        seen = gn.FieldSample(field.x[:N_GIVEN], field.y[:N_GIVEN])
        x, truth = field.x[N_GIVEN:], field.y[N_GIVEN:]
        posterior = trained.condition(seen)
        members = posterior.sample(x, n_samples=24, method=solver, key=jax.random.key(number))
        ours.append(np.mean((members.mean(0) - truth) ** 2))
        exact.append(np.mean((LAW.condition(seen.x, seen.y).mean(x) - truth) ** 2))
        of_law.append(np.mean(truth**2))
    assert np.mean(exact) < np.mean(ours) < 0.9 * np.mean(of_law)


@pytest.mark.slow
def test_a_turned_globe_has_turned_temperatures(trained: gn.TrainedProcess):
    field = jax.tree.map(lambda part: part[0], draws(1, 7))
    g = KIND.group.sample(key=jax.random.key(1), determinant=-1)
    params = jax.tree.map(lambda leaf: leaf.astype(float), trained.params)
    score = trained.model.score(params)
    evaluate = jax.jit(lambda x: score(0.2, x, field.y, jnp.ones(len(field.x), bool)))
    here = evaluate(field.x)
    there = evaluate(KIND.act(g, field.x, field.y)[0])
    np.testing.assert_allclose(there, here, atol=1e-9 * np.abs(here).max())
    other = evaluate(field.x[::-1])
    assert np.abs(other - here).max() > 1e-3 * np.abs(here).max()
