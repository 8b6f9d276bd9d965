"""The score of a Gaussian process that is noised, in closed form."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.gp import GaussianProcess, Posterior
from geomndp.linalg import AbstractOperator
from geomndp.linalg.frames import frame_of, from_frame, to_frame
from geomndp.sde.base import AbstractNoisingAtPoints, as_time, check_time, check_values
from geomndp.sde.gaussian_noising import AbstractGaussianNoising, GaussianNoisingAtPoints
from geomndp.typing import Locations, Mask, Time, Values


class ExactGaussianScore(eqx.Module):
    r"""$K \nabla \log p_t$ of data that are a Gaussian process: the oracle of everything here.

    With the mean $m_0$ and the covariance $\Sigma$ of the data, the noised values are normal with
    mean $m + \alpha_t (m_0 - m)$ and covariance $\alpha_t^2 \Sigma + \sigma_t^2 K$. One
    decomposition of $L^{-1} \Sigma L^{-\top}$ makes it diagonal at all times; it costs (n p)^3
    once per set of points.

    Arguments:
        noising: The process.
        data: The law of the data, observation noise included; or what it is given observations.

    Raises:
        ValueError: If values of the process and the data differ in dimension.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> noising = gn.sde.OrnsteinUhlenbeck(
        ...     gn.GaussianProcess(gn.kernels.White(1.0)), gn.sde.LinearSchedule()
        ... )
        >>> score = gn.sde.ExactGaussianScore(noising, gn.GaussianProcess(gn.kernels.White(1.0)))
        >>> score(0.3, jnp.zeros((2, 1)), jnp.array([[1.0], [2.0]])).tolist()  # white remains white
        [[-1.0], [-2.0]]
    """

    noising: AbstractGaussianNoising
    data: GaussianProcess | Posterior

    def __check_init__(self) -> None:
        if self.noising.limit.dim_y != self.data.dim_y:
            raise ValueError(
                f"expected data with {self.noising.limit.dim_y} coordinates of the values, as the "
                f"limit has, got {self.data.dim_y}"
            )

    def __call__(self, t: Time, x: Locations, y: Values, mask: Mask | None = None) -> Values:
        check_values(y, x, self.data.dim_y)
        return self.bind(self.noising.at(x, mask))(t, y)

    def bind(self, process: AbstractNoisingAtPoints) -> "NoisedGaussian":
        """The law of the noised values at given points, of which a call `(t, y)` is the score."""
        return NoisedGaussian.of(process, self.data)


class NoisedGaussian(eqx.Module):
    r"""The normal law at every time of a Gaussian process that is noised, at given points.

    Calling it gives the preconditioned score. In the basis $B = L U$, where U diagonalises
    $L^{-1} \Sigma L^{-\top} = U \Lambda U^\top$, the covariance at time t is
    $B (\alpha_t^2 \Lambda + \sigma_t^2) B^\top$.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> limit = gn.GaussianProcess(gn.kernels.White(1.0))
        >>> data = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())
        >>> law = gn.sde.NoisedGaussian.of(noising.at(jnp.zeros((1, 1))), data)
        >>> f"{law.log_prob(0.5, jnp.zeros((1, 1))):.4f}"
        '-0.9189'
    """

    process: GaussianNoisingAtPoints
    mean: Values
    basis: Float[Array, "size size"]
    """U, on flattened white values."""
    variances: Float[Array, " size"]
    r"""$\Lambda$."""

    @staticmethod
    def of(process: AbstractNoisingAtPoints, data: GaussianProcess | Posterior) -> "NoisedGaussian":
        """The law of the noised values of a Gaussian process, or of one given observations.

        Raises:
            TypeError: If the process is not linear in the values.
        """
        if not isinstance(process, GaussianNoisingAtPoints):
            raise TypeError(
                f"expected a Gaussian noising process, got {type(process.noising).__name__}: only "
                "there normal laws stay normal"
            )
        mean, operator = data.law(process.x)
        white = _whitened(process.covariance, operator.masked(process.mask))
        variances, basis = jnp.linalg.eigh(white)
        return NoisedGaussian(process, mean, basis, jnp.maximum(variances, 0))

    def mean_at(self, t: Time) -> Values:
        """The mean at time t."""
        return self.process.marginal_mean(t, self.mean)

    def variances_at(self, t: Time) -> Float[Array, " size"]:
        r"""$\alpha_t^2 \Lambda + \sigma_t^2$."""
        t = as_time(t, self.mean)
        signal, noise = self.process.noising.signal(t), self.process.noising.noise_scale(t)
        return signal**2 * self.variances + noise**2

    def __call__(self, t: Time, y: Values) -> Values:
        check_time(self.process.noising, t)
        return self.from_basis(-self._to_basis(y - self.mean_at(t)) / self.variances_at(t))

    def sample(self, t: Time, *, key: jax.Array) -> Values:
        """A draw of the values at time t."""
        z = jax.random.normal(key, self.variances.shape, self.mean.dtype)
        return self.mean_at(t) + self.from_basis(jnp.sqrt(self.variances_at(t)) * z)

    def log_prob(self, t: Time, y: Values) -> Float[Array, ""]:
        """The log-density at time t, in nats, of the real points."""
        n_values = self.process.n_values.astype(y.dtype)
        deviation = jnp.where(self.process.mask[:, None], y - self.mean_at(t), 0)
        variances = self.variances_at(t)
        squared = jnp.sum(self._to_basis(deviation) ** 2 / variances)
        log_det = jnp.sum(jnp.log(variances)) - self._n_padded * jnp.log(self._padded(t))
        log_det = log_det + self.process.covariance.log_det()
        return -0.5 * (squared + log_det + n_values * jnp.log(2 * jnp.pi).astype(y.dtype))

    def divergence_from_limit(self, t: Time) -> Float[Array, ""]:
        """KL divergence of the law at time t from the limit, in nats."""
        variances, padded = self.variances_at(t), self._padded(t)
        excess = jnp.sum(variances - 1 - jnp.log(variances))
        excess = excess - self._n_padded * (padded - 1 - jnp.log(padded))
        return 0.5 * (excess + self.process.squared_norm(self.mean_at(t) - self.process.mean))

    @property
    def _n_padded(self) -> Float[Array, ""]:
        return (self.variances.size - self.process.n_values).astype(self.mean.dtype)

    def _padded(self, t: Time) -> Float[Array, ""]:
        """The variance of white values at padding, which are of variance 1 at time 0."""
        t = as_time(t, self.mean)
        return self.process.noising.signal(t) ** 2 + self.process.noising.noise_scale(t) ** 2

    def _to_basis(self, v: Values) -> Float[Array, " size"]:
        white = self.process.covariance.sqrt_solve(v)
        return self.basis.T @ to_frame(self.process.frame, white).ravel()

    def from_basis(self, z: Float[Array, " size"]) -> Values:
        """Values whose coordinates are z in the basis in which all laws are independent."""
        white = (self.basis @ z).reshape(self.mean.shape[0], -1)
        return self.process.covariance.sqrt_matvec(from_frame(self.process.frame, white))


def limit_mismatch(
    noising: AbstractGaussianNoising,
    data: GaussianProcess,
    x: Locations,
    mask: Mask | None = None,
) -> Float[Array, ""]:
    """How far the law at `t_max` is from the limit: KL divergence in nats per real point.

    Samplers start from the limit, so this much of their error no solver can mend. For data that
    are no Gaussian process the mean of `GaussianNoisingAtPoints.limit_divergence` bounds it.

    Arguments:
        noising: The process.
        data: The law of the data.
        x: Locations.
        mask: True at real points; all are real when left out.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> data = gn.GaussianProcess(gn.kernels.Matern12(0.5, 1.0))
        >>> smooth = gn.kernels.SquaredExponential(1.0, 1.0)
        >>> x, schedule = jnp.linspace(-2, 2, 30)[:, None], gn.sde.LinearSchedule(beta_max=10.0)
        >>> for noise in (1e-4, 0.05):
        ...     limit = gn.GaussianProcess(smooth + gn.kernels.White(noise))
        ...     noising = gn.sde.OrnsteinUhlenbeck(limit, schedule)
        ...     print(f"{gn.sde.limit_mismatch(noising, data, x):.2g}")
        5.4
        0.00058
    """
    process = noising.at(x, mask)
    n_real = jnp.sum(process.mask).astype(x.dtype)
    law = NoisedGaussian.of(process, data)
    return law.divergence_from_limit(noising.t_max) / jnp.maximum(n_real, 1)


def _whitened(root: AbstractOperator, operator: AbstractOperator) -> Float[Array, "size size"]:
    r"""$L^{-1} \Sigma L^{-\top}$, on flattened values, of which there are fewer in subspaces."""
    gram = operator.dense()
    n, p = gram.shape[0], gram.shape[2]
    frame = frame_of(root)

    def solve(rows: Float[Array, "rows size"]) -> Float[Array, "rows rank"]:
        white = jax.vmap(root.sqrt_solve)(rows.reshape(-1, n, p))
        return jax.vmap(lambda v: to_frame(frame, v))(white).reshape(rows.shape[0], -1)

    half = solve(jnp.moveaxis(gram, (1, 3), (0, 1)).reshape(n * p, n * p))
    white = solve(half.T)  # row j of half is L^-1 applied to column j
    return 0.5 * (white + white.T)
