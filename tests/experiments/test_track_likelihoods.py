"""Log-likelihoods of tracks: dequantised, and exact where the law is known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import tiny_model, tiny_process
from tracks_by_hand import track_on_the_equator

import geomndp as gn
from geomndp.baselines import ChartGaussianProcess
from geomndp.experiments import (
    TrackTask,
    dequantised,
    extrapolation_cases,
    score_log_likelihoods,
)
from geomndp.experiments.track_inputs import at_fixes

KEY = jax.random.key(0)
TRACKS = [
    track_on_the_equator(50, id=id, season=season) for id, season in (("A", 2019), ("B", 2020))
]


def test_positions_move_by_up_to_half_of_a_tenth_of_a_degree():
    field = track_on_the_equator(320).field()
    moved = dequantised(field, key=jax.random.key(0))
    before, after = (gn.manifolds.to_geographic(part.y) for part in (field, moved))
    for old, new in zip(before, after, strict=True):
        shift = (np.asarray(new - old) + 180) % 360 - 180
        assert np.abs(shift).max() < 0.0501
        assert np.std(shift) == pytest.approx(0.1 / 12**0.5, rel=0.1)
        assert abs(shift.mean()) < 0.006
    np.testing.assert_array_equal(moved.x, field.x)


def test_a_model_that_knows_nothing_has_the_uniform_law():
    """A score of 0 leaves the values where they are: every point has the density 1 / 4 pi."""
    still = jax.tree.map(jnp.zeros_like, tiny_process().params)
    model = gn.TrainedProcess(tiny_model().trained_with(20), still)
    task = TrackTask(extrapolation_cases(TRACKS), {}, ())
    report = score_log_likelihoods(
        {"model": model},
        {"extrapolation-50": task},
        n_storms=2,
        divergence=gn.likelihood.Hutchinson(n_probes=1),  # of 0 it is exact, and compiles fast
        key=jax.random.key(0),
    )
    for what, n in (("track", 50), ("hidden", 30)):
        figures = report["extrapolation-50"][what]["model"]
        assert figures["mean"] == pytest.approx(-n * np.log(4 * np.pi), rel=1e-5)
        assert figures["n"] == 2


def test_gaussian_processes_in_charts_tell_the_hidden_part():
    rule = ChartGaussianProcess(gn.kernels.Matern52(2.0, 0.01), 1e-6)
    case = extrapolation_cases(TRACKS)[0]
    task = TrackTask(
        [case, case],
        {"gp": rule, "persistence": gn.baselines.Persistence(gn.manifolds.Sphere(2))},
        (),
    )
    report = score_log_likelihoods({}, {"extrapolation-50": task}, n_storms=2, key=KEY)
    assert list(report["extrapolation-50"]) == ["hidden"]
    (figures,) = report["extrapolation-50"]["hidden"].values()
    # Of positions that are told apart by what dequantises them, to the noise of the process.
    noisier = ChartGaussianProcess(rule.kernel, 1e-6 + np.deg2rad(0.1) ** 2 / 12)
    values = [
        float(noisier.log_prob(at_fixes(moved, case.given), at_fixes(moved, case.hidden)))
        for number in range(2)
        for moved in [dequantised(case.track.field(), key=jax.random.fold_in(KEY, number))]
    ]
    assert figures["mean"] == pytest.approx(np.mean(values), rel=1e-6)
    assert figures["standard_error"] > 0


def test_other_tasks_have_no_log_likelihood():
    task = TrackTask(extrapolation_cases(TRACKS), {}, ())
    found = score_log_likelihoods(
        {"model": tiny_process()}, {"gap": task}, n_storms=2, key=jax.random.key(0)
    )
    assert found == {}
