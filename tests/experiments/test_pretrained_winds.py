"""The shipped models of winds: their symmetry, and their cards."""

import json
from importlib.resources import files

import jax
import jax.numpy as jnp
import numpy as np

import geomndp as gn


def test_the_card_has_scores_beside_the_rules():
    """Nothing is computed: these are the figures that users read."""
    card = json.loads((files("geomndp") / "pretrained" / "winds-regional.json").read_text())
    for scores in card["scores"].values():
        assert {"isotropic GP", "Helmholtz GP", "nearest wind"} < set(scores)
        assert all(figures["energy_score"]["n"] == card["n_fields"] for figures in scores.values())


def test_the_card_of_the_global_model_has_scores_beside_the_rules():
    card = json.loads((files("geomndp") / "pretrained" / "winds-global.json").read_text())
    (scores,) = card["scores"].values()
    assert {"winds-global, amortised", "Hodge GP", "nearest wind"} == set(scores)


def test_winds_on_a_turned_or_mirrored_planet_have_its_score():
    trained = gn.load("winds-global")
    kind = trained.model.network.field_type
    assert kind.group == gn.groups.Axial(equatorial_mirror=True)
    keys = jax.random.split(jax.random.key(4), 4)
    x = kind.domain.random_uniform((5,), key=keys[0])
    y = 4 * kind.domain.random_tangent(x, key=keys[1])
    params = jax.tree.map(lambda leaf: leaf.astype(float), trained.params)
    score = trained.model.score(params)
    evaluate = jax.jit(lambda x, y: score(0.3, x, y, jnp.ones(5, bool)))
    value = evaluate(x, y)
    np.testing.assert_allclose(jnp.sum(x * value, -1), 0, atol=1e-12)
    for determinant in (1, -1):
        g = kind.group.sample(key=keys[2], determinant=determinant)
        _, expected = kind.act(g, x, value)
        np.testing.assert_allclose(
            evaluate(*kind.act(g, x, y)), expected, atol=1e-9 * np.abs(expected).max()
        )
    # Another axis is not the planet's.
    other = gn.groups.SO(3).sample(key=keys[3])
    _, turned = kind.act(other, x, value)
    assert np.abs(evaluate(*kind.act(other, x, y)) - turned).max() > 1e-3 * np.abs(turned).max()


def test_winds_on_a_turned_map_have_the_turned_score():
    trained = gn.load("winds-regional")
    kind = trained.model.network.field_type
    assert kind.group == gn.groups.SE(2)
    keys = jax.random.split(jax.random.key(3), 4)
    x, y = 300 * jax.random.normal(keys[0], (6, 2)), 4 * jax.random.normal(keys[1], (6, 2))
    mask = jnp.ones(6, bool)
    params = jax.tree.map(lambda leaf: leaf.astype(float), trained.params)
    score = trained.model.score(params)
    evaluate = jax.jit(lambda x, y: score(0.3, x, y, mask))
    g = kind.group.sample(key=keys[2])
    _, expected = kind.act(g, x, evaluate(x, y))
    np.testing.assert_allclose(
        evaluate(*kind.act(g, x, y)), expected, atol=1e-9 * np.abs(expected).max()
    )
