"""The interface of an estimator of divergence."""

import abc
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold, Euclidean
from geomndp.manifolds.covariant_derivative import covariant_derivative
from geomndp.typing import Key, Mask, Values

Velocity: TypeAlias = Callable[[Values], Values]
"""A vector field on the values at given points."""


Integrals: TypeAlias = Callable[[Any, "AbstractDivergence", Any], Float[Array, " n_estimates"]]
"""Of a score, a way to compute divergences and probes: estimates of the integral of the flow's."""


class Linearised(NamedTuple):
    """A velocity, with estimates of its divergence.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gn.likelihood.Linearised(jnp.zeros((3, 1)), jnp.ones(4)).estimates.mean().item()
        1.0
    """

    velocity: Values
    estimates: Float[Array, " n_estimates"]


class AbstractDivergence(eqx.Module):
    r"""A way to compute $\nabla \cdot v$, the trace of $\partial v / \partial y$.

    It is the trace over the real points. For values on a manifold it is that of the covariant
    derivative: of the part of the derivative that is tangent, along tangent vectors.

    What is random in it is drawn once, by `probes`, before a trajectory, and held along it. Then
    what is integrated is one function of time, as an adaptive solver needs, and the log-density
    with a given key is one smooth function of the values. Each probe gives its own estimate of the
    whole integral, and their spread tells the error of their mean.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> y, mask = jnp.ones((3, 1)), jnp.ones(3, bool)
        >>> for divergence in (gn.likelihood.Exact(), gn.likelihood.Hutchinson(n_probes=2)):
        ...     probes = divergence.probes(y, mask, key=jax.random.key(0))
        ...     print(divergence(lambda y: y**2, y, mask, probes).estimates.tolist())
        [6.0]
        [6.0, 6.0]
    """

    @property
    @abc.abstractmethod
    def n_estimates(self) -> int:
        """How many estimates there are."""

    @abc.abstractmethod
    def probes(self, y: Values, mask: Mask, *, key: Key | None) -> Any:
        """What is random, for values of the shape of y.

        Raises:
            ValueError: If a key is wanted and there is none.
        """

    @abc.abstractmethod
    def __call__(
        self,
        velocity: Velocity,
        y: Values,
        mask: Mask,
        probes: Any,
        manifold: AbstractManifold | None = None,
    ) -> Linearised:
        """The velocity at y, and estimates of its divergence, from one linearisation.

        Arguments:
            velocity: The vector field; of its vectors the tangent part counts.
            y: The values.
            mask: True at real points; others take no part.
            probes: What `probes` gave.
            manifold: Where each value lives; flat space when left out.
        """

    @abc.abstractmethod
    def standard_error(self, estimates: Float[Array, " n_estimates"]) -> Float[Array, ""]:
        """Standard error of the mean of the estimates."""

    def corrected(
        self, estimates: Float[Array, " n_estimates"], integrals: Integrals, probes: Any
    ) -> Float[Array, " n_estimates"]:
        """Estimates of the integral along a whole trajectory, less what is known of their error.

        Arguments:
            estimates: The estimates.
            integrals: Of any score, a way to compute its divergence and probes: the estimates of
                the integral along the trajectory of that score from the same values.
            probes: What `probes` gave.
        """
        return estimates


def masked(v: Values, mask: Mask) -> Values:
    """Vectors with zeros at padding, whatever is there."""
    return jnp.where(mask[:, None], v, 0)


def standard_error_of_mean(estimates: Float[Array, " n_estimates"]) -> Float[Array, ""]:
    """That of independent estimates; NaN of one alone, which tells nothing of its error."""
    n = estimates.shape[0]
    if n == 1:
        return jnp.full((), jnp.nan, estimates.dtype)
    return jnp.std(estimates, ddof=1) / n**0.5


def require_key(key: Key | None, divergence: AbstractDivergence) -> Key:
    """The key, if there is one.

    Raises:
        ValueError: If there is none.
    """
    if key is None:
        raise ValueError(
            f"expected a key for the probes of {type(divergence).__name__}, got None; "
            "give key=jax.random.key(0), or take Exact(), which needs none"
        )
    return key


def check_count(name: str, count: int) -> None:
    """Refuse a count below 1.

    Raises:
        ValueError: If it is.
    """
    if count < 1:
        raise ValueError(f"expected {name} of at least 1, got {count}")


def linearised(
    velocity: Velocity, y: Values, mask: Mask, manifold: AbstractManifold
) -> tuple[Values, Callable[[Values], Values]]:
    """A velocity and its covariant derivative, a linear map, both at the real points alone."""
    v, derivative = covariant_derivative(manifold, velocity, y)
    return masked(v, mask), lambda tangent: masked(derivative(masked(tangent, mask)), mask)


def or_flat(manifold: AbstractManifold | None, y: Values) -> AbstractManifold:
    """The manifold, or flat space where there is none."""
    return Euclidean(y.shape[1]) if manifold is None else manifold
