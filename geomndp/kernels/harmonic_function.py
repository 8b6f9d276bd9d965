"""Functions on the globe as sums of spherical harmonics."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.kernels.locations import check_locations
from geomndp.kernels.random_features import BLOCK
from geomndp.typing import Key, Locations, Values


class HarmonicFunction(eqx.Module):
    r"""$f(x) = \sum_{\ell, m} \bar P_\ell^m(z)\, (a_{\ell m} \cos m\phi + b_{\ell m} \sin m\phi)$.

    The terms are the real spherical harmonics, orthonormal on the sphere, at longitude $\phi$ and
    height z. They are computed as the polynomials of the three coordinates that
    $\bar P_\ell^m(z)\, e^{im\phi} = p_{\ell m}(z)\, (x + iy)^m$ is, so that nothing is singular at
    the poles and f extends to space.

    Arguments:
        cosines: $a_{\ell m}$, a row for each degree and a column for each order; those with
            $m > \ell$ count nothing.
        sines: $b_{\ell m}$ likewise, which for m = 0 count nothing.

    Raises:
        ValueError: Unless there are as many orders as degrees.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kernel = gn.kernels.SphericalMatern(nu=1.5, lengthscale=0.3, variance=4.0)
        >>> temperature = kernel.sample_function(key=jax.random.key(0))
        >>> globe = gn.manifolds.Sphere(2)
        >>> temperature(globe.random_uniform((1000,), key=jax.random.key(1))).shape
        (1000, 1)
    """

    cosines: Float[Array, "n_degrees n_degrees"]
    sines: Float[Array, "n_degrees n_degrees"]

    def __check_init__(self) -> None:
        for part in (self.cosines, self.sines):
            if part.shape != (self.cosines.shape[0],) * 2:
                raise ValueError(
                    "expected as many orders as degrees, in arrays of one shape, got shapes "
                    f"{self.cosines.shape} and {self.sines.shape}"
                )

    @staticmethod
    def of_degrees(degree_variances: Float[Array, " n_degrees"], *, key: Key) -> "HarmonicFunction":
        r"""A normal draw whose covariance is $\sum_\ell a_\ell P_\ell$.

        By the addition theorem that is what harmonics of a degree have together whose weights are
        independent, with variance $4\pi a_\ell / (2\ell + 1)$.

        Arguments:
            degree_variances: $a_\ell$.
            key: A random key.
        """
        n_degrees = degree_variances.shape[0]
        count = 2 * jnp.arange(n_degrees, dtype=degree_variances.dtype) + 1
        deviations = jnp.sqrt(4 * math.pi * degree_variances / count)
        shape = (2, n_degrees, n_degrees)
        weights = deviations[None, :, None] * jax.random.normal(key, shape, deviations.dtype)
        return HarmonicFunction(weights[0], weights[1])

    def __call__(self, x: Locations) -> Values:
        """The values at locations, a block of them at a time."""
        check_locations(x, 3)
        return jax.lax.map(self.at, x, batch_size=BLOCK)

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_y"]:
        """The value at one location, for example to differentiate."""
        n_degrees, dtype = self.cosines.shape[0], x.dtype
        steps = tuple(jnp.asarray(each, dtype) for each in _recurrence(n_degrees))
        rows = self.cosines.astype(dtype), self.sines.astype(dtype)

        def add_degree(carry: tuple[Array, ...], row: tuple[Array, ...]):
            before, now, total = carry
            cosines, sines, higher, lower, diagonal = row
            total = total + cosines @ now[0] + sines @ now[1]
            # From order m to m + 1 by a factor x + iy.
            real, imaginary = jnp.roll(now, 1, axis=1)
            turned = jnp.stack([x[0] * real - x[1] * imaginary, x[0] * imaginary + x[1] * real])
            following = higher[None] * x[2] * now - lower[None] * before + diagonal[None] * turned
            return (now, following, total), None

        zero = jnp.zeros((2, n_degrees), dtype)
        first = zero.at[0, 0].set(1 / math.sqrt(4 * math.pi))
        start = (zero, first, jnp.zeros((), dtype))
        (*_, total), _ = jax.lax.scan(add_degree, start, (*rows, *steps))
        return total[None]


def _recurrence(n_degrees: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Factors from the degrees l and l - 1 to l + 1, and on the diagonal from l to order l + 1.

    $$ \bar P_{\ell+1}^m = A_{\ell m}\, z \bar P_\ell^m - B_{\ell m} \bar P_{\ell-1}^m,
       \quad A_{\ell m}^2 = \frac{4 (\ell+1)^2 - 1}{(\ell+1)^2 - m^2}, \quad
       B_{\ell m} = \frac{A_{\ell m}}{A_{\ell-1, m}} $$
    """
    degree, order = np.ogrid[:n_degrees, :n_degrees]
    following = degree + 1.0
    size = np.where(order <= degree, following**2 - order**2, 1.0)
    higher = np.where(order <= degree, np.sqrt((4 * following**2 - 1) / size), 0.0)
    below = np.vstack([np.zeros((1, n_degrees)), higher[:-1]])
    lower = np.divide(higher, below, out=np.zeros_like(higher), where=below > 0)
    # Of order 0 there is one harmonic, of others there are two, each larger by the root of 2.
    step = np.sqrt((2 * following + 1) / (2 * following)) * np.where(degree == 0, np.sqrt(2), 1)
    diagonal = np.where(order == following, step, 0.0)
    return higher, lower, diagonal
