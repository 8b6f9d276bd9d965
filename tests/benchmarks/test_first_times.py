"""Scores from other first times: that they are of these times, and what is claimed of them."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn

NAME = "first_times"


@pytest.mark.parametrize("t_min", [1e-3, 0.1])
def test_a_process_that_starts_later_has_the_density_of_the_noised_values(
    functions: dict[str, Any], t_min: float
):
    """Of a model that has the score of its limit, whose marginals are all that limit."""
    kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(1))
    network = gn.networks.TranslationInvariantTransformer(kind, width=8, n_layers=1, n_heads=2)
    limit = gn.GaussianProcess(gn.kernels.White(2.0))
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
    model = gn.NeuralDiffusionProcess(noising, network, gn.parametrisations.EDM(2.0))
    x = jnp.arange(4.0)[:, None]
    sample = gn.FieldSample(x, jnp.sin(x))
    trained = gn.TrainedProcess(model, model.init(sample, key=jax.random.key(0)))
    later = functions["starting_at"](trained, t_min)
    assert later.model.noising.t_min == t_min != trained.model.noising.t_min
    noise = functions["noise_variance"](later)
    beta = noising.schedule.integral(jnp.array(t_min))
    assert noise == pytest.approx(float(2 * -jnp.expm1(-beta)), rel=1e-5)
    np.testing.assert_allclose(
        later.log_prob(sample), limit.log_prob(sample.x, sample.y), rtol=1e-4
    )


def test_an_earlier_time_that_gives_less_is_told(functions: dict[str, Any], kept: dict[str, Any]):
    assert set(kept["laws"]) == set(functions["LAWS"])
    assert not functions["failures"](kept)
    row = next(iter(kept["laws"]["sawtooth"]["scores"].values()))
    row["0.002"]["mean"] = row["0.0005"]["mean"] + 1
    assert len(functions["failures"](kept)) == 1
