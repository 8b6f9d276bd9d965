"""A Gaussian process given observations."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.gp.evidence import AbstractEvidence
from geomndp.gp.means import AbstractMean
from geomndp.kernels import AbstractKernel
from geomndp.linalg import AbstractOperator, Dense
from geomndp.linalg.frames import (
    check_within,
    coordinates_of,
    frame_of,
    from_frame,
    rank_of,
    restricted,
)
from geomndp.typing import Key, Locations, Values


class Posterior(eqx.Module):
    r"""The law of a Gaussian process given linear observations $z = Lf + \varepsilon$.

    $$ \mathbb{E}[f(x) \mid z] = m(x) + C(x)\, S^{-1} (z - Lm), \quad
       \mathrm{Cov} = k(x, x') - C(x)\, S^{-1} C(x')^\top, $$

    It is Gaussian, with $C(x) = \mathrm{Cov}(f(x), Lf)$, and S the covariance of z.
    `GaussianProcess.condition` makes it; S is factorised there, once.

    Arguments:
        prior_kernel: The kernel of the process.
        prior_mean: The mean of the process.
        evidence: What was observed.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> gp = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> posterior = gp.condition(jnp.zeros((1, 1)), jnp.ones((1, 1)), noise_variance=0.01)
        >>> mean, variance = posterior.mean_and_variance(jnp.array([[0.0], [9.0]]))
        >>> mean[:, 0].round(2).tolist(), variance[:, 0].round(2).tolist()
        ([0.99, 0.0], [0.01, 1.0])
    """

    prior_kernel: AbstractKernel
    prior_mean: AbstractMean
    evidence: AbstractEvidence

    @property
    def dim_y(self) -> int:
        """Number of coordinates of a value."""
        return self.prior_kernel.dim_y

    def mean(self, x: Locations) -> Values:
        """The mean of the values at locations, which is that of new observations too."""
        x = jnp.asarray(x)
        return self._mean(x, self.evidence.white_covariance(x))

    def mean_and_variance(self, x: Locations, *, latent: bool = True) -> tuple[Values, Values]:
        """Mean and variance of each coordinate, in memory linear in the number of locations.

        Arguments:
            x: Locations.
            latent: As in `mean_and_covariance`.
        """
        x = jnp.asarray(x)
        white = self.evidence.white_covariance(x)

        def prior(x: Float[Array, " dim_x"]) -> Float[Array, " dim_y"]:
            one = x[None]
            kernel = self.prior_kernel
            gram = kernel.cross_covariance(one, one) if latent else kernel.gram(one)
            return jnp.diagonal(gram[0, 0])

        return self._mean(x, white), jax.vmap(prior)(x) - jnp.sum(white**2, -1)

    def mean_and_covariance(
        self, x: Locations, *, latent: bool = True
    ) -> tuple[Values, Float[Array, "n_points n_points dim_y dim_y"]]:
        """Mean and covariance of the values at locations.

        Arguments:
            x: Locations.
            latent: Whether of the field alone; otherwise of new observations, each with the white
                noise of the kernel.

        Returns:
            The mean, and the covariances in the shape (n, n, p, p) of `kernel.gram`.
        """
        x = jnp.asarray(x)
        white = self.evidence.white_covariance(x)
        kernel = self.prior_kernel
        prior = kernel.cross_covariance(x, x) if latent else kernel.gram(x)
        explained = jnp.einsum("iam,jbm->ijab", white, white, precision=jax.lax.Precision.HIGHEST)
        return self._mean(x, white), prior - explained

    def sample(
        self, x: Locations, *, n_samples: int | None = None, latent: bool = True, key: Key
    ) -> Float[Array, "*samples n_points dim_y"]:
        """Draws of the values at locations.

        Arguments:
            x: Locations; at observed ones the law may be certain.
            n_samples: Number of draws, on a leading axis; one without that axis when left out.
            latent: As in `mean_and_covariance`.
            key: A random key.
        """
        mean, operator = self.law(x, latent=latent)
        frame, gram = frame_of(operator), coordinates_of(operator).dense()
        n_points, dim = gram.shape[1:3]
        size = n_points * dim
        # The symmetric root exists too where the law is certain; below 0 there is only rounding.
        values, vectors = jnp.linalg.eigh(gram.transpose(0, 2, 1, 3).reshape(size, size))
        root = vectors * jnp.sqrt(jnp.maximum(values, 0))[None]
        noise = jax.random.normal(key, (1 if n_samples is None else n_samples, size), mean.dtype)
        white = (noise @ root.T).reshape(-1, n_points, dim)
        draws = mean[None] + jax.vmap(lambda u: from_frame(frame, u))(white)
        return draws[0] if n_samples is None else draws

    def log_prob(
        self, x: Locations, y: Values, *, latent: bool = True, jitter: float = 0.0
    ) -> Float[Array, ""]:
        """The log density of values at locations, in nats.

        Arguments:
            x: Locations.
            y: The values.
            latent: Whether y are values of the field alone; otherwise of new observations, each
                with the white noise of the kernel.
            jitter: Added to the variances, relative to their mean.

        Raises:
            ValueError: If the covariance is singular, as at observed locations without noise.
        """
        mean, operator = self.law(x, latent=latent)
        operator = operator.with_jitter(jitter).factorised()
        check_within(frame_of(operator), y - mean)
        white, n_values = operator.sqrt_solve(y - mean), rank_of(operator) * y.shape[0]
        return -0.5 * (jnp.sum(white**2) + operator.log_det() + n_values * math.log(2 * math.pi))

    def law(self, x: Locations, *, latent: bool = False) -> tuple[Values, AbstractOperator]:
        """Mean and covariance at locations, in the subspaces in which values lie, if any.

        Arguments:
            x: Locations.
            latent: As in `mean_and_covariance`.
        """
        x = jnp.asarray(x)
        mean, covariance = self.mean_and_covariance(x, latent=latent)
        return mean, restricted(Dense(covariance), frame_of(self.prior_kernel.operator(x)))

    def _mean(self, x: Locations, white: Float[Array, "n_points dim_y n_observed"]) -> Values:
        """The mean, from covariances with the whitened observations."""
        return self.prior_mean(x) + white @ self.evidence.white
