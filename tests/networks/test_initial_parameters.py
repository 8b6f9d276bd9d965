"""Fresh parameters are those that haiku draws."""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from geomndp.networks.initial_parameters import initial_parameters

KEY = jax.random.key(0)


def stacked(x):
    """Layers of which haiku draws the parameters in a loop."""
    layer = lambda x: jnp.sin(hk.Linear(4)(hk.LayerNorm(-1, True, True)(x)))  # noqa: E731
    return hk.layer_stack(3)(layer)(hk.Linear(4)(x))


def after_what_is_given(x):
    """Parameters that start at what the first call computes."""
    mean = hk.get_parameter("mean", (), x.dtype, init=lambda *_: jnp.sin(x).mean())
    return hk.Linear(2)(x - mean)


def of_a_constant(x):
    return hk.get_parameter("nothing", (), x.dtype, init=jnp.zeros) + hk.Linear(2)(x)


@pytest.mark.parametrize("forward", [stacked, after_what_is_given, of_a_constant])
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
def test_they_are_those_of_haiku(forward, compiled):
    x = jnp.array([[0.3, -1.0], [2.0, 0.5]])
    draw = jax.jit(initial_parameters, static_argnums=0) if compiled else initial_parameters
    found, expected = draw(forward, KEY, x), hk.transform(forward).init(KEY, x)
    assert jax.tree.structure(found) == jax.tree.structure(dict(expected))
    assert all(isinstance(part, jax.Array) for part in jax.tree.leaves(found))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12), found, expected)
    other = jax.tree.leaves(draw(forward, jax.random.key(1), x))
    assert not all(np.allclose(a, b) for a, b in zip(jax.tree.leaves(found), other, strict=True))


def test_what_the_network_computes_is_left_out():
    calls = []

    def counted(x):
        calls.append(1)
        return x

    def forward(x):
        return jax.pure_callback(counted, x, hk.Linear(2)(x))

    assert hk.transform(forward).init(KEY, jnp.ones(2))
    assert calls
    calls.clear()
    assert initial_parameters(forward, KEY, jnp.ones(2))
    assert not calls
