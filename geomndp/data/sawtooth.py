"""Sawtooth waves: functions that repeat exactly, with jumps."""

import math

import jax
import jax.numpy as jnp

from geomndp.data.function_law import (
    AbstractFunctionLaw,
    PerPoint,
    Places,
    check_noised_function,
)
from geomndp.data.sawtooth_density import (
    FARTHEST_SHIFT,
    FREQUENCIES,
    N_TERMS,
    sawtooth_log_density,
)
from geomndp.typing import Key, Locations, Mask, Values


class Sawtooth(AbstractFunctionLaw):
    r"""Sawtooth waves cut off after 10 to 20 terms of their series, free of noise.

    $$ -\frac{1}{\pi} \sum_{k=1}^{n} \frac{(-1)^k}{k} \sin(2\pi k f (x - s)), \qquad
       f \sim U(3, 5), \ s \sim U(-5, 5) $$

    They rise by 1 over a period, around 0. Free of noise, they have no density: log-likelihoods
    depend on the time at which noising starts. That of values with noise is an integral over
    frequency and shift, found to 0.001 nats: in a second, but in half a minute where many values
    have noise as large as the wave.

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
        of_sines = [sum(k**-2 for k in range(1, n + 1)) for n in N_TERMS]
        return self.scale**2 * sum(of_sines) / len(N_TERMS) / (2 * math.pi**2)

    def sample(self, x: Locations, mask: Mask | None = None, *, key: Key) -> Values:
        frequency_key, shift_key, count_key = jax.random.split(key, 3)
        frequency = jax.random.uniform(frequency_key, (), x.dtype, *FREQUENCIES)
        shift = jax.random.uniform(shift_key, (), x.dtype, -FARTHEST_SHIFT, FARTHEST_SHIFT)
        n_terms = jax.random.randint(count_key, (), N_TERMS.start, N_TERMS.stop)
        order = jnp.arange(1, N_TERMS.stop)
        k = order.astype(x.dtype)[None, :]
        signs = jnp.where(order % 2 == 0, -1.0, 1.0).astype(x.dtype)
        weights = jnp.where(order <= n_terms, signs, 0)[None, :] / k
        # The phase is folded before it is multiplied, which keeps the digits of single precision.
        phase = jnp.mod(frequency * (x - shift), 1.0)
        series = jnp.sum(weights * jnp.sin(2 * jnp.pi * k * phase), -1, keepdims=True)
        return self.scale / jnp.pi * series

    def _log_prob(self, x: Places, y: PerPoint, noise: PerPoint, negligible: float) -> float:
        size = abs(self.scale)
        # Beyond this the digits of a frequency do not tell waves apart.
        check_noised_function(x, noise, least=1e-12 * size)
        stretch = len(y) * math.log(size)
        of_waves = sawtooth_log_density(x[:, 0], y / self.scale, noise / size, negligible + stretch)
        return of_waves - stretch
