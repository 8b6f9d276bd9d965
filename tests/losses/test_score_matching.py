"""Every loss is least at the score of the noised data; those without a target differ by a number.

The data are Gaussian processes, so that the score is known.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import GAUSSIAN_NOISINGS, WITH_OWN, Case, case_of, points
from inventory import LOSSES, METRICS
from standard_errors import assert_mean, assert_same_mean

import geomndp as gn

N_FIELDS = 4_000
FRACTION = 0.45
N_DIRECTIONS = 3
GAUSSIAN_LOSSES = [name for name in LOSSES if name != "small-time"]
NAMES = ("ou-smooth-with-mean", "interpolant-divergence-free")


def perturbed(score: Callable[..., Any], steps: Any) -> Callable[..., Any]:
    """The score, and so much of itself, of a constant and of a function of no gradient more."""

    def of(t: Any, y: Any) -> Any:
        size = score(t, y)
        others = [size, jnp.ones_like(y), jnp.tanh(jnp.roll(y, 1, 0) - y[::-1])]
        return size + sum(step * other for step, other in zip(steps, others, strict=True))

    return of


def of_many_fields(case: Case, compute: Callable[..., Any]) -> Any:
    """What is computed of the exact score, of draws of the data at one time and of a key."""
    law = gn.sde.NoisedGaussian.of(case.process, case.data)
    t = case.noising.time_at(jnp.array(FRACTION))

    @jax.jit
    @jax.vmap
    def each(key: Any) -> Any:
        data, noise = jax.random.split(key)
        return compute(law, t, law.sample(0.0, key=data), noise)

    return jax.tree.map(np.asarray, each(jax.random.split(jax.random.key(0), N_FIELDS)))


def slopes(case: Case, at: Any) -> dict[str, np.ndarray]:
    """Of each loss in each direction, at the exact score and a step."""

    def compute(law: Any, t: Any, y0: Any, key: Any) -> Any:
        def of(loss: gn.losses.AbstractLoss) -> Any:
            return jax.grad(lambda s: loss(case.process, perturbed(law, s), y0, t, key=key))(at)

        return {name: of(LOSSES[name]) for name in GAUSSIAN_LOSSES}

    return of_many_fields(case, compute)


@pytest.fixture(scope="module", params=NAMES)
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(GAUSSIAN_NOISINGS[request.param], points(3))


def test_no_direction_leads_down_from_the_exact_score(case: Case):
    for slope in slopes(case, jnp.zeros(N_DIRECTIONS)).values():
        assert_mean(slope, 0)


def test_from_another_score_every_direction_leads_down(case: Case):
    for slope in slopes(case, 0.5 * jnp.ones(N_DIRECTIONS)).values():
        for direction in range(N_DIRECTIONS):
            with pytest.raises(AssertionError):
                assert_mean(slope[:, direction], 0)


SCORES = {"exact": (0.0, 0.0, 0.0), "other": (-0.3, 0.2, 0.0), "curled": (0.1, -0.5, 0.4)}


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_losses_with_and_without_a_target_differ_by_a_number(
    case: Case, metric: gn.losses.AbstractMetric
):
    """That is the trace of K M, for each point."""

    def compute(law: Any, t: Any, y0: Any, key: Any) -> Any:
        def of(loss: gn.losses.AbstractLoss, steps: Any) -> Any:
            return loss(case.process, perturbed(law, steps), y0, t, key=key)

        kinds = {
            "denoising": gn.losses.DenoisingScoreMatching(metric=metric),
            "implicit": gn.losses.ImplicitScoreMatching(metric=metric),
            "sliced": gn.losses.SlicedScoreMatching(n_probes=3, metric=metric),
        }
        return {
            name: {kind: of(loss, steps) for kind, loss in kinds.items()}
            for name, steps in SCORES.items()
        }

    covariance = np.asarray(case.limit_law.covariance)
    is_euclidean = isinstance(metric, gn.losses.EuclideanMetric)
    number = (np.trace(covariance) if is_euclidean else len(covariance)) / len(case.process.x)
    found = of_many_fields(case, compute)
    for losses in found.values():
        assert_mean(losses["denoising"] - losses["implicit"], number)
        assert_same_mean(losses["implicit"], losses["sliced"])
    with pytest.raises(AssertionError):
        assert_mean(found["exact"]["denoising"] - found["exact"]["implicit"], 2 * number)
    with pytest.raises(AssertionError):
        assert_same_mean(found["exact"]["implicit"], found["exact"]["sliced"] + number)


@pytest.mark.parametrize("name", WITH_OWN)
def test_flow_matching_is_the_regression_of_the_velocity(name: str):
    """The velocity of a path, by automatic differentiation of the path."""
    case = case_of(WITH_OWN[name])
    process, noising, loss = case.process, case.noising, gn.losses.FlowMatching()
    shape = process.mean.shape
    y0, key = jnp.asarray(np.random.default_rng(0).normal(size=shape)), jax.random.key(1)

    def velocity(t: Any, y: Any) -> Any:
        return jnp.sin(3 * y) + t

    def score(t: Any, y: Any) -> Any:
        return process.score_of_velocity(t, y, velocity(t, y))

    @jax.jit
    def both(t: Any) -> Any:
        noise = process.noise(y0, key=key)

        def path(t: Any) -> Any:
            return process.marginal_mean(t, y0) + noising.noise_scale(t) * noise

        y, target = jax.jvp(path, (t,), (jnp.ones_like(t),))
        rates = [jax.grad(f)(t) for f in (noising.signal, noising.noise_scale)]
        squared = jnp.mean(jnp.sum((velocity(t, y) - target) ** 2, -1))
        weight = 2 * noising.noise_scale(t) ** 2 / noising.diffusion(t) ** 2
        return loss(process, score, y0, t, key=key), weight * squared / sum(r**2 for r in rates)

    for fraction in (0.1, 0.5, 0.9):
        found, expected = both(noising.time_at(jnp.array(fraction)))
        assert float(found) == pytest.approx(float(expected), rel=1e-7)
        assert float(found) > 1e-6


@pytest.mark.parametrize("name", WITH_OWN)
def test_flow_matching_is_of_order_one_at_all_times(name: str):
    """Of the velocity zero, and with no weight of times."""
    case = case_of(WITH_OWN[name])
    process = case.process
    law = gn.sde.NoisedGaussian.of(process, case.data)
    loss = gn.losses.FlowMatching(gn.losses.LikelihoodWeighting())

    @jax.jit
    @jax.vmap
    def mean(fraction: Any) -> Any:
        def one(key: Any) -> Any:
            start, noise = jax.random.split(key)
            y0 = law.sample(0.0, key=start)
            still = lambda t, y: process.score_of_velocity(t, y, jnp.zeros_like(y))  # noqa: E731
            return loss(process, still, y0, case.noising.time_at(fraction), key=noise)

        return jnp.mean(jax.vmap(one)(jax.random.split(jax.random.key(0), 200)))

    sizes = np.asarray(mean(jnp.linspace(0, 1, 9)))
    assert sizes.min() > 0.2
    assert sizes.max() < 5


@pytest.mark.parametrize("name", GAUSSIAN_LOSSES)
def test_padding_has_no_influence(name: str):
    noising, loss, x = GAUSSIAN_NOISINGS["ou-curl-free"], LOSSES[name], points(5)
    y0 = jnp.asarray(np.random.default_rng(0).normal(size=(5, 2)))
    masks = {"some": jnp.arange(5) < 3, "none": jnp.zeros(5, bool), "all": jnp.ones(5, bool)}

    @jax.jit
    def of(y0: Any, x: Any, mask: Any) -> Any:
        def score(t: Any, y: Any) -> Any:  # of each point alone
            return jnp.sin(y) - t

        return loss(noising.at(x, mask), score, y0, 0.3, key=jax.random.key(2))

    expected = float(of(y0, x, masks["some"]))
    others = y0.at[3:].set(7.0), x.at[3:].set(x[:2])
    assert float(of(*others, masks["some"])) == pytest.approx(expected, rel=1e-9)
    assert float(of(y0, x, masks["all"])) != pytest.approx(expected, rel=1e-3)
    assert float(of(y0, x, masks["none"])) == 0


@pytest.mark.parametrize("n_probes", [0, -1])
def test_slices_without_a_probe_are_refused(n_probes: int):
    with pytest.raises(ValueError, match=f"at least 1 probe, got n_probes={n_probes}"):
        gn.losses.SlicedScoreMatching(n_probes=n_probes)
