"""Winds in parts by time, for training and for tests."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np

from geomndp.data.winds import Winds


class WindSplit(NamedTuple):
    """Winds in three parts, by blocks of time.

    Arguments:
        train: To fit a model on.
        validation: To choose among models.
        test: To report figures on, once.

    Example:
        >>> import geomndp as gn
        >>> gn.data.WindSplit._fields
        ('train', 'validation', 'test')
    """

    train: Winds
    validation: Winds
    test: Winds


def split_by_time(
    winds: Winds,
    *,
    block: timedelta | np.timedelta64,
    gap: timedelta | np.timedelta64,
    validation: float = 0.15,
    test: float = 0.15,
    seed: int = 0,
) -> WindSplit:
    """Winds in three parts, so that no time of one part is close to a time of another.

    Winds an hour apart are all but the same, so single times drawn at random would be no test. Time
    is cut into blocks, and each part gets some of them at random. Where blocks of different
    parts meet, the last times of the earlier one are left out, those less than `gap` before the
    later one begins.

    Arguments:
        winds: The winds.
        block: How long a block is: several times as long as weather is remembered, days at least.
        gap: How far apart times of different parts are at least; shorter than a block.
        validation: Share of the blocks for validation, from 0 to 1.
        test: Share of the blocks for the test.
        seed: Of the choice of blocks.

    Raises:
        ValueError: If there are too few blocks for three parts, or no time of one is left.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> time = np.datetime64("2024-01-01T00") + np.arange(0, 60 * 24, 6)
        >>> winds = gn.data.wind_ensemble(np.ones((1, 240, 1, 2)), time, [50.0], [8.0])
        >>> split = gn.data.split_by_time(
        ...     winds, block=np.timedelta64(5, "D"), gap=np.timedelta64(1, "D")
        ... )
        >>> [len(part.times) for part in split]
        [148, 34, 34]
    """
    length, distance = np.array([block, gap], "timedelta64[ns]")
    if not (np.timedelta64(0, "ns") <= distance < length):
        raise ValueError(f"expected 0 <= gap < block, got a gap of {gap} and a block of {block}")
    if not (validation > 0 and test > 0 and validation + test < 1):
        raise ValueError(
            "expected positive shares of validation and test that leave some for training, got "
            f"{validation} and {test}"
        )
    elapsed = winds.times.astype("datetime64[ns]") - winds.times[0].astype("datetime64[ns]")
    number = elapsed // length
    present = np.unique(number)
    sizes = [max(1, round(share * len(present))) for share in (validation, test)]
    if len(present) <= sum(sizes):
        raise ValueError(
            f"expected at least {sum(sizes) + 1} blocks of time with winds, for three parts, got "
            f"{len(present)} of {block}; make blocks shorter, or shares"
        )
    shuffled = np.random.default_rng(seed).permutation(present)
    part_of = np.zeros(present[-1] + 2, int)
    part_of[shuffled[: sizes[0]]] = 1
    part_of[shuffled[sizes[0] : sum(sizes)]] = 2
    following = np.isin(number + 1, present) & (part_of[number + 1] != part_of[number])
    kept = ~(following & ((number + 1) * length - elapsed < distance))
    parts = [np.flatnonzero(kept & (part_of[number] == part)) for part in range(3)]
    if not all(map(len, parts)):
        raise ValueError(
            f"expected times in each part, got {[len(part) for part in parts]} in training, "
            "validation and test; make blocks longer, or the gap shorter"
        )
    return WindSplit(*map(winds.at_times, parts))
