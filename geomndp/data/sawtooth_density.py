"""The density of values of a sawtooth wave with noise: an integral over all waves."""

from typing import NamedTuple

import numpy as np
import scipy
from jaxtyping import Bool, Float, Int

from geomndp.data.function_law import PerPoint

N_TERMS = range(10, 21)
FREQUENCIES = (3.0, 5.0)
FARTHEST_SHIFT = 5.0

# Within a cell values change by at most so much, in units of their noise, from the middle on.
_LARGEST_CHANGE = 1.0
# Waves this much less likely than others take no part, in nats: e^-50 of the largest density, of
# which a peak is e^-20 wide.
_LEAST = 50.0
# What values do not tell apart is split so far, and summed at so many frequencies, that the number
# of shifts that lead to a phase is known on average.
_N_FREQUENCIES = 16
_N_NODES = 8
_MOST_NUMBERS = 2**21  # that are computed at once, cells times points


def sawtooth_log_density(
    x: PerPoint, y: PerPoint, noise: PerPoint, negligible: float = -np.inf
) -> float:
    r"""Of values of waves that rise by 1, with white noise of these standard deviations.

    All waves are cells of frequency and phase, one such plane for each number of terms. A cell is
    split until what its waves tell differs by no more than the noise, and dropped once none of them
    can come as near the values as others do: with 100 values next to nothing is left of 10^8 cells.
    Both rest on a bound of the slope: by the sum of Dirichlet's kernel, n terms rise and fall by no
    more than $2n$ a period, and $1 + 1 / \sin \pi d$ where the jump is d periods away.

    Arguments:
        x: Locations.
        y: The values.
        noise: Their standard deviations, positive.
        negligible: If it is below this, it may be told as minus infinity: values that are near no
            wave are told apart from all of them long before the nearest is found.
    """
    centre = float(np.mean(x)) if len(x) else 0.0
    cells, best, found = _Cells.all(), -np.inf, [np.array([-np.inf])]
    while len(cells.n_terms):
        fit = _Fit.of(cells, x - centre, y, noise)
        best = max(best, fit.log_density.max())
        is_fine = fit.by_frequency + fit.by_phase <= _LARGEST_CHANGE**2
        is_kept = fit.most > max(best, negligible) - _LEAST
        done = cells.select(is_kept & is_fine)
        at_nodes = _Fit.of(done.nodes(), x - centre, y, noise).log_density.reshape(4, -1)
        found.append((at_nodes + done.log_mass(centre) - np.log(4)).ravel())
        coarse = is_kept & ~is_fine
        along_frequency = fit.by_frequency >= fit.by_phase
        cells = cells.select(coarse).split(along_frequency[coarse])
    return float(scipy.special.logsumexp(np.concatenate(found)))


class _Cells(NamedTuple):
    """Rectangles of frequency and phase: their middles, and half of their sides."""

    n_terms: Int[np.ndarray, " cells"]
    frequency: Float[np.ndarray, " cells"]
    phase: Float[np.ndarray, " cells"]
    """In periods, at the centre of the locations."""
    half_frequency: Float[np.ndarray, " cells"]
    half_phase: Float[np.ndarray, " cells"]

    @classmethod
    def all(cls) -> "_Cells":
        """Some for each number of terms."""
        low, high = FREQUENCIES
        half = (high - low) / 2 / _N_FREQUENCIES
        middles = low + half * (2 * np.arange(_N_FREQUENCIES) + 1)
        n_terms, frequency = (part.ravel() for part in np.meshgrid(N_TERMS, middles))
        ones = np.ones(len(n_terms))
        return cls(n_terms, frequency, ones / 2, half * ones, ones / 2)

    def select(self, kept: Bool[np.ndarray, " cells"] | slice) -> "_Cells":
        """Those that are kept."""
        return _Cells(*(part[kept] for part in self))

    def split(self, along_frequency: Bool[np.ndarray, " cells"]) -> "_Cells":
        """Two halves of each, of frequency or else of phase."""
        half_frequency = np.where(along_frequency, self.half_frequency / 2, self.half_frequency)
        half_phase = np.where(along_frequency, self.half_phase, self.half_phase / 2)
        to_frequency = np.where(along_frequency, half_frequency, 0)
        to_phase = np.where(along_frequency, 0, half_phase)
        halves = (
            _Cells(
                self.n_terms,
                self.frequency + sign * to_frequency,
                self.phase + sign * to_phase,
                half_frequency,
                half_phase,
            )
            for sign in (-1, 1)
        )
        return _Cells(*(np.concatenate(parts) for parts in zip(*halves, strict=True)))

    def nodes(self) -> "_Cells":
        """The four nodes of Gauss' rule in each cell, one after the other, as cells of no size."""
        signs = np.array([[-1, -1, 1, 1], [-1, 1, -1, 1]])[..., None] / 3**0.5
        frequency = (self.frequency + signs[0] * self.half_frequency).ravel()
        phase = (self.phase + signs[1] * self.half_phase).ravel()
        none = np.zeros(len(phase))
        return _Cells(np.tile(self.n_terms, 4), frequency, phase, none, none)

    def log_mass(self, centre: float) -> Float[np.ndarray, " cells"]:
        """The logarithm of their probability.

        Shifts are uniform: a phase is as likely as there are shifts that lead to it, whole numbers
        between two ends that move with frequency.
        """
        low, high = FREQUENCIES
        area = 4 * self.half_frequency * self.half_phase / (high - low) / len(N_TERMS)
        nodes = (2 * np.arange(_N_NODES) + 1) / _N_NODES - 1
        frequency = self.frequency[:, None] + self.half_frequency[:, None] * nodes
        phase, half = self.phase[:, None], self.half_phase[:, None]
        last = _mean_floor(frequency * (centre + FARTHEST_SHIFT) - phase, half)
        before_first = _mean_floor(phase - frequency * (centre - FARTHEST_SHIFT), half)
        n_shifts = last + before_first + 1
        return np.log(area * np.mean(n_shifts / (2 * FARTHEST_SHIFT * frequency), -1))


def _mean_floor(
    middle: Float[np.ndarray, "cells nodes"], half: Float[np.ndarray, "cells 1"]
) -> Float[np.ndarray, "cells nodes"]:
    """The mean of the whole part over intervals that are no longer than 1."""
    whole = np.floor(middle)
    part = middle - whole
    above, below = np.maximum(0, part + half - 1), np.maximum(0, half - part)
    return whole + (above - below) / (2 * half)


class _Fit(NamedTuple):
    """How well the waves of each cell fit values."""

    log_density: Float[np.ndarray, " cells"]
    """Of the wave in the middle."""
    most: Float[np.ndarray, " cells"]
    """That no wave of the cell exceeds."""
    by_frequency: Float[np.ndarray, " cells"]
    """How much values change at most from the middle to the edge: squares, in units of noise."""
    by_phase: Float[np.ndarray, " cells"]

    @classmethod
    def of(cls, cells: _Cells, x: PerPoint, y: PerPoint, noise: PerPoint) -> "_Fit":
        """Of values at locations that count from the centre, some cells at a time."""
        size = max(1, _MOST_NUMBERS // max(1, len(x)))
        starts = range(0, max(1, len(cells.n_terms)), size)
        some = (cells.select(slice(start, start + size)) for start in starts)
        parts = [cls._at_once(each, x, y, noise) for each in some]
        return cls(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    @classmethod
    def _at_once(cls, cells: _Cells, x: PerPoint, y: PerPoint, noise: PerPoint) -> "_Fit":
        n_terms = cells.n_terms[:, None]
        phase = cells.frequency[:, None] * x + cells.phase[:, None]
        by_frequency = cells.half_frequency[:, None] * np.abs(x)
        by_phase = cells.half_phase[:, None]
        # The jump is half a period from phase 0.
        from_jump = 0.5 - np.abs(phase - np.round(phase)) - by_frequency - by_phase
        with np.errstate(divide="ignore"):
            slope = 1 + 1 / np.sin(np.pi * np.maximum(0, from_jump))
        slope = np.minimum(slope, 2 * n_terms)
        off = np.abs(y - _series(phase, n_terms))
        least = np.maximum(0, off - slope * (by_frequency + by_phase))
        constant = -np.sum(np.log(noise)) - len(noise) * np.log(2 * np.pi) / 2
        return cls(
            constant - np.sum((off / noise) ** 2, -1) / 2,
            constant - np.sum((least / noise) ** 2, -1) / 2,
            np.sum((slope * by_frequency / noise) ** 2, -1),
            np.sum((slope * by_phase / noise) ** 2, -1),
        )


def _series(
    phase: Float[np.ndarray, "cells n"], n_terms: Int[np.ndarray, "cells 1"]
) -> Float[np.ndarray, "cells n"]:
    """The wave at phases in periods."""
    angle = 2 * np.pi * phase
    twice_cosine, last, sine = 2 * np.cos(angle), np.zeros_like(angle), np.sin(angle)
    total = np.zeros_like(angle)
    for k in range(1, N_TERMS.stop):
        total -= np.where(k <= n_terms, (-1) ** k / k, 0) * sine
        # Sines of multiples of an angle follow from the two before.
        last, sine = sine, twice_cosine * sine - last
    return total / np.pi
