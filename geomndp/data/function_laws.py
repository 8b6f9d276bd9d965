"""Laws of functions of one variable: what one-dimensional regression is tried on."""

import abc
import math

import equinox as eqx
import jax
import jax.numpy as jnp

from geomndp.data.gaussian_values import draw_values, value_variance
from geomndp.gp import GaussianProcess
from geomndp.kernels import Matern52, Periodic, SquaredExponential, White
from geomndp.typing import Key, Locations, Mask, Values

_NOISE = 0.05**2
_MOST_TERMS = 20


class AbstractFunctionLaw(eqx.Module):
    """A law of functions with one value.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> law: gn.data.AbstractFunctionLaw = gn.data.Sawtooth()
        >>> x = jnp.linspace(-2, 2, 50)[:, None]
        >>> law.sample(x, key=jax.random.key(0)).shape
        (50, 1)
    """

    @property
    @abc.abstractmethod
    def variance(self) -> float:
        """Mean square of a value, with its noise."""

    @property
    def is_stationary(self) -> bool:
        """Whether the law is invariant to translations."""
        return True

    @abc.abstractmethod
    def sample(self, x: Locations, mask: Mask | None = None, *, key: Key) -> Values:
        """Values of one function at locations; at padding they are of no meaning."""


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


class Sawtooth(AbstractFunctionLaw):
    r"""Sawtooth waves cut off after 10 to 20 terms of their series, free of noise.

    $$ -\frac{1}{\pi} \sum_{k=1}^{n} \frac{(-1)^k}{k} \sin(2\pi k f (x - s)), \qquad
       f \sim U(3, 5), \ s \sim U(-5, 5) $$

    They rise by 1 over a period, around 0. Free of noise, they have no density: log-likelihoods
    depend on the time at which noising starts.

    Arguments:
        scale: Factor of the values.

    References:
        Gordon et al. (2020), *Convolutional Conditional Neural Processes*, arXiv:1910.13556,
        appendix; with the numbers of Mathieu, Dutordoir, Hutchinson et al. (2023),
        arXiv:2307.05431, appendix F.

    Example:
        >>> import geomndp as gn
        >>> f"{gn.data.Sawtooth().variance:.4f}"
        '0.0799'
    """

    scale: float = 1.0

    @property
    def variance(self) -> float:
        counts = range(10, _MOST_TERMS + 1)
        of_sines = [sum(k**-2 for k in range(1, n + 1)) for n in counts]
        return self.scale**2 * sum(of_sines) / len(counts) / (2 * math.pi**2)

    def sample(self, x: Locations, mask: Mask | None = None, *, key: Key) -> Values:
        frequency_key, shift_key, count_key = jax.random.split(key, 3)
        frequency = jax.random.uniform(frequency_key, (), x.dtype, 3.0, 5.0)
        shift = jax.random.uniform(shift_key, (), x.dtype, -5.0, 5.0)
        n_terms = jax.random.randint(count_key, (), 10, _MOST_TERMS + 1)
        order = jnp.arange(1, _MOST_TERMS + 1)
        k = order.astype(x.dtype)[None, :]
        signs = jnp.where(order % 2 == 0, -1.0, 1.0).astype(x.dtype)
        weights = jnp.where(order <= n_terms, signs, 0)[None, :] / k
        # The phase is folded before it is multiplied, which keeps the digits of single precision.
        phase = jnp.mod(frequency * (x - shift), 1.0)
        series = jnp.sum(weights * jnp.sin(2 * jnp.pi * k * phase), -1, keepdims=True)
        return self.scale / jnp.pi * series


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
