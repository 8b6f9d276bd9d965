"""The geodesic nearest to all of the context."""

import warnings
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.baselines.base import AbstractBaseline, check_path
from geomndp.fields import FieldSample
from geomndp.manifolds import Sphere


class GeodesicRegression(AbstractBaseline):
    r"""Least squares with a geodesic of constant speed in the place of a straight line.

    It minimises the sum of squared geodesic distances to the context, by geomstats, from the
    geodesic through the first and last points. The fit runs in numpy: neither `jit` nor `vmap`
    applies.

    Arguments:
        manifold: The sphere on which the values live; `Sphere(2)` for tracks on the Earth.

    References:
        Fletcher (2011), *Geodesic regression on Riemannian manifolds*; Fletcher (2013),
        *Geodesic regression and the theory of least squares on Riemannian manifolds*.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> longitude = jnp.array([0.0, 10.0, 20.0])
        >>> y = gn.manifolds.from_geographic(jnp.zeros(3), longitude)
        >>> path = gn.FieldSample(jnp.arange(3.0)[:, None], y)
        >>> regression = gn.baselines.GeodesicRegression(gn.manifolds.Sphere(2))
        >>> guess = regression(path, jnp.array([[9.0]]))
        >>> [round(float(c)) + 0 for c in guess[0]]  # 90 degrees east
        [0, 1, 0]
    """

    manifold: Sphere

    def __check_init__(self) -> None:
        if not isinstance(self.manifold, Sphere):
            raise TypeError(
                f"expected a Sphere, got {self.manifold}; on Euclidean space fit a straight line"
            )

    def __call__(
        self, context: FieldSample, x: Float[Array, "n_points 1"]
    ) -> Float[Array, "n_points ambient_dim"]:
        check_path(context, self.manifold, minimum=3)
        real = np.asarray(context.mask)
        times = np.asarray(context.x, np.float64)[real, 0]
        values = np.asarray(context.y, np.float64)[real]
        # In float32 they are on the sphere only to its rounding.
        values /= np.linalg.norm(values, axis=-1, keepdims=True)
        # The optimiser is made for numbers of order 1: time runs from 0 to 1 over the context.
        origin, scale = times[0], np.ptp(times)
        half = self.manifold.log(jnp.asarray(values[0]), jnp.asarray(values[-1])) / 2
        middle = self.manifold.exp(jnp.asarray(values[0]), half)
        velocity = 2 * self.manifold.log(middle, jnp.asarray(values[-1]))
        start = np.asarray(middle, np.float64), np.asarray(velocity, np.float64)
        fit = self._regression(start)
        fit.fit((times - origin) / scale, values)
        predicted = fit.predict((np.asarray(x, np.float64)[:, 0] - origin) / scale)
        return self.manifold.project(jnp.asarray(predicted, context.y.dtype))

    def _regression(self, start: tuple[np.ndarray, np.ndarray]) -> Any:
        """The regression of geomstats, from a first guess of the middle and the velocity there."""
        with warnings.catch_warnings():
            # Its backend is loaded in a way that Python deprecates.
            warnings.simplefilter("ignore", ImportWarning)
            from geomstats.geometry.hypersphere import Hypersphere
            from geomstats.learning.geodesic_regression import GeodesicRegression as Regression

        settings: dict[str, Any] = {"method": "extrinsic", "initialization": start}
        return Regression(Hypersphere(self.manifold.n), **settings)
