"""Vector fields that a function of numbers determines, in the plane and on the globe."""

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from kernel_cases import quick_jit

import geomndp as gn
from geomndp.kernels import (
    AbstractGradientField,
    AbstractKernel,
    CurlFree,
    DivergenceFree,
    FlatGradient,
    HodgeCurlFree,
    HodgeDivergenceFree,
    HodgePotential,
    PlaneSkewGradient,
    SkewGradient,
    SquaredExponential,
    SurfaceGradient,
    ZonalSeries,
)
from geomndp.testing import (
    assert_curl_free,
    assert_divergence_free,
    assert_surface_curl_free,
    assert_surface_divergence_free,
)

GLOBE = gn.manifolds.Sphere(2)


class Wave(eqx.Module):
    """A function of no particular form."""

    def at(self, x: jax.Array) -> jax.Array:
        return jnp.sin(x[:1] + 0.4) * jnp.cos(0.8 * x[1:2] - 0.3)


class DerivedCase(NamedTuple):
    """A kind of vector field, and a Gaussian law of such."""

    derivative: type[AbstractGradientField]
    kernel: AbstractKernel
    """Of the function."""
    vectors: AbstractKernel
    """Of the vector field."""
    assert_law: Callable[..., None]
    """What the fields have none of."""
    sign: Callable[[Any], Any]
    """By what the function is multiplied under an orthogonal matrix."""
    dim_x: int = 2

    def nodes(self, dtype: Any = np.float64) -> jax.Array:
        """A grid in the plane, or a spiral around the globe."""
        if self.dim_x == 2:
            axis = np.linspace(-2.4, 2.4, 9)
            return jnp.asarray(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2), dtype)
        height, turns = (np.arange(40) + 0.5) / 20 - 1, np.pi * (1 + 5**0.5) * np.arange(40)
        radius = np.sqrt(1 - height**2)
        places = np.stack([radius * np.cos(turns), radius * np.sin(turns), height], -1)
        return jnp.asarray(places, dtype)

    def locations(self, n: int, seed: int, dtype: Any = np.float64) -> jax.Array:
        """Anywhere between the nodes."""
        key = jax.random.key(seed)
        if self.dim_x == 2:
            return jax.random.uniform(key, (n, 2), dtype, minval=-1.6, maxval=1.6)
        return GLOBE.random_uniform((n,), key=key).astype(dtype)

    def fields(self, nodes: jax.Array) -> gn.sampling.DerivedFields:
        through = eqx.filter_jit(lambda x: gn.gp.KernelInterpolation(self.kernel, x))
        return gn.sampling.DerivedFields(through(nodes), self.derivative)

    def seen(self, dtype: Any = np.float64) -> gn.FieldSample:
        """The vectors of a wave at eight stations."""
        x = self.locations(8, seed=1, dtype=dtype)
        return gn.FieldSample(x, quick_jit(self.derivative(Wave()))(x))  # pyright: ignore[reportCallIssue]


_SMOOTH = SquaredExponential(1.0, 1.0)
_SPECTRUM = ZonalSeries((0.0, 1.0, 2.0, 2.0, 1.0), variance=1.0)

DERIVED: dict[str, DerivedCase] = {
    "plane-stream": DerivedCase(
        PlaneSkewGradient,
        _SMOOTH,
        DivergenceFree(_SMOOTH),
        assert_divergence_free,
        np.linalg.det,
    ),
    "plane-potential": DerivedCase(
        FlatGradient, _SMOOTH, CurlFree(_SMOOTH), assert_curl_free, lambda _: 1.0
    ),
    "globe-stream": DerivedCase(
        SkewGradient,
        HodgePotential(_SPECTRUM),
        HodgeDivergenceFree(_SPECTRUM),
        assert_surface_divergence_free,
        np.linalg.det,
        3,
    ),
    "globe-potential": DerivedCase(
        SurfaceGradient,
        HodgePotential(_SPECTRUM),
        HodgeCurlFree(_SPECTRUM),
        assert_surface_curl_free,
        lambda _: 1.0,
        3,
    ),
}

GRADIENT_FIELDS: list[AbstractGradientField] = [
    case.derivative(Wave())  # pyright: ignore[reportCallIssue]
    for case in DERIVED.values()
]
