"""Laws that every baseline keeps, and the errors on real storms that are known from elsewhere."""

import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest

import geomndp as gn
from geomndp.baselines import (
    AbstractBaseline,
    GeodesicInterpolation,
    GeodesicRegression,
    HermiteInterpolation,
    Persistence,
)

GLOBE = gn.manifolds.Sphere(2)
BASELINES = [
    Persistence(GLOBE),
    GeodesicInterpolation(GLOBE),
    HermiteInterpolation(GLOBE),
    GeodesicRegression(GLOBE),
]
INTERPOLATING = BASELINES[:3]
TIMES = np.array([0.0, 0.25, 0.5, 2.5, 2.75, 3.5])


def name_of(baseline: AbstractBaseline) -> str:
    return f"{type(baseline).__name__}-{baseline.manifold}"


def wandering_path() -> gn.FieldSample:
    """A track over the date line."""
    latitude = jnp.array([10.0, 10.4, 11.0, 15.0, 15.2, 19.0])
    longitude = jnp.array([176.0, 176.9, 177.5, 183.0, 184.0, 184.5])
    y = gn.manifolds.from_geographic(latitude, longitude)
    return gn.FieldSample(jnp.asarray(TIMES)[:, None], y)


def great_circle(times: np.ndarray, angular_speed: float = 0.4) -> jax.Array:
    """Constant speed along a tilted great circle, written out in sines and cosines."""
    start, along = np.array([0.6, 0.0, 0.8]), np.array([0.0, 1.0, 0.0])
    angle = angular_speed * times[:, None] - 0.3
    return jnp.asarray(np.cos(angle) * start + np.sin(angle) * along)


QUERIES = np.array([-0.5, 0.1, 0.25, 1.7, 2.6, 3.5, 5.0])


@pytest.mark.parametrize("baseline", BASELINES, ids=name_of)
def test_motion_of_constant_speed_on_a_great_circle_is_reproduced(baseline: AbstractBaseline):
    context = gn.FieldSample(jnp.asarray(TIMES)[:, None], great_circle(TIMES))
    guess = baseline(context, jnp.asarray(QUERIES)[:, None])
    tolerance = 1e-4 if isinstance(baseline, GeodesicRegression) else 1e-12
    assert float(GLOBE.dist(guess, great_circle(QUERIES)).max()) < tolerance


@pytest.mark.parametrize("baseline", BASELINES, ids=name_of)
def test_trailing_padding_changes_nothing(baseline: AbstractBaseline):
    context, x = wandering_path(), jnp.asarray(QUERIES)[:, None]
    padded = context.pad(11)
    far_away = padded.y.at[6:].set(jnp.array([0.0, 0.0, -1.0])[None])
    hostile = gn.FieldSample(padded.x.at[6:].add(-9.0), far_away, padded.mask)
    expected = baseline(context, x)
    assert jnp.allclose(baseline(padded, x), expected, atol=1e-12, rtol=0)
    assert jnp.allclose(baseline(hostile, x), expected, atol=1e-12, rtol=0)


@pytest.mark.parametrize("baseline", BASELINES, ids=name_of)
def test_a_rotation_of_the_globe_and_a_shift_of_the_clock_are_followed(baseline: AbstractBaseline):
    context, x = wandering_path(), jnp.asarray(QUERIES)[:, None]
    rotation, _ = jnp.linalg.qr(jnp.asarray(np.random.default_rng(0).normal(size=(3, 3))))
    moved = gn.FieldSample(context.x + 40.0, context.y @ rotation.T)
    tolerance = 1e-5 if isinstance(baseline, GeodesicRegression) else 1e-10
    expected = baseline(context, x) @ rotation.T
    assert jnp.allclose(baseline(moved, x + 40.0), expected, atol=tolerance, rtol=0)
    assert not jnp.allclose(baseline(context, x + 40.0), expected, atol=1e-2, rtol=0)


@pytest.mark.parametrize("baseline", INTERPOLATING, ids=name_of)
def test_the_context_is_met(baseline: AbstractBaseline):
    context = wandering_path()
    assert float(GLOBE.dist(baseline(context, context.x), context.y).max()) < 1e-12


@pytest.mark.parametrize("baseline", INTERPOLATING, ids=name_of)
def test_compiled_and_batched_results_are_the_same(baseline: AbstractBaseline):
    short = gn.FieldSample(jnp.asarray(TIMES[:4])[:, None], great_circle(TIMES[:4]))
    x = jnp.asarray(QUERIES)[:, None]
    batch = gn.FieldSample.stack([wandering_path(), short])
    together = jax.jit(jax.vmap(baseline, (0, None)))(batch, x)
    for result, context in zip(together, [wandering_path(), short], strict=True):
        assert jnp.allclose(result, baseline(context, x), atol=1e-12, rtol=0)


def test_persistence_does_not_look_ahead():
    context, x = wandering_path(), jnp.array([[1.7]])
    first_three = gn.FieldSample(context.x[:3], context.y[:3])
    found, expected = Persistence(GLOBE)(context, x), Persistence(GLOBE)(first_three, x)
    assert jnp.allclose(found, expected, atol=1e-15, rtol=0)
    assert not jnp.allclose(GeodesicInterpolation(GLOBE)(context, x), expected, atol=1e-3, rtol=0)


def test_hermite_interpolation_in_the_plane_is_the_cubic_of_scipy():
    from scipy.interpolate import CubicHermiteSpline

    times, values = np.array([0.0, 0.5, 2.5, 3.5]), np.array([[0.0, 1], [1, 1.5], [3, -1], [3, 2]])
    slopes = [(values[1] - values[0]) / 0.5, (values[3] - values[2]) / 1.0]
    spline = CubicHermiteSpline(times[1:3], values[1:3], slopes)
    x = np.linspace(0.5, 2.5, 9)
    context = gn.FieldSample(jnp.asarray(times)[:, None], jnp.asarray(values))
    found = HermiteInterpolation(gn.manifolds.Euclidean(2))(context, jnp.asarray(x)[:, None])
    assert np.allclose(found, spline(x), atol=1e-12)


def test_hermite_interpolation_enters_and_leaves_a_gap_with_the_velocity_outside():
    context, step = wandering_path(), 1e-6
    x = jnp.array([[0.5 + step], [2.5 - step]])
    start, end = HermiteInterpolation(GLOBE)(context, x)
    before = -GLOBE.log(context.y[2], context.y[1]) / 0.25
    after = GLOBE.log(context.y[3], context.y[4]) / 0.25
    assert jnp.allclose(GLOBE.log(context.y[2], start) / step, before, atol=1e-5, rtol=0)
    assert jnp.allclose(-GLOBE.log(context.y[3], end) / step, after, atol=1e-5, rtol=0)


def test_regression_is_the_least_squares_geodesic():
    rng = np.random.default_rng(3)
    times = np.linspace(0, 4, 12)
    y = GLOBE.project(great_circle(times) + jnp.asarray(0.02 * rng.normal(size=(12, 3))))
    context = gn.FieldSample(jnp.asarray(times)[:, None], y)
    first, last = GeodesicRegression(GLOBE)(context, jnp.array([[0.0], [4.0]]))

    def loss(ends: jax.Array) -> jax.Array:
        """Sum of squared distances of the geodesic with these ends."""
        start = jnp.broadcast_to(GLOBE.project(ends[0]), y.shape)
        velocity = GLOBE.log(start, jnp.broadcast_to(GLOBE.project(ends[1]), y.shape))
        fraction = jnp.asarray(times / 4)[:, None]
        return jnp.sum(GLOBE.dist(GLOBE.exp(start, fraction * velocity), y) ** 2)

    value_and_slope = jax.jit(jax.value_and_grad(loss))
    value, slope = value_and_slope(jnp.stack([first, last]))
    # Against the geodesic through the first and last points, which are off by noise.
    naive_value, naive_slope = value_and_slope(jnp.stack([y[0], y[-1]]))
    assert float(jnp.linalg.norm(slope)) < 1e-3 * float(jnp.linalg.norm(naive_slope))
    assert float(value) < float(naive_value)


@pytest.mark.parametrize("baseline", BASELINES, ids=name_of)
def test_too_few_points_are_refused(baseline: AbstractBaseline):
    least = 3 if isinstance(baseline, GeodesicRegression) else 2
    context = wandering_path()
    short = gn.FieldSample(context.x, context.y, jnp.arange(6) < least - 1)
    with pytest.raises(ValueError, match=f"at least {least} context points, got {least - 1}"):
        baseline(short, jnp.array([[1.0]]))
    assert baseline(
        gn.FieldSample(context.x, context.y, jnp.arange(6) < least), jnp.array([[1.0]])
    ).shape == (1, 3)


@pytest.mark.parametrize("baseline", BASELINES, ids=name_of)
@pytest.mark.parametrize("times", [[0.0, 1.0, 1.0, 2.0], [0.0, 2.0, 1.0, 3.0]])
def test_times_out_of_order_are_refused(baseline: AbstractBaseline, times: list[float]):
    context = gn.FieldSample(jnp.array(times)[:, None], wandering_path().y[:4])
    with pytest.raises(ValueError, match=r"got 1\.0 after [12]\.0 at point 2"):
        baseline(context, jnp.array([[1.0]]))


def test_values_of_another_dimension_are_refused():
    context = gn.FieldSample(jnp.asarray(TIMES)[:, None], jnp.zeros((6, 2)))
    with pytest.raises(ValueError, match=r"expected x and y of shapes \(6, 1\) and \(6, 3\)"):
        Persistence(GLOBE)(context, jnp.array([[1.0]]))


def test_regression_off_the_sphere_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # as it is for users
    with pytest.raises(TypeError, match="expected a Sphere"):
        GeodesicRegression(gn.manifolds.Euclidean(2))  # pyright: ignore[reportArgumentType]
