"""Attention with rotary positions: what is turned, and what the network refuses."""

from typing import Any

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.networks.rotary_layer import Located, RotaryLayer
from geomndp.networks.rotary_layer import turn as turn_by

SERIES = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(1))


def tiny(kind: gn.FieldType = SERIES, **settings: Any) -> gn.networks.RotaryTransformer:
    return gn.networks.RotaryTransformer(
        kind, **{"width": 8, "n_layers": 1, "n_heads": 2, **settings}
    )


def normal(seed: int, *shape: int) -> jax.Array:
    return jax.random.normal(jax.random.key(seed), shape)


def turn(features: jax.Array, phases: jax.Array) -> jax.Array:
    return turn_by(features, jnp.cos(phases), jnp.sin(phases))


def located(features: jax.Array, phases: jax.Array, mask: jax.Array) -> Located:
    return Located(features, jnp.cos(phases), jnp.sin(phases), mask)


def as_complex(features: jax.Array) -> np.ndarray:
    first, second = np.split(np.asarray(features), 2, -1)
    return first + 1j * second


def test_features_are_turned_as_complex_numbers():
    features, phases = normal(0, 5, 2, 6), normal(1, 5, 2, 3)
    expected = as_complex(features) * np.exp(1j * np.asarray(phases))
    np.testing.assert_allclose(as_complex(turn(features, phases)), expected, atol=1e-12)


def test_queries_meet_keys_by_the_difference_of_phases():
    query, key, at, source = normal(0, 1, 1, 8), normal(1, 1, 1, 8), normal(2, 1, 1, 4), jnp.ones(4)
    source = source[None, None]
    met = jnp.sum(turn(query, at) * turn(key, source))
    np.testing.assert_allclose(met, jnp.sum(query * turn(key, source - at)), atol=1e-12)
    assert abs(met - jnp.sum(query * turn(key, source + at))) > 0.1


def test_with_even_weights_a_point_receives_terms_of_a_fourier_series():
    """Of the real sources, by complex exponentials of the way to each."""
    here, there = 3 * normal(1, 4, 2, 2), 3 * normal(3, 6, 2, 2)
    points = located(normal(0, 4, 8), here, jnp.ones(4, bool))
    sources = located(normal(2, 6, 8), there, jnp.arange(6) < 5)
    transformed = hk.without_apply_rng(hk.transform(lambda a, b: RotaryLayer()(a, b)))
    params = transformed.init(jax.random.key(0), points, sources)
    silent = {"layer/~_turned/query", "layer/contract"}
    params = {
        module: {name: jnp.zeros_like(w) if module in silent else w for name, w in parts.items()}
        for module, parts in params.items()
    }
    received = transformed.apply(params, points, sources) - points.features

    held = np.asarray(sources.features)[:5]
    held = (held - held.mean(-1, keepdims=True)) / np.sqrt(held.var(-1, keepdims=True) + 1e-5)
    learned = jax.tree.map(np.asarray, params)
    value = as_complex((held @ learned["layer/~_turned/value"]["w"]).reshape(5, 2, 4))
    way = np.asarray(there)[None, :5] - np.asarray(here)[:, None]
    mean = (np.exp(1j * way) * value).mean(1)
    carried = np.concatenate([mean.real, mean.imag], -1).reshape(4, 8)
    expected = carried @ learned["layer/message"]["w"] + learned["layer/message"]["b"]
    np.testing.assert_allclose(received, expected, atol=1e-10)


def test_waves_are_of_the_lengths_asked_for_and_run_along_every_axis():
    network = tiny(
        gn.FieldType(gn.groups.T(2), gn.representations.Trivial(1)),
        width=16,
        unit_x=3.0,
        wavelengths=(0.5, 8.0),
    )
    numbers = np.stack([network._phases(3.0 * step[None])[0] for step in jnp.eye(2)])
    assert ((numbers != 0).sum(0) == 1).all()  # each wave runs along one axis,
    assert ((numbers != 0).sum((1, 2)) == 4).all()  # and half of them along either
    lengths = np.sort(2 * np.pi / numbers.sum(0).ravel())
    np.testing.assert_allclose(lengths, 0.5 * 16.0 ** (np.arange(8) / 8))


def test_far_points_are_told_apart_to_a_fraction_of_the_shortest_wave():
    """Two observations at distance 5, or a twentieth of the unit further."""
    network = tiny()
    sample = gn.FieldSample(jnp.array([[0.0], [5.0]]), jnp.array([[1.0], [-0.5]]))
    params = network.init(jax.random.key(0), sample)
    params = jax.tree.map(lambda w: w + 0.3 * normal(5, *w.shape), params)

    def at(distance: float) -> jax.Array:
        x = jnp.array([[0.0], [distance]])
        return network.apply(params, jnp.array(0.2), x, sample.y, sample.mask)

    assert abs(at(5.05) - at(5.0)).max() > 1e-3


def test_a_fresh_network_has_the_score_zero():
    sample = gn.FieldSample(jnp.arange(3.0)[:, None], jnp.ones((3, 1)))
    params = tiny().init(jax.random.key(0), sample)
    value = tiny().apply(params, jnp.array(0.5), sample.x, sample.y, sample.mask, sample)
    np.testing.assert_array_equal(value, jnp.zeros((3, 1)))


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (gn.FieldType(gn.groups.O(1), SERIES.fibre), {}, "whose group is of translations, got O"),
        (
            gn.FieldType(
                gn.groups.T(1), gn.representations.Trivial(3), codomain=gn.manifolds.Sphere(2)
            ),
            {},
            "expected locations and values in Euclidean space",
        ),
        (SERIES, {"width": 9, "n_heads": 3}, "an even number of features for each head, got width"),
        (SERIES, {"n_heads": 3}, "multiple of n_heads, got width=8, n_heads=3"),
        (SERIES, {"unit_x": 0.0}, "expected a positive finite unit_x"),
        (
            gn.FieldType(gn.groups.T(3), SERIES.fibre),
            {"width": 4},
            "a wave along each of 3 axes, got 1 in each of 2 heads, too few; take a larger width",
        ),
        (SERIES, {"wavelengths": (1.0, 1.0)}, "the shortest and the longest wave, got"),
        (SERIES, {"wavelengths": (0.0, 1.0)}, "the shortest and the longest wave, got"),
        (SERIES, {"periods": (2.0, 1.0)}, "the shortest and the longest period, got periods=.2.0"),
        (
            gn.FieldType(gn.groups.T(2), SERIES.fibre),
            {"periods": (1.0, 2.0)},
            "functions of one variable for periods=.1.0, 2.0., got 2 variables; leave them out",
        ),
    ],
)
def test_what_it_refuses(kind: gn.FieldType, settings: dict, message: str):
    with pytest.raises(ValueError, match=message):
        tiny(kind, **settings)


@pytest.mark.parametrize("n_covariates", [0, 2])
def test_a_grown_network_tells_what_the_one_without_periods_told(n_covariates: int):
    plain, network = tiny(), tiny(periods=(0.5, 4.0))
    more = normal(1, 6, n_covariates) if n_covariates else None
    sample = gn.FieldSample(jnp.linspace(0, 2, 6)[:, None], normal(0, 6, 1), covariates=more)
    params = plain.init(jax.random.key(0), sample)
    params = jax.tree.map(lambda w: w + 0.3 * normal(5, *w.shape), params)
    grown = network.grown(params, n_covariates)
    fresh = network.init(jax.random.key(0), sample)
    assert jax.tree.map(jnp.shape, dict(grown)) == jax.tree.map(jnp.shape, fresh)

    seen = jnp.array(0.4), sample.x, sample.y, sample.mask
    for context in (None, sample):
        told = plain.apply(params, *seen, context, more)
        np.testing.assert_allclose(network.apply(grown, *seen, context, more), told, atol=1e-12)
    # And it can learn from the series: weights that are 0 are not without a slope.
    slope = jax.grad(lambda p: jnp.sum(network.apply(p, *seen, sample, more) ** 2))(grown)
    first = "point_embedding/first"
    n_plain = len(params[first]["w"]) - n_covariates
    added = slope[first]["w"][n_plain : len(slope[first]["w"]) - n_covariates]
    assert (jnp.abs(added).sum(1) > 0).mean() > 0.8


def test_what_cannot_grow():
    plain, network = tiny(), tiny(periods=(0.5, 4.0))
    sample = gn.FieldSample(jnp.arange(3.0)[:, None], jnp.ones((3, 1)))
    params = plain.init(jax.random.key(0), sample)
    with pytest.raises(ValueError, match="a network with periods to grow for, got periods=None"):
        plain.grown(params)
    with pytest.raises(ValueError, match="without periods, got those of another, or of other cov"):
        network.grown(network.grown(params))
    with pytest.raises(ValueError, match="of other covariates than 1"):
        network.grown(params, 1)
