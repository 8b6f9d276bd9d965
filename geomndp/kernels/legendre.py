"""Series of Legendre polynomials and of their derivatives."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Cosine = Float[Array, "n_points n_others"]


def legendre_series(weights: Float[Array, " n_degrees"], cosine: Cosine) -> Cosine:
    r"""$\sum_\ell w_\ell P_\ell(c)$, by the recurrence in the degree.

    $$ (\ell + 1) P_{\ell+1} = (2\ell + 1)\, c\, P_\ell - \ell P_{\ell-1} $$
    """

    def add_degree(carry: tuple[Array, ...], weight: Array) -> tuple[tuple[Array, ...], None]:
        degree, before, now, total = carry
        following = _next(degree, cosine, before, now)
        return (degree + 1, now, following, total + weight * now), None

    zero = jnp.zeros_like(cosine)
    start = (jnp.zeros((), cosine.dtype), zero, jnp.ones_like(cosine), zero)
    (*_, total), _ = jax.lax.scan(add_degree, start, weights)
    return total


def legendre_derivatives(
    weights: Float[Array, " n_degrees"], cosine: Cosine
) -> tuple[Cosine, Cosine]:
    r"""$\sum_\ell w_\ell P_\ell'(c)$ and $\sum_\ell w_\ell P_\ell''(c)$.

    $$ P_{\ell+1}' = c\, P_\ell' + (\ell + 1) P_\ell, \qquad
       P_{\ell+1}'' = c\, P_\ell'' + (\ell + 2) P_\ell' $$

    No step divides by $1 - c^2$, as others do, and none makes an error larger where $|c| \le 1$. At
    $c = \pm 1$ all terms of a sum have one sign.
    """

    def add_degree(carry: tuple[Array, ...], weight: Array) -> tuple[tuple[Array, ...], None]:
        degree, before, now, first, second, *totals = carry
        sums = totals[0] + weight * first, totals[1] + weight * second
        following = (
            degree + 1,
            now,
            _next(degree, cosine, before, now),
            cosine * first + (degree + 1) * now,
            cosine * second + (degree + 2) * first,
        )
        return (*following, *sums), None

    zero = jnp.zeros_like(cosine)
    start = (jnp.zeros((), cosine.dtype), zero, jnp.ones_like(cosine), zero, zero, zero, zero)
    (*_, first, second), _ = jax.lax.scan(add_degree, start, weights)
    return first, second


def _next(degree: Array, cosine: Cosine, before: Cosine, now: Cosine) -> Cosine:
    """The polynomial of the next degree."""
    return ((2 * degree + 1) * cosine * now - degree * before) / (degree + 1)
