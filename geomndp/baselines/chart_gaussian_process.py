"""Gaussian processes of tracks in a chart of the globe."""

import abc
from typing import cast

import equinox as eqx
import jax
import jax.numpy as jnp
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.baselines.base import AbstractBaseline, check_path
from geomndp.fields import FieldSample
from geomndp.gp import GaussianProcess, Posterior, fit
from geomndp.kernels import AbstractKernel, Isotropic, Matern52, Sum, White
from geomndp.manifolds import (
    AbstractChart,
    AbstractManifold,
    Sphere,
    Stereographic,
)
from geomndp.typing import Key

_PAD_TO = 16


class AbstractEnsembleBaseline(AbstractBaseline):
    """A baseline that gives a law of paths and not one path alone; called, it gives a centre.

    Example:
        >>> import geomndp as gn
        >>> rule: gn.baselines.AbstractEnsembleBaseline = gn.baselines.ChartGaussianProcess(
        ...     gn.kernels.Matern52(5.0, 0.1), chart=gn.manifolds.Stereographic
        ... )
        >>> rule.manifold
        Sphere(n=2)
    """

    @abc.abstractmethod
    def sample(
        self, context: FieldSample, x: Float[Array, "n_points 1"], *, n_samples: int, key: Key
    ) -> Float[Array, "n_samples n_points ambient_dim"]:
        """Paths at the times x, drawn jointly, given the context."""


class ChartGaussianProcess(AbstractEnsembleBaseline):
    r"""A Gaussian process of the two coordinates of a chart about the last point given.

    Both coordinates, relative to the last point, have the same kernel and are independent, and the
    mean is 0. The linear algebra is in float64 whatever the precision of the inputs: at steps of
    hours a smooth kernel is nearly singular.

    Arguments:
        kernel: Of one coordinate, in radians squared, without the noise.
        noise_variance: Of each coordinate of each observation, in radians squared.
        chart: The kind of chart.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> y = gn.manifolds.from_geographic(jnp.array([0.0, 0.0]), jnp.array([178.0, 179.0]))
        >>> context = gn.FieldSample(jnp.array([[0.0], [1.0]]), y)
        >>> rule = gn.baselines.ChartGaussianProcess(gn.kernels.Matern52(20.0, 1.0))
        >>> _, longitude = gn.manifolds.to_geographic(rule(context, jnp.array([[2.0]])))
        >>> longitude.round(1).tolist()  # on over the date line
        [180.0]
    """

    manifold: AbstractManifold
    kernel: AbstractKernel
    noise_variance: float
    chart: type[AbstractChart] = eqx.field(static=True)

    def __init__(
        self,
        kernel: AbstractKernel,
        noise_variance: float = 1e-7,
        chart: type[AbstractChart] = Stereographic,
    ):
        self.manifold = Sphere(2)
        self.kernel = kernel
        self.noise_variance = noise_variance
        self.chart = chart

    def __call__(
        self, context: FieldSample, x: Float[Array, "n_points 1"]
    ) -> Float[Array, "n_points 3"]:
        return self._told(context, x, None, None)

    def sample(
        self, context: FieldSample, x: Float[Array, "n_points 1"], *, n_samples: int, key: Key
    ) -> Float[Array, "n_samples n_points 3"]:
        return self._told(context, x, n_samples, key)

    def log_prob(self, context: FieldSample, target: FieldSample) -> Float[Array, ""]:
        """The log-density of a path given the context, in nats.

        It is of observations, each with the noise, with respect to the area of the unit sphere. In
        longitude and latitude the law of the longitude is not wound round the globe.

        Arguments:
            context: What is given.
            target: The path, without padding.

        Raises:
            ValueError: If the target has padding, where that is known.
        """
        check_path(context, self.manifold, minimum=1)
        if not isinstance(target.mask, Tracer) and not target.mask.all():
            raise ValueError(
                "expected a target without padding, got one with masked points; leave these out"
            )
        dtype = target.y.dtype
        with jax.enable_x64(True):
            given, path = (
                jax.tree.map(_in_double, FieldSample(part.x, part.y, part.mask))
                for part in (context, target)
            )
            return _log_prob(_process(self), self.chart, given, path).astype(dtype)

    def _told(self, context: FieldSample, x, n_samples: int | None, key: Key | None) -> Array:
        check_path(context, self.manifold, minimum=1)
        n_points, dtype = x.shape[0], context.y.dtype
        # Padding to few lengths compiles few shapes.
        context = FieldSample(context.x, context.y, context.mask).pad(_round_up(context.n_points))
        x = jnp.pad(x, [(0, _round_up(n_points) - n_points), (0, 0)], mode="edge")
        with jax.enable_x64(True):
            context, x = jax.tree.map(_in_double, (context, x))
            found = _tell(_process(self), self.chart, context, x, n_samples, key)
        return found[..., :n_points, :].astype(dtype)


def fit_chart_gaussian_process(
    tracks: FieldSample, *, chart: type[AbstractChart], n_steps: int = 80
) -> ChartGaussianProcess:
    """The process of one chart under which tracks, seen from their first points, are most likely.

    Arguments:
        tracks: Tracks on a leading axis, in days and unit vectors, with trailing padding.
        chart: The kind of chart.
        n_steps: Steps of the optimiser.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> days = jnp.arange(8.0)[:, None] / 4
        >>> tracks = gn.FieldSample.stack([
        ...     gn.FieldSample(days, gn.manifolds.from_geographic(15 + v * days[:, 0], days[:, 0]))
        ...     for v in (1.0, -2.0)
        ... ])
        >>> chart = gn.manifolds.Stereographic
        >>> rule = gn.baselines.fit_chart_gaussian_process(tracks, chart=chart, n_steps=2)
        >>> rule.noise_variance > 0
        True
    """
    with jax.enable_x64(True):
        tracks = jax.tree.map(_in_double, tracks)
        planar = jax.vmap(lambda y: chart.about(y[0]).to_plane(y))(tracks.y)
        # The two coordinates are independent and alike: functions of one variable.
        coordinates = jnp.concatenate([planar[..., :1], planar[..., 1:]])
        twice = (jnp.concatenate([part, part]) for part in (tracks.x, tracks.mask))
        x, mask = twice
        start = GaussianProcess(Matern52(5.0, 0.1) + White(1e-6))
        fitted, _ = fit(
            start, FieldSample(x, coordinates, mask), n_steps=n_steps, learning_rate=0.1
        )
        smooth, white = cast(Sum, fitted.kernel).terms
        return ChartGaussianProcess(smooth, float(cast(White, white).variance), chart)


def _round_up(n: int) -> int:
    return -(-n // _PAD_TO) * _PAD_TO


def _process(baseline: ChartGaussianProcess) -> GaussianProcess:
    return GaussianProcess(Isotropic(baseline.kernel, 2) + White(baseline.noise_variance, 2))


def _given(
    process: GaussianProcess, chart: type[AbstractChart], context: FieldSample
) -> tuple[AbstractChart, Posterior]:
    """The chart about the last point, and the law of its coordinates given the context."""
    plane = chart.about(context.y[jnp.sum(context.mask) - 1])
    return plane, process.condition(context.x, plane.to_plane(context.y), context.mask)


@eqx.filter_jit
def _tell(
    process: GaussianProcess,
    chart: type[AbstractChart],
    context: FieldSample,
    x: Float[Array, "n_points 1"],
    n_samples: int | None,
    key: Key | None,
) -> Array:
    plane, given = _given(process, chart, context)
    if n_samples is None or key is None:
        return plane.to_sphere(given.mean_and_covariance(x)[0])
    return plane.to_sphere(given.sample(x, n_samples=n_samples, key=key))


@eqx.filter_jit
def _log_prob(
    process: GaussianProcess,
    chart: type[AbstractChart],
    context: FieldSample,
    target: FieldSample,
) -> Float[Array, ""]:
    plane, given = _given(process, chart, context)
    of_plane = given.log_prob(target.x, plane.to_plane(target.y), latent=False)
    return of_plane + jnp.sum(plane.log_det_jacobian(target.y))


def _in_double(part: Array) -> Array:
    return part if part.dtype == bool else jnp.asarray(part, jnp.float64)
