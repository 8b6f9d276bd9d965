"""Draws of Gaussian processes in a ball: where, how many, and with the covariance of the law."""

import functools
from typing import Any

import jax
import numpy as np
import pytest
from standard_errors import assert_law, assert_mean

import geomndp as gn

LAWS = gn.data.vector_field_laws()
N_FIELDS, N_POINTS, RADIUS = 6000, 4, 3.0

EACH_LAW = pytest.mark.parametrize("name", LAWS)


@functools.cache
def drawn(name: str) -> gn.FieldSample:
    generator = gn.data.RandomFields(LAWS[name], n_points=N_POINTS, radius=RADIUS)
    return gn.fields.draw(generator, N_FIELDS, key=jax.random.key(0))


def covariance(name: str, x: np.ndarray) -> np.ndarray:
    """By formulas of its own, as a matrix on the values of all points in a row."""
    r = x[:, None] - x[None]
    across = np.stack([-r[..., 1], r[..., 0]], -1)
    identity = np.eye(2) + np.zeros((len(x), len(x), 1, 1))
    blocks = {
        "squared-exponential": identity,
        "curl-free": identity - r[..., :, None] * r[..., None, :] / 5,
        "divergence-free": identity - across[..., :, None] * across[..., None, :] / 5,
    }[name]
    blocks = np.exp(-np.sum(r**2, -1) / 10)[..., None, None] * blocks
    return blocks.swapaxes(1, 2).reshape(2 * len(x), -1) + 0.02 * np.eye(2 * len(x))


def whitened(fields: gn.FieldSample, name: str) -> np.ndarray:
    """Values of the fields with two real points, made independent by the covariance of a law."""
    two = np.asarray(fields.mask).sum(-1) == 2
    return np.stack(
        [
            np.linalg.solve(np.linalg.cholesky(covariance(name, x)), y.ravel())
            for x, y in zip(
                np.asarray(fields.x)[two, :2], np.asarray(fields.y)[two, :2], strict=True
            )
        ]
    )


@EACH_LAW
def test_draws_have_the_covariance_of_the_law(name: str):
    z = whitened(drawn(name), name)
    assert len(z) > N_FIELDS / 5
    assert_mean(z, 0)
    assert_mean(z[:, :, None] * z[:, None, :], np.eye(4))


def test_the_covariance_of_another_law_is_told_apart():
    z = whitened(drawn("curl-free"), "divergence-free")
    with pytest.raises(AssertionError, match="off by"):
        assert_mean(z[:, :, None] * z[:, None, :], np.eye(4))


@EACH_LAW
def test_a_coordinate_has_the_variance_that_is_said(name: str):
    assert gn.data.value_variance(LAWS[name], dim_x=2) == pytest.approx(1.02)
    values = np.asarray(drawn(name).y)[:, 0]
    assert_mean(values**2, 1.02)


def test_a_variance_is_the_mean_over_coordinates():
    kernel = gn.kernels.DirectSum((gn.kernels.White(1.0), gn.kernels.White(3.0)))
    assert gn.data.value_variance(gn.GaussianProcess(kernel), dim_x=2) == pytest.approx(2.0)


@EACH_LAW
def test_laws_are_invariant_to_rigid_motions(name: str):
    kind = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
    assert LAWS[name].is_invariant(kind)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_points_are_uniform_in_a_ball(dim: int):
    gp: Any = gn.GaussianProcess(gn.kernels.White(1.0))
    generator = gn.data.RandomFields(gp, n_points=2, radius=RADIUS, dim=dim)
    x = np.asarray(gn.fields.draw(generator, N_FIELDS, key=jax.random.key(1)).x)[:, 0]
    assert x.shape == (N_FIELDS, dim)
    distance = np.linalg.norm(x, axis=-1)
    assert distance.max() <= RADIUS * (1 + 1e-6)
    assert_law(distance, lambda r: (r / RADIUS) ** dim)
    # Moments of a ball: none of first order, R^2 / (d + 2) of second.
    assert_mean(x, 0)
    assert_mean(x[:, :, None] * x[:, None, :], np.eye(dim) * RADIUS**2 / (dim + 2))


def test_every_number_of_points_is_as_likely():
    counts = np.asarray(drawn("curl-free").mask).sum(-1)
    assert_mean(counts[:, None] == np.arange(1, N_POINTS + 1), 1 / N_POINTS)
    generator = gn.data.RandomFields(LAWS["curl-free"], n_points=4, least=3)
    fields = gn.fields.draw(generator, 50, key=jax.random.key(2))
    assert set(np.asarray(fields.mask).sum(-1)) == {3, 4}


@pytest.mark.parametrize(("few", "least"), [(1.0, 1), (0.5, 1), (0.5, 3)])
def test_few_points_come_as_often_as_said(few: float, least: int):
    generator = gn.data.RandomFields(LAWS["curl-free"], 12, least, few=few)
    masks = jax.vmap(lambda key: generator(key=key).mask)(jax.random.split(jax.random.key(4), 6000))
    n = np.arange(least, 13)
    of_octaves = np.log1p(1 / n) / np.log(13 / least)
    expected = few * of_octaves + (1 - few) / len(n)
    assert_mean(np.asarray(masks).sum(-1)[:, None] == n, expected)
    with pytest.raises(AssertionError, match="off by"):
        assert_mean(np.asarray(masks).sum(-1)[:, None] == n, 1 / len(n))


def test_padding_trails_and_repeats_the_first_point():
    fields = drawn("divergence-free")
    padded = ~np.asarray(fields.mask)
    assert (np.diff(padded.astype(int), axis=-1) >= 0).all()
    for part in (np.asarray(fields.x), np.asarray(fields.y)):
        first = np.broadcast_to(part[:, :1], part.shape)
        np.testing.assert_array_equal(part[padded], first[padded])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"least": 0}, "1 <= least <= n_points, got 0 and 64"),
        ({"n_points": 3, "least": 4}, "got 4 and 3"),
        ({"radius": 0.0}, "positive radius and dim >= 1, got 0.0 and 2"),
        ({"radius": float("nan")}, "positive radius"),
        ({"dim": 0}, "dim >= 1, got 10.0 and 0"),
        ({"few": 1.5}, "a share from 0 to 1, got 1.5"),
        ({"few": float("nan")}, "a share from 0 to 1"),
    ],
)
def test_balls_and_numbers_that_make_no_sense(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        gn.data.RandomFields(LAWS["curl-free"], **arguments)
