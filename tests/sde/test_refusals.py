"""What Gaussian noising processes refuse, in words."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import jaxtyping
import pytest
from gaussian_cases import DATA, WHITE, points

import geomndp as gn

NOISING = gn.sde.OrnsteinUhlenbeck(WHITE, gn.sde.LinearSchedule())


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: NOISING.at(jnp.zeros((0, 1))), r"n_points > 0, got \(0, 1\)"),
        (lambda: NOISING.at(jnp.zeros((2, 1)), jnp.ones(3, bool)), "mask of 2 bools.* got bool"),
        (
            lambda: NOISING.at(points()).sample_marginal(
                0.5, jnp.zeros((3, 1)), key=jax.random.key(0)
            ),
            r"values of shape \(4, 1\).* got \(3, 1\)",
        ),
        (lambda: NOISING.at(points()).log_prob_limit(jnp.zeros((4, 2))), r"got \(4, 2\)"),
        (
            lambda: NOISING.at(points()).marginal_score(1.5, jnp.zeros((4, 1)), jnp.zeros((4, 1))),
            "times from 0 to 1.0, got 1.5",
        ),
        (
            lambda: NOISING.at(points()).sample_marginal(
                -0.1, jnp.zeros((4, 1)), key=jax.random.key(0)
            ),
            "times from 0 to 1.0, got -0.1",
        ),
        (lambda: gn.sde.ExactGaussianScore(NOISING, DATA[2]), "1 coordinates .* got 2"),
        (lambda: gn.sde.LinearInterpolant(WHITE, t_max=1.0), "t_max < 1, got 0.0005 and 1.0"),
        (lambda: gn.sde.LinearInterpolant(WHITE, t_min=0.0), "0 < t_min"),
    ],
)
def test_what_makes_no_sense_is_refused(
    attempt: Callable[[], Any], message: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # as it is for users
    with pytest.raises(ValueError, match=message):
        attempt()


def test_only_gaussian_noising_has_normal_laws():
    motion = gn.sde.BrownianMotion(gn.manifolds.Euclidean(1), gn.sde.LinearSchedule())
    with pytest.raises(TypeError, match="expected a Gaussian noising process, got BrownianMotion"):
        gn.sde.NoisedGaussian.of(motion.at(points()), DATA[1])
