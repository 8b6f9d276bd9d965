"""Vector fields that are gradients of functions, turned or not: without curl or divergence."""

import abc
from typing import Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.kernels.locations import check_locations
from geomndp.kernels.random_features import BLOCK
from geomndp.manifolds import Euclidean, Sphere
from geomndp.typing import Locations, Values


@runtime_checkable
class PointwiseFunction(Protocol):
    """A function that says its value at one location, to be differentiated.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> waves = gn.kernels.SquaredExponential(1.0, 1.0).random_features(
        ...     64, 2, key=jax.random.key(0)
        ... )
        >>> isinstance(waves.sample(key=jax.random.key(1)), gn.kernels.PointwiseFunction)
        True
    """

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_y"]:
        """The value at one location."""
        ...


class AbstractGradientField(eqx.Module):
    """A field of vectors that a function of one coordinate determines by its derivatives.

    Where the function can be differentiated twice, an implementation has no curl, or no divergence,
    at any location.

    Example:
        >>> import geomndp as gn
        >>> def draw(kernel: gn.kernels.AbstractHodgeKernel, key) -> (
        ...     gn.kernels.AbstractGradientField
        ... ):
        ...     return kernel.sample_function(key=key)
    """

    @abc.abstractmethod
    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_x"]:
        """The vector at one location, for example to differentiate."""

    @staticmethod
    @abc.abstractmethod
    def frame(x: Locations) -> Float[Array, "n_points dim dim_x"]:
        """Orthonormal vectors that span those that there are at each location."""

    def __call__(self, x: Locations) -> Values:
        """The vectors at locations, a block of them at a time."""
        check_locations(x)
        return jax.lax.map(self.at, x, batch_size=BLOCK)


class FlatGradient(AbstractGradientField):
    r"""The gradient $\nabla \varphi$ in flat space of any dimension: a field without curl.

    Arguments:
        potential: $\varphi$.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> one = jnp.ones((1, 1))
        >>> wave = gn.kernels.RandomFunction(jnp.array([[0.0, 2.0]]), cosines=0 * one, sines=one)
        >>> gn.kernels.FlatGradient(wave)(jnp.zeros((1, 2))).tolist()  # of sin(2 y)
        [[0.0, 2.0]]
    """

    potential: PointwiseFunction

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_x"]:
        return _slope(self.potential, x)

    @staticmethod
    def frame(x: Locations) -> Float[Array, "n_points dim dim_x"]:
        return Euclidean(x.shape[1]).frame(x)


class PlaneSkewGradient(AbstractGradientField):
    r"""The gradient in the plane turned by a right angle: a field without divergence.

    It is $(-\partial_2 \psi, \partial_1 \psi)$, which goes around the minima of $\psi$
    anticlockwise, as `SkewGradient` does on the globe. Under a reflection of the plane the stream
    function changes its sign: it is a `Pseudoscalar`.

    Arguments:
        stream: The stream function $\psi$.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> one = jnp.ones((1, 1))
        >>> wave = gn.kernels.RandomFunction(jnp.array([[0.0, 2.0]]), cosines=0 * one, sines=one)
        >>> gn.kernels.PlaneSkewGradient(wave)(jnp.zeros((1, 2))).tolist()
        [[-2.0, 0.0]]
    """

    stream: PointwiseFunction

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_x"]:
        if x.shape != (2,):
            raise ValueError(
                f"expected locations in the plane, got dimension {x.shape[0]}; on the globe take "
                "SkewGradient"
            )
        slope = _slope(self.stream, x)
        return jnp.stack([-slope[1], slope[0]])

    @staticmethod
    def frame(x: Locations) -> Float[Array, "n_points dim dim_x"]:
        return Euclidean(2).frame(x)


class SurfaceGradient(AbstractGradientField):
    r"""The gradient $\nabla \varphi$ along the globe: a field of tangent vectors without curl.

    Arguments:
        potential: $\varphi$, of unit vectors, continued off the globe in any way.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kernel = gn.kernels.HodgeCurlFree(gn.kernels.SphericalHeat(0.3, 1.0))
        >>> field = kernel.sample_function(key=jax.random.key(0))
        >>> field(jnp.eye(3)).shape
        (3, 3)
    """

    potential: PointwiseFunction

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_x"]:
        slope = _slope(self.potential, x)
        return slope - x * (slope @ x)

    @staticmethod
    def frame(x: Locations) -> Float[Array, "n_points dim dim_x"]:
        return Sphere(2).frame(x)


class SkewGradient(AbstractGradientField):
    r"""The gradient turned by a right angle, $x \times \nabla \psi$: a field without divergence.

    Arguments:
        stream: The stream function $\psi$, of unit vectors, continued off the globe in any way; the
            field goes around its minima anticlockwise, seen from above.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> weights = jnp.zeros((2, 2)).at[1, 0].set(-jnp.sqrt(4 * jnp.pi / 3))
        >>> minus_height = gn.kernels.HarmonicFunction(weights, jnp.zeros((2, 2)))
        >>> rotation = gn.kernels.SkewGradient(minus_height)  # about the axis, to the east
        >>> rotation(jnp.array([[1.0, 0.0, 0.0]])).round(4).tolist()
        [[0.0, 1.0, 0.0]]
    """

    stream: PointwiseFunction

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_x"]:
        return jnp.cross(x, _slope(self.stream, x))

    @staticmethod
    def frame(x: Locations) -> Float[Array, "n_points dim dim_x"]:
        return Sphere(2).frame(x)


def _slope(function: PointwiseFunction, x: Float[Array, " dim_x"]) -> Float[Array, " dim_x"]:
    """The derivatives of the one coordinate of a function."""
    return jax.jacfwd(function.at)(x)[0]
