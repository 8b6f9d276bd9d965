"""Random tasks: which points are given and which are to be learned."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.training import RandomConditioning, WholeField

N_KEYS = 4000
N_TARGETS, N_CONTEXT = 6, 5
PURE = [tuple(float(i == task) for i in range(4)) for task in range(4)]
MIXED = (0.15, 0.45, 0.25, 0.15)


N_POINTS = 40


def numbered(n_real: int) -> gn.FieldSample:
    """A series whose locations are the numbers of its points, from 0, with padding."""
    x = jnp.asarray(np.arange(n_real, dtype=np.float64)[:, None])
    return gn.FieldSample(x, jnp.concatenate([x, x + 0.5], 1), covariates=10 * x).pad(N_POINTS)


@jax.jit
def draw(weights, series, keys):
    """A task with weights that are not known to the compiler, so that it runs once."""
    task = eqx.tree_at(lambda task: task.weights, RandomConditioning(N_TARGETS, N_CONTEXT), weights)
    return jax.vmap(lambda key: task(series, key=key))(keys)


class Draws:
    """What a task made of one series with many keys: numbers of points, -1 for padding."""

    def __init__(self, weights: tuple[float, ...], series: gn.FieldSample, seed: int = 0):
        keys = jax.random.split(jax.random.key(seed), N_KEYS)
        context, target = draw(tuple(map(jnp.array, weights)), series, keys)
        assert target.x.shape == (N_KEYS, N_TARGETS, 1)
        assert context.x.shape == (N_KEYS, N_CONTEXT, 1)
        for part in (context, target):
            x, mask = np.asarray(part.x[..., 0]), np.asarray(part.mask)
            assert np.isfinite(part.x).all()
            assert np.isfinite(part.y).all()
            np.testing.assert_array_equal(np.asarray(part.y[..., 0])[mask], x[mask])
            np.testing.assert_array_equal(np.asarray(part.covariates[..., 0])[mask], 10 * x[mask])
        self.context, self.target = (
            np.where(part.mask, part.x[..., 0], -1).astype(int) for part in (context, target)
        )

    def rows(self):
        for context, target in zip(self.context, self.target, strict=True):
            yield context[context >= 0], target[target >= 0]


@pytest.fixture(scope="module", params=[1, 2, 3, 20, 40])
def draws(request: pytest.FixtureRequest) -> Draws:
    """Series of these numbers of points."""
    return Draws(MIXED, numbered(request.param))


def test_real_points_come_first_and_in_order(draws: Draws):
    for part in (draws.context, draws.target):
        real = part >= 0
        assert not (real[:, 1:] & ~real[:, :-1]).any()
        both = real[:, 1:] & real[:, :-1]
        assert (np.diff(part)[both] > 0).all()


def test_there_is_always_a_target(draws: Draws):
    assert (draws.target[:, 0] >= 0).all()


def test_no_point_is_given_and_asked_for(draws: Draws):
    assert not any(set(context) & set(target) for context, target in draws.rows())


def test_points_are_of_one_stretch(draws: Draws):
    """Evenly spaced by one, two or four points, and no longer than both limits together."""
    for context, target in draws.rows():
        points = np.sort(np.concatenate([context, target]))
        steps = np.diff(points)
        spacing = np.gcd.reduce(steps) if len(steps) else 1
        longest = (N_TARGETS + N_CONTEXT - 1) * max(spacing // 4 * 4, spacing // 2 * 2, 1)
        assert points[-1] - points[0] <= longest


def test_all_points_are_seen(draws: Draws):
    """Of a series that is no longer than the limits, all of it; of a longer one, each sometimes."""
    seen = set(draws.context.ravel()) | set(draws.target.ravel())
    asked = set(draws.target.ravel())
    assert len(seen - {-1}) == len(asked - {-1}) == max(asked) + 1
    counts = {len(context) + len(target) for context, target in draws.rows()}
    assert max(counts) == min(N_TARGETS + N_CONTEXT, max(asked) + 1)


def test_two_points():
    rows = {tuple(map(tuple, row)) for row in Draws(MIXED, numbered(2)).rows()}
    assert {((), (0, 1)), ((0,), (1,))} <= rows


def test_nothing_given():
    assert all(len(context) == 0 for context, _ in Draws(PURE[0], numbered(40)).rows())


def test_the_beginning_given():
    draws = list(Draws(PURE[1], numbered(40)).rows())
    assert all(len(c) == 0 or c[-1] < t[0] for c, t in draws)
    assert np.mean([len(c) > 0 for c, _ in draws]) > 0.9
    # Of a long beginning the end is kept: nothing lies between it and the targets.
    gaps = [(t[0] - c[-1]) for c, t in draws if len(c)]
    assert set(gaps) <= {1, 2, 4}


def test_both_ends_given():
    draws = [(c, t) for c, t in Draws(PURE[2], numbered(40)).rows() if len(c) + len(t) >= 3]
    assert all(c[0] < t[0] and t[-1] < c[-1] for c, t in draws)
    assert all(len(set(np.diff(t))) <= 1 for _, t in draws)  # one gap
    assert {len(t) for _, t in draws} == set(range(1, N_TARGETS + 1))


def test_random_points_given():
    draws = list(Draws(PURE[3], numbered(40)).rows())
    mixed = [((c[:, None] < t).any(0) & (c[:, None] > t).any(0)).any() for c, t in draws if len(c)]
    assert np.mean(mixed) > 0.3
    assert {len(t) for _, t in draws} == set(range(1, N_TARGETS + 1))


def pattern(context: np.ndarray, target: np.ndarray) -> str:
    if len(context) == 0:
        return "nothing"
    if context[-1] < target[0]:
        return "beginning"
    if target[-1] < context[-1] and context[0] < target[0] and len(set(np.diff(target))) <= 1:
        return "ends"
    return "points"


def shares(draws: Draws) -> np.ndarray:
    found = [pattern(*row) for row in draws.rows()]
    return np.array([found.count(k) for k in ("nothing", "beginning", "ends", "points")]) / N_KEYS


def test_tasks_occur_by_their_weights():
    """The shares of what can be seen are those of the four tasks alone, by their weights."""
    series = numbered(40)
    alone = np.array([shares(Draws(weights, series, seed=1)) for weights in PURE])
    assert (alone.argmax(1) == np.arange(4)).all()
    scaled = tuple(3 * weight for weight in MIXED)  # weights need not sum to 1
    for seed, weights in enumerate((MIXED, scaled)):
        found = shares(Draws(weights, series, seed=2 + seed))
        expected = np.array(MIXED) @ alone
        variance = expected * (1 - expected) + np.array(MIXED) ** 2 @ (alone * (1 - alone))
        assert (np.abs(found - expected) < 4 * np.sqrt(variance / N_KEYS)).all()


def test_the_whole_field():
    series = numbered(4)
    context, target = WholeField()(series, key=jax.random.key(0))
    assert context is None
    assert target is series
