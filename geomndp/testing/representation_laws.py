"""The laws of a representation."""

import itertools
from typing import Any

import jax
import numpy as np

from geomndp.groups import AbstractGroup, C, D
from geomndp.representations import AbstractRepresentation
from geomndp.testing.tolerance import expect_same, rounding
from geomndp.typing import Key


def assert_representation(
    rho: AbstractRepresentation, group: AbstractGroup, *, key: Key, atol: float | None = None
) -> None:
    r"""Check that $\rho(gh) = \rho(g)\rho(h)$ and $\rho(e) = 1$, and that $\rho$ is as promised.

    Elements of every determinant of the group are drawn. Its matrices have the shape (dim, dim),
    and are orthogonal if `is_orthogonal`.

    Arguments:
        rho: The representation.
        group: The group whose linear parts it represents.
        key: A random key.
        atol: The largest difference allowed, relative to what is larger than 1; 1e-10 in double
            precision and 1e-5 in single precision when left out.

    Raises:
        AssertionError: If a law is broken.
        ValueError: If it represents matrices of another size than those of the group.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> from geomndp.testing import assert_representation
        >>> assert_representation(
        ...     gn.representations.Pseudovector(3), gn.groups.O(3), key=jax.random.key(0)
        ... )
        >>> doubled = gn.representations.Matrices(lambda h: 2 * h, 2)
        >>> assert_representation(doubled, gn.groups.O(2), key=jax.random.key(0))
        Traceback (most recent call last):
            ...
        AssertionError: expected rho(e) = 1 within 1e-05, got a difference of 1
    """
    atol = rounding() if atol is None else atol
    if rho.linear_dim not in (None, group.linear_dim):
        raise ValueError(
            f"expected a representation of matrices of size {group.linear_dim}, those of {group}, "
            f"got {rho} with size {rho.linear_dim}"
        )

    def matrix(g: object) -> np.ndarray:
        return np.asarray(rho.matrix(group.linear_part(g)))

    one = matrix(group.identity())
    if one.shape != (rho.dim, rho.dim):
        raise AssertionError(
            f"expected matrices of shape {(rho.dim, rho.dim)}, as dim={rho.dim} promises, "
            f"got {one.shape}"
        )
    expect_same("rho(e) = 1", one, np.eye(rho.dim), atol)
    elements = _some_elements(group, key)
    for g, h in itertools.product(elements, repeat=2):
        expect_same(
            "rho(gh) = rho(g) rho(h)", matrix(group.compose(g, h)), matrix(g) @ matrix(h), atol
        )
    if rho.is_orthogonal:
        for g in elements:
            square = matrix(g).T @ matrix(g)
            expect_same("rhoᵀ rho = 1, as is_orthogonal promises,", square, np.eye(rho.dim), atol)


def _some_elements(group: AbstractGroup, key: Key) -> list[Any]:
    """Two of each determinant; the first eight of a finite group, where draws may be all alike."""
    if isinstance(group, C | D):
        return list(group.elements()[:8]) + list(group.elements()[-1:])
    determinants = 2 * group.determinants
    keys = jax.random.split(key, len(determinants))
    return [
        group.sample(key=of_draw, determinant=determinant)
        for of_draw, determinant in zip(keys, determinants, strict=True)
    ]
