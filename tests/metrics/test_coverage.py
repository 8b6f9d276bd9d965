"""Coverage of central regions: exact for exchangeable draws, and only for those."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.metrics import (
    mean_and_standard_error,
    pit_histogram,
    pit_interval,
    region_coverage,
)

GLOBE = gn.manifolds.Sphere(2)
N_CASES = 4000


def cloud(n: int, seed: int, spread: float = 0.3) -> jax.Array:
    """Draws of a skew law on the globe, each case with a centre of its own."""
    centre = np.random.default_rng(99).normal(size=(N_CASES, 3))
    noise = np.random.default_rng(seed).exponential(size=(n, N_CASES, 3)) - 1
    centre = centre / np.linalg.norm(centre, axis=-1, keepdims=True)
    return GLOBE.project(jnp.asarray(centre + spread * noise))


def excess(level: float, n_members: int, spread: float = 0.3) -> float:
    """Coverage above its nominal level, in standard errors."""
    truth, samples = cloud(1, 0)[0], cloud(n_members, 1, spread)
    found = mean_and_standard_error(region_coverage(GLOBE, samples, truth, level))
    return (found.mean - level) / found.standard_error


@pytest.mark.parametrize("n_members", [2, 9, 32])
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_exchangeable_draws_are_covered_at_the_nominal_level(level: float, n_members: int):
    assert abs(excess(level, n_members)) < 4


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_ensembles_too_narrow_or_too_wide_are_found(level: float):
    assert excess(level, 16, spread=0.15) < -10
    assert excess(level, 16, spread=0.6) > 10


def test_a_displaced_ensemble_is_found():
    truth, samples = cloud(1, 0)[0], cloud(16, 1)
    away = GLOBE.exp(truth, GLOBE.project_tangent(truth, jnp.ones_like(truth)))
    found = mean_and_standard_error(region_coverage(GLOBE, samples, away, 0.9))
    assert found.mean < 0.9 - 10 * found.standard_error


@pytest.mark.parametrize("n_members", [4, 6])
def test_places_of_exchangeable_draws_are_uniform(n_members: int):
    """Also where there are 7 ranks for 5 bins."""
    lower, upper = pit_interval(GLOBE, cloud(n_members, 1), cloud(1, 0)[0])
    np.testing.assert_allclose(upper - lower, 1 / (n_members + 1), atol=1e-12)
    counts = N_CASES * np.asarray(pit_histogram(lower, upper, 5))
    # 5 cells: the 0.9999 quantile of chi squared with 4 degrees of freedom is 23.5. A case that is
    # spread over two cells only makes it smaller.
    assert np.sum((counts - N_CASES / 5) ** 2) / (N_CASES / 5) < 23.5


@pytest.mark.parametrize(("spread", "bin"), [(0.15, -1), (0.6, 0)])
def test_histograms_show_ensembles_too_narrow_or_too_wide(spread: float, bin: int):
    shares = pit_histogram(*pit_interval(GLOBE, cloud(16, 1, spread), cloud(1, 0)[0]), 5)
    assert np.argmax(shares) == bin % 5
    assert shares[bin] > 0.3


@pytest.mark.parametrize("n_bins", [1, 3, 4, 10])
def test_a_histogram_is_the_coverage_of_regions(n_bins: int):
    truth, samples = cloud(1, 0)[0][:200], cloud(9, 1, 0.2)[:, :200]
    levels = np.linspace(0, 1, n_bins + 1).tolist()
    covered = [region_coverage(GLOBE, samples, truth, level).mean() for level in levels]
    shares = pit_histogram(*pit_interval(GLOBE, samples, truth), n_bins)
    np.testing.assert_allclose(shares, np.diff(covered), atol=1e-12)
    assert shares.sum() == pytest.approx(1)


def test_each_rank_once_fills_any_bins_evenly():
    lower = np.arange(33) / 33
    np.testing.assert_allclose(pit_histogram(lower, lower + 1 / 33), np.full(10, 0.1), atol=1e-12)


@pytest.mark.parametrize(
    ("lower", "upper", "n_bins"), [([], [], 10), ([0.5], [0.5], 10), ([0.0], [1.0], 0)]
)
def test_histograms_of_nothing_are_refused(lower: list, upper: list, n_bins: int):
    with pytest.raises(ValueError, match="expected at least one bin and intervals"):
        pit_histogram(np.array(lower), np.array(upper), n_bins)


def test_expectation_over_all_positions_of_the_truth_is_exactly_the_level():
    # Exchangeability is a finite sum: let each of the points be the truth in turn.
    points = cloud(6, 3)[:, :50]
    for level in (0.0, 0.1, 0.5, 0.77, 1.0):
        covered = [
            region_coverage(GLOBE, jnp.delete(points, i, 0), points[i], level) for i in range(6)
        ]
        assert jnp.allclose(jnp.mean(jnp.stack(covered), 0), level, atol=1e-12, rtol=0)


def test_ties_share_their_places():
    samples, truth = jnp.zeros((3, 1)), jnp.zeros(1)
    line = gn.manifolds.Euclidean(1)
    assert [float(end) for end in pit_interval(line, samples, truth)] == [0, 1]
    assert float(region_coverage(line, samples, truth, 0.6)) == pytest.approx(0.6)


def test_by_hand():
    line, samples = gn.manifolds.Euclidean(1), jnp.array([[0.0], [1.0], [3.0]])
    outside, inside = jnp.array([10.0]), jnp.array([1.5])
    assert [float(end) for end in pit_interval(line, samples, outside)] == [0.75, 1]
    assert float(region_coverage(line, samples, outside, 0.75)) == 0
    assert float(region_coverage(line, samples, outside, 0.9)) == pytest.approx(0.6)
    assert float(region_coverage(line, samples, inside, 0.5)) == 1


@pytest.mark.parametrize("of_truth", [True, False])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_finite_is_not_covered_nor_central(of_truth: bool, value: float):
    line = gn.manifolds.Euclidean(1)
    samples, truth = jnp.array([[0.0], [1.0], [3.0]]), jnp.array([1.5])
    samples, truth = (samples, truth * value) if of_truth else (samples.at[1].set(value), truth)
    assert np.isnan(region_coverage(line, samples, truth, 0.9))
    lower, upper = pit_interval(line, samples, truth)
    assert np.isnan([lower, upper]).all()
    with pytest.raises(ValueError, match="expected at least one bin and intervals"):
        pit_histogram(lower[None], upper[None])


@pytest.mark.parametrize("level", [-0.1, 90.0, float("nan")])
def test_levels_that_are_no_share_are_refused(level: float):
    with pytest.raises(ValueError, match="expected a level from 0 to 1"):
        region_coverage(GLOBE, cloud(3, 0), cloud(1, 1)[0], level)


def test_an_ensemble_of_one_is_refused():
    with pytest.raises(ValueError, match="at least 2 ensemble members, got 1"):
        pit_interval(GLOBE, cloud(1, 0), cloud(1, 1)[0])
