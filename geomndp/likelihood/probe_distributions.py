"""Laws of random probes of a trace."""

import abc

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.typing import Key


class AbstractProbeDistribution(eqx.Module):
    r"""A law of vectors with $\mathbb{E}\, g g^\top = I$.

    So $\mathbb{E}\, g^\top A g = \operatorname{tr} A$ for every matrix A.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> distribution: gn.likelihood.AbstractProbeDistribution = gn.likelihood.Rademacher()
        >>> distribution.sample((5,), jnp.float32, key=jax.random.key(0)).shape
        (5,)
    """

    @abc.abstractmethod
    def sample(
        self, shape: tuple[int, ...], dtype: jnp.dtype | type, *, key: Key
    ) -> Float[Array, "..."]:
        """Independent coordinates."""


class Rademacher(AbstractProbeDistribution):
    r"""Random signs.

    Their variance is least among independent coordinates: the diagonal of A adds nothing to it.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> signs = gn.likelihood.Rademacher().sample((9,), jnp.float32, key=jax.random.key(0))
        >>> bool((jnp.abs(signs) == 1).all())
        True
    """

    def sample(
        self, shape: tuple[int, ...], dtype: jnp.dtype | type, *, key: Key
    ) -> Float[Array, "..."]:
        return jax.random.rademacher(key, shape, dtype)


class Gaussian(AbstractProbeDistribution):
    """Standard normal coordinates, whose estimates have the same law in every orthonormal frame.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> gn.likelihood.Gaussian().sample((2, 3), jnp.float32, key=jax.random.key(0)).shape
        (2, 3)
    """

    def sample(
        self, shape: tuple[int, ...], dtype: jnp.dtype | type, *, key: Key
    ) -> Float[Array, "..."]:
        return jax.random.normal(key, shape, dtype)
