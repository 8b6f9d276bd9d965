"""Laws of functions of one variable: what one-dimensional regression is tried on."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import scipy

from geomndp.data.function_law import (
    AbstractFunctionLaw,
    PerPoint,
    Places,
    check_noised_function,
)
from geomndp.data.gaussian_values import draw_values, value_variance
from geomndp.data.sawtooth import Sawtooth
from geomndp.gp import GaussianProcess
from geomndp.kernels import Matern52, Periodic, SquaredExponential, White
from geomndp.typing import Key, Locations, Mask, Values

_NOISE = 0.05**2
_NEGLIGIBLE = 50.0  # nats below the likeliest law of a mixture
_ROOT_2_PI = math.sqrt(2 * math.pi)


class GaussianFunctions(AbstractFunctionLaw):
    """Draws of a Gaussian process, stationary and with mean zero.

    Arguments:
        gp: The process, observation noise included.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> gp = gn.GaussianProcess(gn.kernels.Matern52(0.25, 1.0) + gn.kernels.White(0.0025))
        >>> f"{gn.data.GaussianFunctions(gp).variance:.4f}"
        '1.0025'
    """

    gp: GaussianProcess

    @property
    def variance(self) -> float:
        return value_variance(self.gp, dim_x=1)

    def sample(self, x: Locations, mask: Mask | None = None, *, key: Key) -> Values:
        return draw_values(self.gp, x, mask, key=key)

    def _log_prob(self, x: Places, y: PerPoint, noise: PerPoint, negligible: float) -> float:
        if not len(x):
            return 0.0
        places = jnp.asarray(x)
        covariance = np.asarray(self.gp.kernel.gram(places), np.float64)[:, :, 0, 0]
        try:
            factor = scipy.linalg.cholesky(covariance + np.diag(noise**2), lower=True)
        except np.linalg.LinAlgError as error:
            raise ValueError(
                "expected noise, of the process or added to its values, that makes their "
                f"covariance positive definite, got {noise.min():g} added"
            ) from error
        rest = y - np.asarray(self.gp.mean(places), np.float64)[:, 0]
        white = scipy.linalg.solve_triangular(factor, rest, lower=True)
        return float(-np.sum(white**2) / 2 - np.sum(np.log(np.diag(factor) * _ROOT_2_PI)))


class StepFunctions(AbstractFunctionLaw):
    r"""Functions that rise once, from $-1/2$ to $1/2$, free of noise.

    $$ f(x) = \mathbb{1}[x \ge a] - \tfrac12, \qquad a \sim U(\text{low}, \text{high}) $$

    Given values at some points the rise is uniform between the last low and the first high one: a
    law that is far from Gaussian, and known. It depends on the place.

    Arguments:
        low: Smallest place of the rise.
        high: Largest place.

    Raises:
        ValueError: Unless low < high.

    References:
        Dutordoir et al. (2023), *Neural Diffusion Processes*, arXiv:2206.03992, section 6.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> x = jnp.array([[-1.5], [1.5]])
        >>> gn.data.StepFunctions().sample(x, key=jax.random.key(0)).ravel().tolist()
        [-0.5, 0.5]
    """

    low: float = -1.0
    high: float = 1.0

    def __check_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"expected low < high, got {self.low} and {self.high}")

    @property
    def variance(self) -> float:
        return 0.25

    @property
    def is_stationary(self) -> bool:
        return False

    def sample(self, x: Locations, mask: Mask | None = None, *, key: Key) -> Values:
        rise = jax.random.uniform(key, (), x.dtype, self.low, self.high)
        return jnp.where(x >= rise, 0.5, -0.5).astype(x.dtype)

    def _log_prob(self, x: Places, y: PerPoint, noise: PerPoint, negligible: float) -> float:
        check_noised_function(x, noise)
        order = np.argsort(x[:, 0])
        places, values = x[order, 0], y[order]
        density = scipy.stats.norm(scale=noise[order]).logpdf
        # Where k values are low, the rise is behind the k-th point and not behind the next.
        of_low = np.cumsum(np.append(0, density(values + 0.5)))
        of_high = np.cumsum(np.append(0, density(values - 0.5)[::-1]))[::-1]
        edges = np.clip(places, self.low, self.high)
        shares = np.diff(edges, prepend=self.low, append=self.high) / (self.high - self.low)
        return float(scipy.special.logsumexp(of_low + of_high, b=shares))


class FunctionMixture(AbstractFunctionLaw):
    """Each function is of one of several laws, with equal chances.

    Arguments:
        laws: The laws.

    Raises:
        ValueError: If there is no law.

    Example:
        >>> import geomndp as gn
        >>> mixture = gn.data.FunctionMixture((gn.data.Sawtooth(), gn.data.Sawtooth(scale=2.0)))
        >>> f"{mixture.variance / gn.data.Sawtooth().variance:.1f}"
        '2.5'
    """

    laws: tuple[AbstractFunctionLaw, ...]

    def __check_init__(self) -> None:
        if not self.laws:
            raise ValueError("expected at least one law to mix, got none")

    @property
    def variance(self) -> float:
        return sum(law.variance for law in self.laws) / len(self.laws)

    @property
    def is_stationary(self) -> bool:
        return all(law.is_stationary for law in self.laws)

    def sample(self, x: Locations, mask: Mask | None = None, *, key: Key) -> Values:
        choice_key, sample_key = jax.random.split(key)
        choice = jax.random.randint(choice_key, (), 0, len(self.laws))
        drawn = jnp.stack([law.sample(x, mask, key=sample_key) for law in self.laws])
        return drawn[choice]

    def _log_prob(self, x: Places, y: PerPoint, noise: PerPoint, negligible: float) -> float:
        of_laws: list[float] = []
        for law in self.laws:
            best = max(of_laws, default=-math.inf)
            negligible = max(negligible, best - _NEGLIGIBLE)
            of_laws.append(law._log_prob(x, y, noise, negligible))
        return float(scipy.special.logsumexp(of_laws)) - math.log(len(self.laws))


def regression_laws() -> dict[str, AbstractFunctionLaw]:
    r"""The laws that one-dimensional regression is tried on, by name.

    Gaussian processes of variance 1 with noise of standard deviation 0.05: squared exponential and
    Matérn-5/2 with lengthscale 0.25; weakly periodic, squared exponential with lengthscale 0.5
    times periodic with lengthscale 0.25 and period 1. The sawtooth without noise. And a mixture of
    the four, the sawtooth brought to variance 1. These are the published ones. Beside them two
    whose posteriors are known and not Gaussian: steps, and a mixture of two Gaussian processes,
    squared exponential with lengthscales 0.25 and 1.

    References:
        Mathieu, Dutordoir, Hutchinson et al. (2023), arXiv:2307.05431, section 5.1 and appendix F.

    Example:
        >>> import geomndp as gn
        >>> list(gn.data.regression_laws())[:3]
        ['squared-exponential', 'matern52', 'weakly-periodic']
        >>> list(gn.data.regression_laws())[3:]
        ['sawtooth', 'mixture', 'step', 'two-lengthscales']
    """
    noise = White(_NOISE)
    kernels = {
        "squared-exponential": SquaredExponential(0.25, 1.0),
        "matern52": Matern52(0.25, 1.0),
        "weakly-periodic": SquaredExponential(0.5, 1.0) * Periodic(0.25, 1.0, 1.0),
    }
    laws: dict[str, AbstractFunctionLaw] = {
        name: GaussianFunctions(GaussianProcess(kernel + noise)) for name, kernel in kernels.items()
    }
    normalised = Sawtooth(scale=Sawtooth().variance ** -0.5)
    smooth = GaussianFunctions(GaussianProcess(SquaredExponential(1.0, 1.0) + noise))
    return {
        **laws,
        "sawtooth": Sawtooth(),
        "mixture": FunctionMixture((*laws.values(), normalised)),
        "step": StepFunctions(),
        "two-lengthscales": FunctionMixture((laws["squared-exponential"], smooth)),
    }
