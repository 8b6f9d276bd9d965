"""The interface of an estimator of divergence."""

import abc
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.typing import Key, Mask, Values

Velocity: TypeAlias = Callable[[Values], Values]
"""A vector field on the values at given points."""


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

    It is the trace over the real points. What is random in it is drawn once, by `probes`, before a
    trajectory, and held along it. Then what is integrated is one function of time, as an adaptive
    solver needs, and the log-density with a given key is one smooth function of the values. Each
    probe gives its own estimate of the whole integral, and their spread tells the error of their
    mean.

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
    def __call__(self, velocity: Velocity, y: Values, mask: Mask, probes: Any) -> Linearised:
        """The velocity at y, and estimates of its divergence, from one linearisation.

        Arguments:
            velocity: The vector field.
            y: The values.
            mask: True at real points; others take no part.
            probes: What `probes` gave.
        """

    @abc.abstractmethod
    def standard_error(self, estimates: Float[Array, " n_estimates"]) -> Float[Array, ""]:
        """Standard error of the mean of the estimates."""


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


def derivatives(
    tangent_map: Callable[[Values], Values], tangents: Float[Array, "n n_points dim_y"], mask: Mask
) -> Float[Array, "n n_points dim_y"]:
    """A linear map of many tangents at once, restricted to the real points."""
    return jax.vmap(lambda v: masked(tangent_map(masked(v, mask)), mask))(tangents)
