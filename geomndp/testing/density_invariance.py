"""Invariance of a density under a group."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.testing.symmetry import check_symmetry
from geomndp.typing import Key


def assert_density_invariant(
    log_prob: Callable[[Any, Any], Any],
    field_type: FieldType,
    *,
    key: Key,
    x: Float[Array | np.ndarray, "*batch n_points dim_x"] | None = None,
    y: Float[Array | np.ndarray, "*batch n_points dim_y"] | None = None,
    n_points: int = 5,
    n_draws: int = 2,
    rtol: float = 1e-5,
) -> None:
    r"""Check that $\log p(gx, \rho(h) y) = \log p(x, y)$.

    Arguments:
        log_prob: From locations and values to a log-density, in nats.
        field_type: The group, the fibre, and the spaces on which locations and values are drawn.
        key: A random key.
        x: Locations; standard normal, on the domain, when left out.
        y: Values; standard normal, on the codomain, when left out.
        n_points: Number of locations that are drawn.
        n_draws: Number of elements of each kind and determinant.
        rtol: The largest difference allowed, in nats, or relative to a log-density above one nat.

    Raises:
        AssertionError: If the density changes under an element, or is not finite.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> from geomndp.testing import assert_density_invariant
        >>> wind = gn.FieldType(gn.groups.E(2), gn.representations.Vector(2))
        >>> def calm(x, y):
        ...     return -0.5 * jnp.sum(y**2)
        >>> assert_density_invariant(calm, wind, key=jax.random.key(0))
        >>> def westerly(x, y):
        ...     return -0.5 * jnp.sum((y - jnp.array([5.0, 0.0])) ** 2)
        >>> assert_density_invariant(westerly, wind, key=jax.random.key(0))
        Traceback (most recent call last):
            ...
        AssertionError: expected log p(gx, rho y) = log p(x, y) within 1e-05 ...
    """
    of_x, of_y, of_elements = jax.random.split(key, 3)
    if x is None:
        shape = (n_points if y is None else y.shape[-2], field_type.dim_x)
        x = field_type.domain.project(jax.random.normal(of_x, shape))
    if y is None:
        shape = (x.shape[-2], field_type.dim_y)
        y = field_type.codomain.project(jax.random.normal(of_y, shape))
    check_symmetry(
        log_prob,
        field_type.group,
        ("points", field_type),
        None,
        (jnp.asarray(x), jnp.asarray(y)),
        law="log p(gx, rho y) = log p(x, y)",
        key=of_elements,
        n_draws=n_draws,
        rtol=rtol,
        may_vanish=True,
        least_size=1.0,
    )
