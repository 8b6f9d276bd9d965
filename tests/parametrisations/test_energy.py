"""The score as a gradient: of which scalar, curl-free, and equivariant with the network."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import CURL_FREE, points

import geomndp as gn
from geomndp.parametrisations import NetworkInputs
from geomndp.testing import assert_equivariant

NOISING = gn.sde.OrnsteinUhlenbeck(CURL_FREE, gn.sde.LinearSchedule())
PROCESS = NOISING.at(points(3))
ENERGY = gn.parametrisations.Energy(data_variance=0.5)
PLANE, VECTOR = gn.groups.E(2), gn.representations.Vector(2)


def equivariant(x: Any) -> Callable[[NetworkInputs], Any]:
    """Sums over pairs of points of values and differences, times invariants."""

    def network(inputs: NetworkInputs) -> Any:
        ratio, y = inputs
        difference = x[:, None] - x[None]
        near = jnp.exp(-0.5 * jnp.sum(difference**2, -1))
        pull = jnp.einsum("ij,ijd,jd->i", near, difference, y)
        return jnp.tanh(ratio) * (near @ y) * jnp.sum(y**2, -1, keepdims=True) + pull[:, None] * y

    return network


def tilted(x: Any) -> Callable[[NetworkInputs], Any]:
    """As above, but it knows where east is."""
    return lambda inputs: equivariant(x)(inputs) * jnp.array([[1.0, 2.0]])


def at_points(make: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    return jax.jit(lambda x, y: method(NOISING.at(x), make(x), 0.3, y))


def bound(process: Any, network: Any, t: float, y: Any) -> Any:
    """The score, in one call."""
    return ENERGY.bind(process, network)(t, y)


def metric_jacobian(score: Callable[[Any], Any]) -> np.ndarray:
    """K^-1 times the Jacobian in the values: the Hessian of the potential, if there is one."""
    y = jnp.asarray(np.random.default_rng(0).normal(size=(3, 2)))
    columns = jnp.moveaxis(jax.jit(jax.jacfwd(score))(y), (2, 3), (0, 1)).reshape(6, 3, 2)
    return np.asarray(jax.vmap(PROCESS.covariance.solve)(columns).reshape(6, 6))


def test_the_score_is_curl_free_in_the_metric_of_the_noise():
    network = equivariant(PROCESS.x)
    hessian = metric_jacobian(lambda y: ENERGY.bind(PROCESS, network)(0.3, y))
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-9 * np.abs(hessian).max())
    other = metric_jacobian(lambda y: gn.parametrisations.EDM().bind(PROCESS, network)(0.3, y))
    assert np.abs(other - other.T).max() > 0.01 * np.abs(other).max()


def test_the_score_is_the_preconditioned_gradient_of_the_potential():
    network, y = tilted(PROCESS.x), jnp.ones((3, 2))

    def potential(y: Any) -> Any:
        return ENERGY.potential(PROCESS, network, 0.3, y)

    expected = PROCESS.covariance.matvec(jax.grad(potential)(y))
    np.testing.assert_allclose(ENERGY.bind(PROCESS, network)(0.3, y), expected, rtol=1e-12)


def test_an_equivariant_network_gives_an_equivariant_score_and_an_invariant_potential():
    score, key = at_points(equivariant, bound), jax.random.key(0)
    assert_equivariant(score, PLANE, ("points", VECTOR), VECTOR, key=key)
    potential = at_points(equivariant, ENERGY.potential)
    assert_equivariant(potential, PLANE, ("points", VECTOR), None, key=key)


@pytest.mark.parametrize("method", [bound, ENERGY.potential], ids=["score", "potential"])
def test_another_network_does_not(method: Any):
    output = VECTOR if method == bound else None
    with pytest.raises(AssertionError, match="under a rotation"):
        assert_equivariant(
            at_points(tilted, method), PLANE, ("points", VECTOR), output, key=jax.random.key(0)
        )


def test_padding_has_no_influence():
    y = jnp.ones((5, 2))
    padded = NOISING.at(jnp.concatenate([PROCESS.x, PROCESS.x[:2]]), jnp.arange(5) < 3)

    def network(inputs: NetworkInputs) -> Any:
        return inputs.y**2

    expected = ENERGY.bind(PROCESS, network)(0.3, y[:3])
    np.testing.assert_allclose(
        ENERGY.bind(padded, network)(0.3, y)[:3], expected, rtol=1e-9, atol=1e-12
    )
    one, other = (ENERGY.potential(p, network, 0.3, v) for p, v in ((PROCESS, y[:3]), (padded, y)))
    assert float(one) == pytest.approx(float(other), rel=1e-12)
