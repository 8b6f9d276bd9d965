"""How the fibre of a field compares with what a kernel needs."""

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldType
from geomndp.representations import Trivial


def is_scalar(kind: FieldType) -> bool:
    """Whether values are single numbers that keep their size, under a change of sign at most."""
    return kind.fibre.dim == 1 and kind.fibre.is_orthogonal


def scalar_kind(kind: FieldType) -> FieldType:
    """Invariant scalars on the same domain, under the same group."""
    return FieldType(kind.group, Trivial(1), domain=kind.domain)


def fibre_is(
    kind: FieldType, expected: Callable[[Float[Array, "dim_x dim_x"]], Float[Array, "dim_y dim_y"]]
) -> bool:
    """Whether values transform, up to a common sign, as a function of how locations turn.

    Arguments:
        kind: The field.
        expected: From the linear part of the motion of locations to the matrix on values.
    """
    for g in _elements(kind):
        origin = jnp.zeros(kind.dim_x)
        basis = jnp.eye(kind.dim_x)
        turn = (kind.group.act(g, basis) - kind.group.act(g, origin)[None]).T
        matrix, wanted = kind.fibre_matrix(g), expected(turn)
        if matrix.shape != wanted.shape:
            return False
        error = jnp.minimum(jnp.abs(matrix - wanted).max(), jnp.abs(matrix + wanted).max())
        if float(error) > 1e-4:
            return False
    return True


def commutes(kind: FieldType, matrix: Float[Array, "dim_y dim_y"]) -> bool:
    r"""Whether $\rho(h) B \rho(h)^\top = B$ for all elements."""
    if kind.fibre.dim != matrix.shape[0]:
        return False
    matrix = jnp.asarray(matrix, float)
    size = float(jnp.abs(matrix).max())
    turned = (rho @ matrix @ rho.T for rho in map(kind.fibre_matrix, _elements(kind)))
    return all(float(jnp.abs(each - matrix).max()) <= 1e-4 * size for each in turned)


def _elements(kind: FieldType) -> Iterator[Any]:
    """Random elements of each part of the group; what holds for them holds for all."""
    for determinant in kind.group.determinants:
        for key in jax.random.split(jax.random.key(0), 4):
            yield kind.group.sample(key=key, determinant=determinant)
