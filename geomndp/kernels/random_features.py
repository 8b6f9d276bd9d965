"""Random waves that approximate a stationary Gaussian field."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from geomndp.kernels.locations import check_locations
from geomndp.typing import Key, Locations, Values

if TYPE_CHECKING:
    from geomndp.kernels.base import AbstractKernel

BLOCK = 256
"""Points at which waves are evaluated at once: it bounds the memory, not the result."""


class RandomFeatures(eqx.Module):
    r"""Vector waves $a_k e^{i \omega_k \cdot x}$ with random frequencies and complex amplitudes.

    Their random sums, with independent standard normal $u_k, v_k$,

    $$ f(x) = \sum_k u_k \,\mathrm{Re}(a_k e^{i \omega_k \cdot x})
       + v_k \,\mathrm{Im}(a_k e^{i \omega_k \cdot x}), $$

    are smooth functions, whose covariance $\mathrm{Re} \sum_k a_k a_k^* e^{i\omega_k\cdot(x-x')}$
    is the kernel's in expectation over the frequencies, if these are drawn from the kernel's
    spectral measure (Bochner's theorem; Rahimi and Recht 2007). Derivatives of a potential multiply
    its amplitudes by $i\omega$, so that draws for curl-free and divergence-free kernels are exactly
    that.

    Arguments:
        frequencies: $\omega_k$, in radians per unit of length.
        real: Real parts of the amplitudes.
        imaginary: Imaginary parts.

    Example:
        >>> import jax, geomndp as gn
        >>> kernel = gn.kernels.CurlFree(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> features = kernel.random_features(256, dim_x=2, key=jax.random.key(0))
        >>> wind = features.sample(key=jax.random.key(1))
        >>> wind(jax.random.normal(jax.random.key(2), (10000, 2))).shape  # no 10000 x 10000 matrix
        (10000, 2)
    """

    frequencies: Float[Array, "n_waves dim_x"]
    real: Float[Array, "n_waves dim_y"]
    imaginary: Float[Array, "n_waves dim_y"]

    def __call__(self, x: Locations) -> Float[Array, "n_points dim_y n_columns"]:
        r"""The waves as columns $\Phi$, with $\Phi(x) \Phi(x')^\top$ about $k(x, x')$."""
        check_locations(x, self.frequencies.shape[1])
        phase = jnp.matmul(x, self.frequencies.T, precision=jax.lax.Precision.HIGHEST)
        cosine, sine = jnp.cos(phase)[:, None, :], jnp.sin(phase)[:, None, :]
        real, imaginary = self.real.T[None], self.imaginary.T[None]
        return jnp.concatenate(
            [cosine * real - sine * imaginary, cosine * imaginary + sine * real], -1
        )

    def sample(self, *, key: Key) -> "RandomFunction":
        """A draw from the field, as a function."""
        weights = jax.random.normal(key, (2, self.real.shape[0]), self.real.dtype)
        u, v = weights[0][:, None], weights[1][:, None]
        return RandomFunction(
            self.frequencies,
            u * self.real + v * self.imaginary,
            v * self.real - u * self.imaginary,
        )

    def scaled(self, factor: Float[Array, ""] | float | int) -> "RandomFeatures":
        """The features of the kernel times a number."""
        root = jnp.sqrt(jnp.asarray(factor, self.real.dtype))
        return RandomFeatures(self.frequencies, root * self.real, root * self.imaginary)

    def spread(self, rows: Float[Array, "rank dim_new"]) -> "RandomFeatures":
        """Features of independent copies of a scalar field, each times a constant vector."""
        each = [
            RandomFeatures(self.frequencies, self.real * row[None], self.imaginary * row[None])
            for row in rows.astype(self.real.dtype)
        ]
        return RandomFeatures.stack(each)

    def differentiated(self, slopes: Float[Array, "n_waves dim_new"]) -> "RandomFeatures":
        """Features of derivatives of a scalar field: wave k times i times its slopes."""
        return RandomFeatures(self.frequencies, -self.imaginary * slopes, self.real * slopes)

    def placed(self, start: int, dim_y: int) -> "RandomFeatures":
        """The same field as some coordinates of a longer value, the others zero."""
        around = ((0, 0), (start, dim_y - start - self.real.shape[1]))
        return RandomFeatures(
            self.frequencies, jnp.pad(self.real, around), jnp.pad(self.imaginary, around)
        )

    def along(self, start: int, dim_x: int) -> "RandomFeatures":
        """The same field along some coordinates of a longer location, constant along the others."""
        around = ((0, 0), (start, dim_x - start - self.frequencies.shape[1]))
        return RandomFeatures(jnp.pad(self.frequencies, around), self.real, self.imaginary)

    def times(self, other: "RandomFeatures", *, key: Key) -> "RandomFeatures":
        """Features of the product with a scalar kernel; spectral measures are convolved."""
        of_order, of_start = jax.random.split(key)
        sizes = self.real.shape[0], other.real.shape[0]
        n_waves = max(sizes)
        # A sum among the factors has waves of all its terms in turn, so one side is shuffled. The
        # side with fewer waves starts anywhere, so that none is repeated more often on average.
        order = jax.random.permutation(of_order, n_waves)
        start = jax.random.randint(of_start, (), 0, min(sizes))
        first = _repeated(self, start + jnp.arange(n_waves))
        second = _repeated(other, start + order)
        size = min(sizes) ** 0.5
        return RandomFeatures(
            first.frequencies + second.frequencies,
            size * (first.real * second.real - first.imaginary * second.imaginary),
            size * (first.real * second.imaginary + first.imaginary * second.real),
        )

    @staticmethod
    def stack(parts: Sequence["RandomFeatures"]) -> "RandomFeatures":
        """All waves of several: the features of a sum of kernels."""
        return jax.tree.map(lambda *arrays: jnp.concatenate(arrays), *parts)

    @staticmethod
    def of_sum(
        terms: Sequence["AbstractKernel"], n_features: int, dim_x: int, *, key: Key
    ) -> "RandomFeatures":
        """The waves of each term of a sum."""
        keys = jax.random.split(key, len(terms))
        return RandomFeatures.stack(
            [t.random_features(n_features, dim_x, key=k) for t, k in zip(terms, keys, strict=True)]
        )

    @staticmethod
    def of_product(
        left: "AbstractKernel", right: "AbstractKernel", n_features: int, dim_x: int, *, key: Key
    ) -> "RandomFeatures":
        """The waves of a product of scalar kernels."""
        of_left, of_right, of_product = jax.random.split(key, 3)
        first = left.random_features(n_features, dim_x, key=of_left)
        second = right.random_features(n_features, dim_x, key=of_right)
        return first.times(second, key=of_product)


def _repeated(features: RandomFeatures, order: Int[Array, " n_waves"]) -> RandomFeatures:
    """The waves in an order, over again where there are too few."""
    return jax.tree.map(lambda part: part[order % part.shape[0]], features)


class RandomFunction(eqx.Module):
    r"""A sum of waves: $f(x) = \sum_k c_k \cos(\omega_k \cdot x) + s_k \sin(\omega_k \cdot x)$.

    Arguments:
        frequencies: $\omega_k$, in radians per unit of length.
        cosines: The vectors $c_k$.
        sines: The vectors $s_k$.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> one = jnp.ones((1, 1))
        >>> wave = gn.kernels.RandomFunction(jnp.pi * one, cosines=2 * one, sines=0 * one)
        >>> wave(jnp.array([[0.0], [1.0]])).tolist()
        [[2.0], [-2.0]]
    """

    frequencies: Float[Array, "n_waves dim_x"]
    cosines: Float[Array, "n_waves dim_y"]
    sines: Float[Array, "n_waves dim_y"]

    def __call__(self, x: Locations) -> Values:
        """The values at locations, in time linear in their number, a block of them at a time."""
        check_locations(x, self.frequencies.shape[1])
        return jax.lax.map(self.at, x, batch_size=BLOCK)

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_y"]:
        """The value at one location, for example to differentiate."""
        phase = jnp.matmul(self.frequencies, x, precision=jax.lax.Precision.HIGHEST)
        return jnp.cos(phase) @ self.cosines + jnp.sin(phase) @ self.sines
