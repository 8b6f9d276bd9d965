"""Densities with estimated divergences, beside exact ones of the same flow."""

from typing import Any

import jax
import jax.numpy as jnp
import pytest

import geomndp as gn
from geomndp.experiments import EstimatedDensities
from geomndp.experiments.conditional_scores import given_fields, normalised
from geomndp.experiments.estimated_densities import _number_of

INTEGRATOR = gn.likelihood.FixedGrid(n_nodes=18, n_substeps=1)


def test_estimates_of_a_trained_process_are_near_its_exact_densities():
    """Alone, and given values; nearer than by the same probes without the process as a control."""
    law: Any = gn.data.regression_laws()["squared-exponential"]
    trained = gn.load("regression1d-se")
    x = jnp.linspace(-0.5, 0.5, 6)[:, None]
    y = law.gp.sample(x, key=jax.random.key(0))
    rest = jnp.array([1, 2, 4, 5])
    seen, target = gn.FieldSample(x[::3], y[::3]), gn.FieldSample(x[rest], y[rest])
    estimated = EstimatedDensities(trained, law.gp, integrator=INTEGRATOR)
    probes = gn.likelihood.Hutchinson(4)
    for few, exactly in (
        (estimated, trained),
        (estimated.condition(seen), trained.condition(seen)),
    ):
        exact = exactly.log_prob(target, integrator=INTEGRATOR)
        plain = exactly.log_prob(
            target, divergence=probes, integrator=INTEGRATOR, key=jax.random.key(1)
        )
        error = float(few.log_prob(target) - exact)
        assert abs(error) < 0.1 * target.n_points
        assert abs(error) < abs(float(plain - exact))


def test_of_a_score_that_is_that_of_the_process_there_is_no_error():
    """A network of which nothing is left, so that the model is the process that it is beside."""
    gp = gn.experiments.vector_field_law("curl-free")
    fields = gn.fields.draw(gn.data.RandomFields(gp, 40, 40), 1, key=jax.random.key(5))
    (task,) = given_fields(fields, (25,), 15)
    model = gn.experiments.gp_fields_model(gp, "E2", width=8, n_layers=1, residual_of=gp)
    model = model.trained_with(25)
    trained = gn.TrainedProcess(model, model.network.init(jax.random.key(0), task.whole))
    law = trained.condition(task.context)
    exact = float(law.log_prob(task.target, integrator=INTEGRATOR)) / 15

    def estimate(process: gn.GaussianProcess, seed: int = 0) -> float:
        scored = EstimatedDensities(trained, process, 1, INTEGRATOR, seed)
        return normalised(scored, task)

    assert estimate(gp) == pytest.approx(exact, abs=1e-4)
    other = gn.experiments.vector_field_law("divergence-free")
    errors = [estimate(other, seed) - exact for seed in range(3)]
    assert max(map(abs, errors)) > 0.02  # of one probe, any may be small by chance
    assert abs(errors[0] - errors[1]) > 1e-3


def test_there_must_be_a_probe():
    law: Any = gn.data.regression_laws()["matern52"]
    scored = EstimatedDensities(gn.load("regression1d-matern52"), law.gp, n_probes=0)
    with pytest.raises(ValueError, match="n_probes"):
        scored.log_prob(gn.FieldSample(jnp.zeros((1, 1)), jnp.zeros((1, 1))))


def test_fields_with_the_same_first_value_have_probes_of_their_own():
    """Functions of steps have two values; where they are moved, probes stay what they were."""
    law = gn.data.regression_laws()["step"]
    drawn = gn.fields.draw(gn.data.RandomFunctions(law, 40, 40), 64, key=jax.random.key(0))
    assert len(set(drawn.y[:, 0, 0].tolist())) < 10
    different = {str(values) for values in drawn.y.tolist()}
    numbers = jax.vmap(_number_of)(drawn).tolist()
    assert len(set(numbers)) == len(different) > 50
    moved = gn.FieldSample(drawn.x + 4.0, drawn.y, drawn.mask)
    assert jax.vmap(_number_of)(moved).tolist() == numbers
