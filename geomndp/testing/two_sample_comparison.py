"""A permutation test of whether pairs of samples come from the same laws."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Comparison(NamedTuple):
    """The outcome of a test of several pairs."""

    p_value: float
    """The chance of a difference as large as the largest one, were all pairs alike."""
    scores: tuple[float, ...]
    """For each pair its difference, in standard deviations over permutations."""


def compare_samples(
    pairs: Sequence[tuple[np.ndarray, np.ndarray]], n_permutations: int, seed: Sequence[int]
) -> Comparison:
    r"""Test all pairs $(X, Y)$ of samples at once, of shapes (n_samples, dim).

    Differences are measured by the energy distance, which vanishes only for equal laws, and by
    that of second moments, to which the energy distance is slow. Each is a quadratic form
    $s^\top K s$ in the signs s, 1 on X and -1 on Y; permutations of s say how large it is by
    chance. Each is put in standard deviations, and the largest is compared with the largest of each
    permutation, so that the level is exact for any number of pairs that are independent.
    """
    generator = np.random.default_rng(seed)
    scores = np.stack([_scores(*pair, n_permutations, generator) for pair in pairs])
    largest = scores.max(0)
    # The samples as they came are one of the permutations, the first.
    return Comparison(float(np.mean(largest >= largest[0])), tuple(scores[:, 0].tolist()))


def _scores(
    first: np.ndarray, second: np.ndarray, n_permutations: int, generator: np.random.Generator
) -> np.ndarray:
    """The larger of the two differences, for the samples as they are and for each permutation."""
    z = np.concatenate([first, second]).astype(np.float32)
    z = z - z.mean(0)
    z = z / np.where(z.std(0) > 0, z.std(0), 1)
    signs = np.where(np.arange(len(z)) < len(first), 1, -1).astype(np.float32)
    permuted = generator.permuted(np.tile(signs, (n_permutations, 1)), axis=1)
    signs = np.concatenate([signs[None], permuted]).T
    products = z @ z.T
    squares = np.diagonal(products)
    distances = np.sqrt(np.maximum(squares[:, None] + squares - 2 * products, 0))
    return np.maximum(_standardised(-distances, signs), _standardised(products**2, signs))


def _standardised(kernel: np.ndarray, signs: np.ndarray) -> np.ndarray:
    forms = np.sum(signs * (kernel @ signs), 0, dtype=float)
    return (forms - forms.mean()) / (forms.std() or 1.0)
