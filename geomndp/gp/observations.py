"""Linear observations of a field: components, derivatives, averages."""

import abc
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Function = Callable[[Float[Array, " dim_x"]], Float[Array, " dim_y"]]
"""A field as a function of one location."""


class AbstractObservations(eqx.Module):
    """Numbers that depend linearly on a field.

    An implementation computes them from any function, and from that alone: the covariances that
    conditioning needs follow by observing the kernel, once in each of its arguments.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> class Divergence(gn.gp.AbstractObservations):
        ...     x: jax.Array
        ...     def __call__(self, f):
        ...         return jax.vmap(lambda x: jnp.trace(jax.jacfwd(f)(x)))(self.x)
        >>> source = Divergence(jnp.array([[3.0, 0.0]]))
        >>> source(lambda x: x**2).tolist()
        [6.0]
    """

    @abc.abstractmethod
    def __call__(self, f: Function) -> Float[Array, " n_observed"]:
        """The numbers, linear in f."""


class PointValues(AbstractObservations):
    r"""Components of the values at points, one number each: $w_i \cdot f(x_i)$.

    Arguments:
        x: Locations.
        weights: The vectors $w_i$, such as (1, 0) for the first component.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> eastward = gn.gp.PointValues(jnp.zeros((1, 2)), jnp.array([[1.0, 0.0]]))
        >>> eastward(lambda x: jnp.array([5.0, 7.0])).tolist()
        [5.0]
    """

    x: Float[Array, "n_observed dim_x"]
    weights: Float[Array, "n_observed dim_y"]

    def __call__(self, f: Function) -> Float[Array, " n_observed"]:
        return jnp.sum(self.weights * jax.vmap(f)(self.x), -1)


class Derivatives(AbstractObservations):
    r"""Directional derivatives at points: $w_i \cdot (v_i \cdot \nabla) f(x_i)$.

    The kernel has to be of fields with a derivative: those of Matern12 have none.

    Arguments:
        x: Locations.
        directions: The vectors $v_i$.
        weights: The vectors $w_i$; (1,) for a scalar field.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> one = jnp.ones((1, 1))
        >>> slope = gn.gp.Derivatives(x=3 * one, directions=one, weights=one)
        >>> slope(lambda x: x**2).tolist()
        [6.0]
    """

    x: Float[Array, "n_observed dim_x"]
    directions: Float[Array, "n_observed dim_x"]
    weights: Float[Array, "n_observed dim_y"]

    def __call__(self, f: Function) -> Float[Array, " n_observed"]:
        def along(x: Array, v: Array) -> Array:
            return jax.jvp(f, (x,), (v,))[1]

        return jnp.sum(self.weights * jax.vmap(along)(self.x, self.directions), -1)


class Averages(AbstractObservations):
    r"""Weighted sums over points: $\sum_j w_{ij} \cdot f(x_{ij})$; integrals by quadrature.

    Arguments:
        x: The points of each sum.
        weights: The vectors $w_{ij}$, such as (1/k,) for the mean over k points.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> grid = jnp.linspace(0.0, 1.0, 5)[None, :, None]
        >>> mean = gn.gp.Averages(grid, jnp.full((1, 5, 1), 1 / 5))
        >>> mean(lambda x: x).round(4).tolist()
        [0.5]
    """

    x: Float[Array, "n_observed n_terms dim_x"]
    weights: Float[Array, "n_observed n_terms dim_y"]

    def __call__(self, f: Function) -> Float[Array, " n_observed"]:
        return jnp.sum(self.weights * jax.vmap(jax.vmap(f))(self.x), (1, 2))
