"""Draws of a Gaussian process given values, as functions."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.gp.evidence import Noise, with_noise
from geomndp.gp.gaussian_process import GaussianProcess
from geomndp.gp.interpolation import KernelInterpolant
from geomndp.gp.means import AbstractMean
from geomndp.kernels import AbstractKernel, PointwiseFunction
from geomndp.kernels.base import Scaled
from geomndp.kernels.hodge_kernel import AbstractHodgeKernel
from geomndp.kernels.locations import check_locations
from geomndp.kernels.random_features import BLOCK
from geomndp.kernels.white_terms import continuous_and_white
from geomndp.kernels.zonal import AbstractZonalKernel
from geomndp.linalg import AbstractOperator, add
from geomndp.linalg.frames import frame_of, from_frame, to_frame
from geomndp.typing import Key, Locations, Values


class PathwisePosterior(eqx.Module):
    r"""Draws of a Gaussian process given values at locations, as functions.

    A draw of the process is a draw of the posterior once it is moved to the values,

    $$ f(x) + k(x, X)\, S^{-1} (y - f(X) - \varepsilon), $$

    with the noise $\varepsilon$ of the values, and their covariance S (Matheron's rule). So it is
    known anywhere, in time linear in the number of locations that it is asked for, where
    `Posterior.sample` factorises a covariance of them all. S is factorised once, for all values at
    the same locations. Draws of the process are sums of spherical harmonics on the globe, exact,
    and of random waves elsewhere, whose covariance is that of the kernel up to a part of about
    $1/\sqrt{n}$ for n waves, in what the values leave open.

    Arguments:
        gp: The process. White noise in its kernel is noise of the values.
        x: The locations X.
        noise_variance: Variance of further noise of the values, as of `GaussianProcess.condition`.
        jitter: Added to the variances, relative to their mean; draws are of the posterior but for
            it.

    References:
        Wilson et al. (2020), *Efficiently Sampling Functions from Gaussian Process Posteriors*,
        arXiv:2002.09309, section 3.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> law = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> x, y = jnp.array([[0.0], [2.0]]), jnp.array([[1.0], [-1.0]])
        >>> draw = gn.gp.PathwisePosterior(law, x, jitter=1e-6).sample(y, key=jax.random.key(0))
        >>> draw(x).round(2).tolist(), draw(jnp.linspace(0.0, 2.0, 1000)[:, None]).shape
        ([[1.0], [-1.0]], (1000, 1))
    """

    gp: GaussianProcess
    x: Locations
    noise_variance: Noise
    operator: AbstractOperator
    """Covariance of the values, factorised."""

    def __init__(
        self, gp: GaussianProcess, x: Locations, *, noise_variance: Noise = 0.0, jitter: float = 0.0
    ):
        check_locations(x)
        self.gp, self.x, self.noise_variance = gp, jnp.asarray(x), noise_variance
        operator = with_noise(gp.kernel.operator(self.x), noise_variance)
        self.operator = operator.with_jitter(jitter).factorised()

    def sample(self, y: Values, *, n_features: int = 1024, key: Key) -> "PathwiseFunction":
        """One draw, a function.

        Arguments:
            y: The values.
            n_features: Number of waves of each term of the kernel.
            key: A random key.

        Raises:
            ValueError: If there is not one value for each location, or no function is a draw of a
                term of the kernel.
        """
        expected = self.x.shape[0], self.gp.dim_y
        if y.shape != expected:
            raise ValueError(
                f"expected values of shape {expected}, one for each location, got {y.shape}"
            )
        of_functions, of_noise = jax.random.split(key)
        continuous, _ = continuous_and_white(self.gp.kernel)
        dim_x = self.x.shape[1]
        prior = tuple(
            _draw(term, n_features, dim_x, key=jax.random.fold_in(of_functions, number))
            for number, term in enumerate(continuous)
        )
        before = PathwiseFunction(prior, self.gp.mean, None)
        missing = y - before(self.x) - self._noise(of_noise)
        update = KernelInterpolant(self.gp.kernel, self.x, self.operator.solve(missing))
        return PathwiseFunction(prior, self.gp.mean, update)

    def sample_values(
        self, y: Values, x: Float[Array, "n_asked dim_x"], *, n_features: int = 1024, key: Key
    ) -> Float[Array, "n_asked dim_y"]:
        """One draw of new values at locations, each with the white noise of the kernel.

        Arguments:
            y: As of `sample`.
            x: The locations.
            n_features: As of `sample`.
            key: A random key.

        Raises:
            ValueError: As `sample`.
        """
        of_function, of_noise = jax.random.split(key)
        values = self.sample(y, n_features=n_features, key=of_function)(x)
        return values + white_noise(self.gp.kernel, x, key=of_noise)

    def _noise(self, key: Key) -> Values:
        """Of the values: that of the kernel, and that beside."""
        of_kernel, beside = jax.random.split(key)
        noise = white_noise(self.gp.kernel, self.x, key=of_kernel)
        variance = jnp.asarray(self.noise_variance, noise.dtype)
        spread = jnp.sqrt(variance[:, None] if variance.ndim == 1 else variance)
        further = spread * jax.random.normal(beside, noise.shape, noise.dtype)
        frame = frame_of(self.operator)
        return noise + (further if frame is None else from_frame(frame, to_frame(frame, further)))


class PathwiseFunction(eqx.Module):
    """A draw of a Gaussian process given values, without the white noise of new values.

    Arguments:
        prior: Functions that were drawn, of the terms of the kernel.
        mean: The mean of the process.
        update: What moves their sum to the values; None before that.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> law = gn.GaussianProcess(gn.kernels.SquaredExponential(1.0, 1.0))
        >>> given = gn.gp.PathwisePosterior(law, jnp.zeros((1, 1)), jitter=1e-6)
        >>> draw = given.sample(jnp.ones((1, 1)), key=jax.random.key(0))
        >>> jax.jacfwd(draw.at)(jnp.zeros(1)).shape
        (1, 1)
    """

    prior: tuple[PointwiseFunction, ...]
    mean: AbstractMean
    update: KernelInterpolant | None

    def __call__(self, x: Locations) -> Values:
        """The values at locations, a block of them at a time."""
        check_locations(x)
        return jax.lax.map(self.at, x, batch_size=BLOCK)

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_y"]:
        """The value at one location, for example to differentiate."""
        value = self.mean(x[None])[0]
        for part in self.prior if self.update is None else (*self.prior, self.update):
            value = value + part.at(x)
        return value


class _Scaled(eqx.Module):
    """A function times a number."""

    function: PointwiseFunction
    factor: Float[Array, ""]

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_y"]:
        return self.factor.astype(x.dtype) * self.function.at(x)


def white_noise(kernel: AbstractKernel, x: Locations, *, key: Key) -> Values:
    """A draw of the white noise of a kernel at locations, 0 if there is none."""
    _, white = continuous_and_white(kernel)
    if not white:
        return jnp.zeros((x.shape[0], kernel.dim_y), x.dtype)
    return add(*(term.operator(x) for term in white)).sample(key=key)


def _draw(kernel: AbstractKernel, n_features: int, dim_x: int, *, key: Key) -> PointwiseFunction:
    """A function that has the covariance."""
    if isinstance(kernel, AbstractZonalKernel | AbstractHodgeKernel):
        return kernel.sample_function(key=key)
    if isinstance(kernel, Scaled):
        inner = _draw(kernel.kernel, n_features, dim_x, key=key)
        return _Scaled(inner, jnp.sqrt(jnp.asarray(kernel.factor)))
    of_waves, of_weights = jax.random.split(key)
    return kernel.random_features(n_features, dim_x, key=of_waves).sample(key=of_weights)
