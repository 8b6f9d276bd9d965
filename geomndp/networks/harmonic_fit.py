"""A function as a harmonic series of unknown period, fitted to its noised values."""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Complex, Float

from geomndp.networks.points import Points, first_location

N_TERMS = 20
_N_FREQUENCIES = 128
# Variance that is added to that of the noise, once and for each value once more, so that equations
# can be solved in single precision, also where many values are free of noise.
_FLOOR = 1e-7
_RIDGE = 2e-6
# Of the peak of the periodogram, which is 1/2 for a sine wave.
_SHARPNESS = 40.0
# Number of terms, and how far the frequency may still be off, in steps between candidates. With few
# terms a step of Gauss and Newton finds it from afar, with many exactly. Where nothing repeats the
# steps lead nowhere, and are shorter and shorter so that they do not magnify what is rounded.
_STAGES = (
    *((2, 0.5), (3, 0.5), (4, 0.5), (6, 0.25), (8, 0.25), (10, 0.12), (14, 0.12)),
    *((N_TERMS, 0.06), (N_TERMS, 0.06), (N_TERMS, 0.03)),
)
# Variance of each of the two numbers of a term: of a function that jumps, and of variance 1.
_PRIOR = 6 / np.pi**2 / np.arange(1, N_TERMS + 1) ** 2.0


class HarmonicFit(NamedTuple):
    r"""The series $m + \sum_k a_k \cos 2\pi k f x + b_k \sin 2\pi k f x$ given noised values."""

    frequency: Float[Array, ""]
    """Of the first term: f, in periods for each unit of x."""
    mean: Float[Array, "n_points dim_y"]
    """Expected value at each point, given all values and the frequency."""
    rest: Float[Array, "n_points dim_y"]
    """What values are off the mean, in units of their noise; 0 at those free of noise."""
    waves: Complex[Array, "n_points n_terms"]
    r"""$e^{ik(2\pi f x - \alpha)}$ with the phase $\alpha$ of the first term of the first value;
    they shrink with k, the more the weaker that term is."""
    coefficients: Complex[Array, "n_terms dim_y"]
    """Of the real part of these waves, each in units of its prior standard deviation."""
    misfit: Float[Array, ""]
    """Mean square of the rest at noised points."""
    variance: Float[Array, " n_points"]
    """Of the series about its mean, given the values and the frequency."""
    own: Float[Array, " n_points"]
    """How far the mean at a point follows the value there: not at all, 0, to wholly, 1."""


def fit_harmonics(points: Points, periods: tuple[float, float]) -> HarmonicFit:
    r"""The harmonic series that a function of one variable is, given its noised values.

    Given the frequency the coefficients are Gaussian, of variances that fall as $1/k^2$, and the
    mean is that of a Gaussian process whose kernel is periodic. The frequency begins at the peak
    of the periodogram, and follows the likelihood from there by steps of Gauss and Newton, with
    more terms from step to step. Nothing is learned. Shifts of x change nothing.

    Arguments:
        points: Values in flat space, all of them known, with white noise; their signal has variance
            1, and both together are scaled to 1.
        periods: The shortest and the longest period that there may be, in units of x.
    """
    # Products of single precision are not to be rounded further, as accelerators do.
    with jax.default_matmul_precision("highest"):
        shortest, longest = periods
        return _fit(points._replace(x=points.x / shortest), shortest / longest, shortest)


def _fit(points: Points, lowest: float, shortest: float) -> HarmonicFit:
    """With the shortest period as unit of x, so that the highest frequency is 1."""
    real, dtype = points.mask, points.y.dtype
    n_real = jnp.sum(real).astype(dtype)
    x = jnp.where(real, (points.x - first_location(points.x, real)[None])[:, 0], 0)
    x = jnp.where(real, x - jnp.sum(x) / jnp.maximum(1, n_real), 0)
    y = jnp.where(real[:, None], points.y * jnp.sqrt(1 + points.noise**2)[:, None], 0)
    variance = points.noise**2 + _FLOOR + _RIDGE * n_real
    step = (1 - lowest) / (_N_FREQUENCIES - 1)
    candidates = jnp.linspace(lowest, 1, _N_FREQUENCIES, dtype=dtype)
    frequency = _peak(candidates, x, y, _weights(variance + _left_out(1), real)[0])

    def improve(frequency: Float[Array, ""], stage: tuple) -> tuple[Float[Array, ""], None]:
        n_terms, left_out, width = stage
        fit = _Regression.of(frequency, x, *_weights(variance + left_out, real), n_terms)
        change = jnp.clip(fit.towards_peak(x, y, width), -3 * width, 3 * width)
        return jnp.clip(frequency + change, lowest, 1), None

    n_terms = np.array([n for n, _ in _STAGES])
    stages = (
        jnp.asarray(n_terms),
        jnp.asarray([_left_out(n) for n in n_terms.tolist()], dtype),
        jnp.asarray([step * width for _, width in _STAGES], dtype),
    )
    frequency, _ = jax.lax.scan(improve, frequency, stages)
    fit = _Regression.of(frequency, x, *_weights(variance, real), jnp.asarray(N_TERMS))
    coefficients = fit.solve(y)
    mean = fit.basis @ coefficients
    waves, turned = fit.from_first_phase(coefficients)
    noised = real & (points.noise > 0)
    rest = (y - mean) / jnp.where(noised, points.noise, 1)[:, None]
    rest = jnp.where(noised[:, None], rest, 0)
    n_noised = jnp.maximum(1, jnp.sum(noised)).astype(dtype)
    misfit = jnp.sum(jnp.mean(rest**2, -1)) / n_noised
    left = fit.variance()
    # No more than 1, but for rounding.
    own = jnp.where(real, jnp.clip(left / variance, 0, 1), 0)
    return HarmonicFit(frequency / shortest, mean, rest, waves, turned, misfit, left, own)


def harmonic_features(
    points: Points, periods: tuple[float, float]
) -> Float[Array, "n_points n_features"]:
    """What `fit_harmonics` tells each point: bounded numbers, 0 at points that are not real."""
    fit = fit_harmonics(points, periods)
    position = jnp.log(fit.frequency * (periods[0] * periods[1]) ** 0.5)
    n_real = jnp.sum(points.mask).astype(position.dtype)
    numbers = jnp.stack([jnp.log(fit.misfit + 1e-3), position, jnp.log((n_real + 1) / 20)])
    of_all = [fit.coefficients.real, fit.coefficients.imag]
    of_all = jnp.concatenate([*(part.ravel() for part in of_all), numbers])
    # With few values a series follows each of them, and tells little of the others.
    certainty = jnp.stack([jnp.log(fit.variance + 1e-5), jnp.log(1.01 - fit.own)], -1) / 3
    parts = [
        jnp.clip(fit.mean, -3, 3),
        jnp.clip(fit.rest, -4, 4),
        certainty,
        fit.waves.real,
        fit.waves.imag,
        jnp.broadcast_to(jnp.clip(of_all, -4, 4)[None], (len(fit.mean), len(of_all))),
    ]
    return jnp.where(points.mask[:, None], jnp.concatenate(parts, -1), 0)


class _Regression(NamedTuple):
    """The series at one frequency, with basis functions of prior variance 1."""

    basis: Float[Array, "n_points n_basis"]
    """A constant, then cosines, then sines, each times its prior standard deviation."""
    least: Float[Array, ""]
    """Variance of the noise where the weight is 1."""
    factor: Float[Array, "n_basis n_basis"]
    """Of the normal equations, the lower one of Cholesky."""
    weights: Float[Array, " n_points"]
    deviations: Float[Array, " n_terms"]
    """Standard deviation of the two coefficients of each term."""

    @classmethod
    def of(cls, frequency, x, weights, least, n_terms) -> "_Regression":
        dtype = x.dtype
        order = jnp.arange(1, N_TERMS + 1)
        deviations = jnp.where(order <= n_terms, jnp.asarray(_PRIOR**0.5, dtype), 0)
        phases = 2 * jnp.pi * frequency * x[:, None] * order.astype(dtype)[None]
        waves = [jnp.cos(phases) * deviations[None], jnp.sin(phases) * deviations[None]]
        basis = jnp.concatenate([jnp.full_like(x[:, None], 0.3), *waves], -1)
        weighted = weights[:, None] * basis
        gram = basis.T @ weighted + least * jnp.eye(basis.shape[1], dtype=dtype)
        return cls(basis, least, jnp.linalg.cholesky(gram), weights, deviations)

    def solve(self, y: Float[Array, "n_points dim"]) -> Float[Array, "n_basis dim"]:
        """The expected coefficients."""
        found = jnp.zeros((self.basis.shape[1], y.shape[1]), y.dtype)
        # Where values leave coefficients undetermined, rounding of the matrix shows in the first
        # solution; what it leaves over is free of it.
        for _ in range(3):
            rest = self.weights[:, None] * (y - self.basis @ found)
            rest = self.basis.T @ rest - self.least * found
            found = found + jax.scipy.linalg.cho_solve((self.factor, True), rest)
        return found

    def variance(self) -> Float[Array, " n_points"]:
        """Of the series about its mean at each point."""
        white = jax.scipy.linalg.solve_triangular(self.factor, self.basis.T, lower=True)
        return self.least * jnp.sum(white**2, 0)

    def towards_peak(
        self, x: Float[Array, " n_points"], y: Float[Array, "n_points dim"], width: float | Array
    ) -> Float[Array, ""]:
        """How far the frequency is from the likeliest, expected to be off by the width."""
        coefficients = self.solve(y)
        slope = self.slope(coefficients, x)
        weighted = self.weights[:, None] * slope
        # What the coefficients cannot take up of the change with frequency.
        free = slope - self.basis @ self.solve(slope)
        curvature = jnp.sum(weighted * free) + self.least / width**2
        return jnp.sum(weighted * (y - self.basis @ coefficients)) / curvature

    def slope(
        self, coefficients: Float[Array, "n_basis dim"], x: Float[Array, " n_points"]
    ) -> Float[Array, "n_points dim"]:
        """The change of the series with frequency, of given coefficients."""
        order = jnp.arange(1, N_TERMS + 1).astype(x.dtype)[:, None]
        of_cosine, of_sine = jnp.split(coefficients[1:], 2)
        cosine, sine = jnp.split(self.basis[:, 1:], 2, -1)
        return 2 * jnp.pi * x[:, None] * (cosine @ (order * of_sine) - sine @ (order * of_cosine))

    def from_first_phase(
        self, coefficients: Float[Array, "n_basis dim"]
    ) -> tuple[Complex[Array, "n_points n_terms"], Complex[Array, "n_terms dim"]]:
        """The waves, and their coefficients, where phases count from that of the first term."""
        of_cosine, of_sine = jnp.split(coefficients[1:], 2)
        terms = jax.lax.complex(of_cosine, -of_sine)
        # Smooth where there is no first term, and then nearly 0.
        size = jnp.sqrt(of_cosine[0, 0] ** 2 + of_sine[0, 0] ** 2 + 0.01)
        phase = jax.lax.complex(of_cosine[0, 0] / size, of_sine[0, 0] / size)
        powers = jnp.cumprod(jnp.full(N_TERMS, phase))
        cosines, sines = jnp.split(self.basis[:, 1:] / jnp.tile(self.deviations, 2)[None], 2, -1)
        waves = jax.lax.complex(cosines, sines) * jnp.conj(powers)[None]
        return waves, terms * powers[:, None]


def _peak(
    candidates: Float[Array, " n_frequencies"],
    x: Float[Array, " n_points"],
    y: Float[Array, "n_points dim_y"],
    weights: Float[Array, " n_points"],
) -> Float[Array, ""]:
    """The frequency where the periodogram is largest, as a mean, so that it moves smoothly."""
    total = jnp.sum(weights)
    total = jnp.where(total > 0, total, 1)
    y = y - jnp.sum(weights[:, None] * y, 0, keepdims=True) / total
    weighted = weights[:, None] * y
    phases = 2 * jnp.pi * candidates[:, None] * x[None]
    power = jnp.sum((jnp.cos(phases) @ weighted) ** 2 + (jnp.sin(phases) @ weighted) ** 2, -1)
    share = power / (total * jnp.sum(weighted * y) + _FLOOR * total**2)
    return jax.nn.softmax(_SHARPNESS * share) @ candidates


def _weights(
    variance: Float[Array, " n_points"], real: Bool[Array, " n_points"]
) -> tuple[Float[Array, " n_points"], Float[Array, ""]]:
    """Of each value, in units of the least variance, and that variance."""
    least = jnp.min(jnp.where(real, variance, jnp.inf), initial=1e6)
    return jnp.where(real, least / variance, 0), least


@functools.cache
def _left_out(n_terms: int) -> float:
    """Variance of the terms behind these; those behind all are not counted."""
    return float(_PRIOR[n_terms:].sum())
