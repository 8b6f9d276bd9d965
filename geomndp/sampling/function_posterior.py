"""Functions at nodes given vectors that are made of their derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Float

from geomndp.fields import AbstractFieldGenerator, FieldSample
from geomndp.gp.evidence import Noise, with_noise
from geomndp.kernels import AbstractKernel
from geomndp.linalg import AbstractOperator, ScaledIdentity
from geomndp.linalg.frames import coordinates_of, restricted
from geomndp.typing import Key, Locations


class FunctionPosterior(AbstractFieldGenerator):
    r"""The Gaussian law of stream functions or potentials at nodes, each given vectors.

    `DerivedFields.condition` makes it. The vectors are $W\psi + \varepsilon$, so that the law of
    the values has the

    $$ \text{mean}\ K W^\top (W K W^\top + N)^{-1} y, \quad
       \text{covariance}\ K - K W^\top (W K W^\top + N)^{-1} W K, $$

    with K the covariance of values before, and N that of all in the vectors that is not of the
    function. Of a constant, of which no vector tells, the law is that of the kernel.

    A mean is smoother than the functions are, by what the vectors leave open; a draw is not. As a
    generator it draws one of the fields, each as likely, and then its function anew, so that a
    model that is trained on it learns draws and not means.

    Arguments:
        mean: The means at the nodes.
        root: A matrix whose product with its transpose is the covariance, that of each field.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> nodes = jnp.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        >>> winds = gn.sampling.DerivedFields(
        ...     gn.gp.KernelInterpolation(gn.kernels.SquaredExponential(1.0, 1.0), nodes),
        ...     gn.kernels.PlaneSkewGradient,
        ... )
        >>> places = jnp.broadcast_to(jnp.array([[0.5, 0.5], [0.2, 0.3]]), (10, 2, 2))
        >>> ten = gn.FieldSample(places, jax.random.normal(jax.random.key(0), (10, 2, 2)))
        >>> streams = winds.condition(ten, noise_variance=0.1)
        >>> streams.mean.y.shape, streams.sample(key=jax.random.key(1)).y.shape
        ((10, 3, 1), (10, 3, 1))
        >>> gn.fields.draw(streams, 32, key=jax.random.key(2)).y.shape  # as in training
        (32, 3, 1)
    """

    mean: FieldSample
    root: Float[Array, "n_nodes n_nodes"]

    @classmethod
    def given(
        cls,
        nodes: Locations,
        prior: Float[Array, "n_nodes n_nodes 1"],
        columns: Float[Array, "n_nodes n_seen dim"],
        y: Float[Array, "*batch n_seen dim"],
        noise: AbstractOperator,
    ) -> "FunctionPosterior":
        """By least squares, which lose less to rounding than covariances do.

        Arguments:
            nodes: The nodes.
            prior: The columns of a root of the covariance of values.
            columns: The vectors that each of them makes.
            y: The vectors seen.
            noise: The covariance of what else is in them, factorised.
        """
        size = nodes.shape[0]

        def white(vectors: Float[Array, "n_rows n_seen dim"]) -> Float[Array, "n_rows n_numbers"]:
            return jax.vmap(noise.sqrt_solve)(vectors).reshape(vectors.shape[0], -1)

        equations = jnp.concatenate([white(columns).T, jnp.eye(size, dtype=nodes.dtype)])
        orthonormal, triangle = jnp.linalg.qr(equations)
        # The rows of equations below are of the prior law, whose mean is zero.
        root = solve_triangular(triangle.T, prior[..., 0], lower=True).T
        seen = white(y.reshape(-1, *y.shape[-2:]))
        means = seen @ orthonormal[:-size] @ root.T
        means = means.reshape(*y.shape[:-2], size, 1)
        return cls(FieldSample(jnp.broadcast_to(nodes, (*y.shape[:-2], *nodes.shape)), means), root)

    def sample(self, *, key: Key) -> FieldSample:
        """A draw of the function of each field.

        Arguments:
            key: A random key.
        """
        y = self.mean.y
        noise = jax.random.normal(key, y.shape[:-1], y.dtype) @ self.root.T
        return FieldSample(self.mean.x, y + noise[..., None])

    def __call__(self, *, key: Key) -> FieldSample:
        key_field, key_draw = jax.random.split(key)
        x, y = (part.reshape(-1, *part.shape[-2:]) for part in (self.mean.x, self.mean.y))
        number = jax.random.randint(key_field, (), 0, y.shape[0])
        one = FunctionPosterior(FieldSample(x[number], y[number]), self.root)
        return one.sample(key=key_draw)


def places_of(sample: FieldSample) -> tuple[Locations, Float[Array, "*batch n_points dim_y"]]:
    """The places that all fields of a batch are seen at, and the values there.

    Raises:
        ValueError: If there is padding, places differ, or values are not finite.
    """
    x = sample.x.reshape(-1, *sample.x.shape[-2:])
    if any(isinstance(part, Tracer) for part in (sample.x, sample.y, sample.mask)):
        return x[0], sample.y
    if not np.asarray(sample.mask).all():
        raise ValueError(
            "expected vectors at the same places at all times, got padding; leave out the places "
            "where one is missing, or give the fields one by one"
        )
    if (np.asarray(x) != np.asarray(x[:1])).any():
        raise ValueError(
            "expected fields that are all seen at the same places, got others in field "
            f"{int(np.argmax((np.asarray(x) != np.asarray(x[:1])).any((1, 2))))}; give the fields "
            "one by one"
        )
    finite = np.isfinite(np.asarray(sample.y)).all(-1)
    if not finite.all():
        bad = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(
            f"expected finite vectors, got {sample.y[bad]} at {bad}; leave out the places where "
            "one is missing"
        )
    return x[0], sample.y


def noise_along(
    frame: Float[Array, "n_points dim dim_x"],
    x: Locations,
    variance: Noise,
    beside: AbstractKernel | None,
) -> AbstractOperator:
    """The covariance of what is no part of the function, in coordinates of a frame.

    Raises:
        ValueError: If the kernel is not of such vectors, or variances are not as `with_noise` asks.
    """
    if beside is None:
        n_points, dim, _ = frame.shape
        return with_noise(ScaledIdentity(jnp.zeros((), x.dtype), n_points, dim), variance)
    if beside.dim_y != x.shape[1]:
        raise ValueError(
            f"expected a kernel of vectors with {x.shape[1]} coordinates beside, as locations "
            f"have, got one of {beside.dim_y}; CurlFree makes one of a scalar kernel"
        )
    return with_noise(coordinates_of(restricted(beside.operator(x), frame)), variance)
