"""Vector fields without divergence, or without curl, by the diffusion of a function at nodes."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.gp import KernelInterpolation
from geomndp.gp.evidence import Noise
from geomndp.kernels import AbstractGradientField, AbstractKernel
from geomndp.linalg import AbstractOperator
from geomndp.sampling.function_posterior import FunctionPosterior, noise_along, places_of
from geomndp.sampling.linear_observations import LinearObservations
from geomndp.typing import Locations, Values

_ACROSS = 1e-3
"""By how much a vector may miss the vectors of a field, relative to the largest."""


class DerivedFields(eqx.Module):
    r"""Vector fields as derivatives of a function, which is known by its values at nodes.

    A stream function $\psi$ makes $f = R\nabla\psi$, without divergence at any location whatever
    its values are; a potential makes $f = \nabla\varphi$, without curl. So a diffusion of $\psi$ at
    the nodes, where it is a scalar field as any other, draws such fields as functions: `field`
    makes one of the values drawn. Between the nodes, $\psi(x) = k(x, X) K^{-1} y$ is an
    interpolation, linear in the values y, and so are the vectors at stations,

    $$ f(s) = R\nabla k(s, X)\, K^{-1} y, $$

    which `values` and `components` observe with these weights. As guidance sees the very function
    that is made of its draws, it goes through the stations as well as their errors let it.
    Derivatives of white noise are large, and so is what a ridge adds to their covariance: with an
    exact score take `TweedieGuidance(ridge=0.0)`.

    Under reflections a stream function changes its sign, so that the field type of the process is
    that of a `Pseudoscalar`; that of a potential is `Trivial(1)`.

    Arguments:
        interpolation: The function of values at nodes, by a kernel of numbers with at least one
            derivative, such as that of the process.
        derivative: What makes a field of a function: `kernels.PlaneSkewGradient` in the plane or
            `kernels.SkewGradient` on the globe of a stream function, `kernels.FlatGradient` or
            `kernels.SurfaceGradient` of a potential.

    Raises:
        ValueError: If the kernel is of vectors, or of functions without a derivative.

    References:
        Scheuerer and Schlather (2012), *Covariance Models for Divergence-Free and Curl-Free Random
        Vector Fields*, Stochastic Models 28(3), of the Gaussian laws of such fields.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> stream = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=10.0))
        >>> axis = jnp.linspace(-1.5, 1.5, 6)
        >>> nodes = jnp.stack(jnp.meshgrid(axis, axis), -1).reshape(-1, 2)
        >>> winds = gn.sampling.DerivedFields(
        ...     gn.gp.KernelInterpolation(stream.kernel, nodes), gn.kernels.PlaneSkewGradient
        ... )
        >>> seen = gn.FieldSample(jnp.array([[0.3, 0.1]]), jnp.array([[1.0, -2.0]]))
        >>> psi = gn.sampling.sample_conditional(
        ...     noising, gn.sde.ExactGaussianScore(noising, stream), winds.values(seen),
        ...     n_samples=4, observation_noise=0.01, key=jax.random.key(0)
        ... )
        >>> bool(jnp.abs(winds.at(psi, seen.x) - seen.y).max() < 0.5)  # five of its errors
        True
        >>> x = jax.random.uniform(jax.random.key(1), (100, 2), minval=-1.0)
        >>> gn.testing.assert_divergence_free(winds.field(psi[0]).at, x, rtol=1e-4)
    """

    interpolation: KernelInterpolation
    derivative: type[AbstractGradientField] = eqx.field(static=True)

    def __check_init__(self) -> None:
        kernel = self.interpolation.kernel
        if kernel.dim_y != 1 or kernel.smoothness < 1:
            raise ValueError(
                "expected a kernel of numbers whose functions have a derivative, got "
                f"{kernel}; take a smoother one, such as SquaredExponential or SphericalMatern"
            )

    def field(self, values: Values) -> AbstractGradientField:
        """The vector field, a function, of one set of values at the nodes.

        Arguments:
            values: Those of the stream function or potential.

        Raises:
            ValueError: If there is not one for each node.
        """
        return self.derivative(self.interpolation(values))  # pyright: ignore[reportCallIssue]

    def at(
        self, values: Float[Array, "n_samples n_nodes 1"], x: Locations
    ) -> Float[Array, "n_samples n_points dim_x"]:
        """The vectors of several fields at locations.

        Arguments:
            values: Those of stream functions or potentials at the nodes.
            x: Locations.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> nodes = jnp.concatenate([jnp.eye(3), -jnp.eye(3)])
            >>> kernel = gn.kernels.ZonalSeries((1.0, 1.0), variance=1.0)
            >>> winds = gn.sampling.DerivedFields(
            ...     gn.gp.KernelInterpolation(kernel, nodes), gn.kernels.SkewGradient
            ... )
            >>> winds.at(-nodes[None, :, 2:], nodes[:1]).round(2).tolist()  # to the east
            [[[0.0, 1.0, 0.0]]]
        """
        return _vectors(self, values, x)

    def values(self, sample: FieldSample) -> LinearObservations:
        """Vectors observed at stations, as numbers linear in the values at the nodes.

        Arguments:
            sample: The stations and the vectors there, without padding.

        Returns:
            As many numbers for each station as it has directions, station by station: 2 in the
            plane, and 2 on the globe along `manifolds.Sphere(2).frame`. Errors that differ from
            station to station are `observation_noise=jnp.repeat(variances, 2)`.

        Raises:
            ValueError: If vectors are no values of such a field, as those across the globe are.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> nodes = jnp.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
            >>> winds = gn.sampling.DerivedFields(
            ...     gn.gp.KernelInterpolation(gn.kernels.SquaredExponential(1.0, 1.0), nodes),
            ...     gn.kernels.PlaneSkewGradient,
            ... )
            >>> seen = gn.FieldSample(jnp.array([[0.5, 0.5]]), jnp.array([[3.0, 4.0]]))
            >>> winds.values(seen).weights.shape  # two numbers of three values
            (2, 3, 1)
        """
        frame, along = self._along(sample.x, sample.y)
        x = jnp.repeat(sample.x, frame.shape[1], axis=0)
        return self.components(x, frame.reshape(x.shape), along.ravel())

    def components(
        self,
        x: Float[Array, "n_observed dim_x"],
        direction: Float[Array, "n_observed dim_x"],
        y: Float[Array, " n_observed"],
    ) -> LinearObservations:
        """One component of the vector at each station, such as what a Doppler radar sees of a wind.

        Arguments:
            x: The stations.
            direction: The component of each, not normalised.
            y: The numbers.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> nodes = jnp.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
            >>> winds = gn.sampling.DerivedFields(
            ...     gn.gp.KernelInterpolation(gn.kernels.SquaredExponential(1.0, 1.0), nodes),
            ...     gn.kernels.PlaneSkewGradient,
            ... )
            >>> x, east = jnp.array([[0.5, 0.5]]), jnp.array([[1.0, 0.0]])
            >>> eastward = winds.components(x, east, jnp.array([3.0]))
            >>> psi = jnp.array([[0.0], [1.0], [2.0]])
            >>> bool(jnp.allclose(eastward.of(psi), winds.field(psi)(x)[0, 0], atol=1e-4))
            True
        """
        return LinearObservations(self.interpolation.x, _weights(self, x, direction), y)

    def condition(
        self,
        sample: FieldSample,
        *,
        noise_variance: Noise,
        beside: AbstractKernel | None = None,
    ) -> FunctionPosterior:
        """The Gaussian law of the values at the nodes given vectors, such as winds on a grid.

        The prior law of the function is that of the kernel of the interpolation. Many fields seen
        at the same places cost one factorisation. What `beside` leaves out is taken for noise.

        Arguments:
            sample: Places and the vectors there, of one field, or of several, each at the same
                places and without padding.
            noise_variance: Variance of the noise of a component: one number, or one for each place.
            beside: The kernel of another field of vectors which is independent of that of the
                function and seen with it, such as `kernels.CurlFree` or `kernels.HodgeCurlFree`:
                the divergent part of winds, where a stream function is asked for.

        Raises:
            ValueError: If there is padding, places differ from field to field, vectors are not
                finite or no values of such a field, or there is no noise at all.

        Example:
            >>> import jax, jax.numpy as jnp, geomndp as gn
            >>> axis = jnp.linspace(-2.0, 2.0, 7)
            >>> nodes = jnp.stack(jnp.meshgrid(axis, axis), -1).reshape(-1, 2)
            >>> winds = gn.sampling.DerivedFields(
            ...     gn.gp.KernelInterpolation(gn.kernels.SquaredExponential(1.0, 1.0), nodes),
            ...     gn.kernels.PlaneSkewGradient,
            ... )
            >>> x = jax.random.uniform(jax.random.key(0), (50, 2), minval=-1.5, maxval=1.5)
            >>> shear = jnp.stack([jnp.sin(x[:, 1]), 0 * x[:, 0]], -1)
            >>> streams = winds.condition(gn.FieldSample(x, shear), noise_variance=0.01)
            >>> found = winds.field(streams.mean.y)(jnp.array([[0.3, 1.0]]))
            >>> bool(jnp.abs(found - jnp.array([[jnp.sin(1.0), 0.0]])).max() < 0.1)
            True
        """
        x, y = places_of(sample)
        frame, along = self._along(x, y)
        noise = noise_along(frame, x, noise_variance, beside)
        return _posterior(self, x, frame, along, noise.factorised())

    def _along(
        self, x: Locations, y: Float[Array, "*batch n_points dim_y"]
    ) -> tuple[Float[Array, "n_points dim dim_x"], Float[Array, "*batch n_points dim"]]:
        """A frame at locations, and the coordinates of vectors there."""
        frame = self.derivative.frame(x)
        if y.shape[-2:] != x.shape:
            raise ValueError(
                f"expected vectors of shape {x.shape}, as locations have, got {y.shape[-2:]}"
            )
        along = jnp.einsum("nkd,...nd->...nk", frame, y)
        _check_along(y, jnp.einsum("nkd,...nk->...nd", frame, along))
        return frame, along


@eqx.filter_jit
def _vectors(
    fields: DerivedFields, values: Float[Array, "n_samples n_nodes 1"], x: Locations
) -> Float[Array, "n_samples n_points dim_x"]:
    return jax.vmap(lambda each: fields.field(each)(x))(values)


@eqx.filter_jit
def _weights(
    fields: DerivedFields,
    x: Float[Array, "n_observed dim_x"],
    direction: Float[Array, "n_observed dim_x"],
) -> Float[Array, "n_observed n_nodes 1"]:
    """What components at stations take of each value."""
    nodes = fields.interpolation.x

    def numbers(values: Values) -> Float[Array, " n_observed"]:
        return jnp.sum(direction * fields.field(values)(x), -1)

    # They are linear, so that the derivative in the values is the same wherever it is taken.
    return jax.jacrev(numbers)(jnp.zeros((nodes.shape[0], 1), nodes.dtype))


@eqx.filter_jit
def _posterior(
    fields: DerivedFields,
    x: Locations,
    frame: Float[Array, "n_points dim dim_x"],
    along: Float[Array, "*batch n_points dim"],
    noise: AbstractOperator,
) -> FunctionPosterior:
    """The law of values given coordinates of vectors in a frame, with factorised noise."""
    nodes, covariance = fields.interpolation.x, fields.interpolation.operator
    # Values are a root of their covariance times white numbers, of which vectors are linear.
    white = jnp.eye(nodes.shape[0], dtype=nodes.dtype)[..., None]
    root = jax.vmap(covariance.sqrt_matvec)(white)
    columns = jnp.einsum("nkd,rnd->rnk", frame, _vectors(fields, root, x))
    return FunctionPosterior.given(nodes, root, columns, along, noise)


def _check_along(
    y: Float[Array, "*batch n_points dim_x"], along: Float[Array, "*batch n_points dim_x"]
) -> None:
    if isinstance(y, Tracer) or not np.isfinite(np.asarray(y)).all():
        return
    across = np.linalg.norm(np.asarray(y) - np.asarray(along), axis=-1)
    across = across.reshape(-1, y.shape[-2]).max(0)
    worst = int(np.argmax(across))
    if across[worst] > _ACROSS * np.abs(np.asarray(y)).max():
        raise ValueError(
            f"expected tangent vectors, got one with a part {across[worst]:.2g} across the sphere "
            f"at station {worst}; manifolds.Sphere(2).project_tangent(x, y) leaves that out"
        )
