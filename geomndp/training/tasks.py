"""What a training step asks of one field: which points are given, which are to be learned."""

import abc
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int

from geomndp.fields import FieldSample
from geomndp.typing import Key


class AbstractTask(eqx.Module):
    """A random choice of context and target points, with static numbers of points.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> class FirstGiven(gn.training.AbstractTask):
        ...     def __call__(self, sample, *, key):
        ...         part = lambda points: jax.tree.map(lambda a: a[points], sample)
        ...         return part(slice(None, 1)), part(slice(1, None))
        >>> sample = gn.FieldSample(jnp.zeros((4, 1)), jnp.zeros((4, 2)))
        >>> context, target = FirstGiven()(sample, key=jax.random.key(0))
        >>> context.n_points, target.n_points
        (1, 3)
    """

    @abc.abstractmethod
    def __call__(self, sample: FieldSample, *, key: Key) -> tuple[FieldSample | None, FieldSample]:
        """The context, or None, and the target."""


class WholeField(AbstractTask):
    """Every point is a target, and nothing is given.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> sample = gn.FieldSample(jnp.zeros((4, 1)), jnp.zeros((4, 2)))
        >>> gn.training.WholeField()(sample, key=jax.random.key(0))[0] is None
        True
    """

    def __call__(self, sample: FieldSample, *, key: Key) -> tuple[FieldSample | None, FieldSample]:
        return None, sample


class RandomSubset(AbstractTask):
    """A random number of random points are targets, and nothing is given.

    A model trained on sets of one size rates smaller ones wrongly; with this task fields that were
    all seen at many points teach it sets of all sizes.

    Arguments:
        n_points: Largest number of points.

    Raises:
        ValueError: If it is below 1.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> sample = gn.FieldSample(jnp.zeros((40, 1)), jnp.zeros((40, 2)))
        >>> _, target = gn.training.RandomSubset(16)(sample, key=jax.random.key(0))
        >>> target.n_points, 1 <= int(target.mask.sum()) <= 16
        (16, True)
    """

    n_points: int

    def __check_init__(self) -> None:
        if self.n_points < 1:
            raise ValueError(f"expected n_points >= 1, got {self.n_points}")

    def __call__(self, sample: FieldSample, *, key: Key) -> tuple[FieldSample | None, FieldSample]:
        count_key, order_key = jax.random.split(key)
        n_real = jnp.sum(sample.mask)
        most = jnp.minimum(n_real, self.n_points)
        n_taken = jax.random.randint(count_key, (), 1, jnp.maximum(most, 1) + 1)
        chosen = sample.mask & (_rank(sample.mask, order_key) < n_taken)
        n = sample.n_points
        return None, _gather(sample, jnp.where(chosen, jnp.arange(n), n), self.n_points)


class RandomContext(AbstractTask):
    """Some random points are given, or none, and all others are targets.

    With it one network learns the law and its conditionals: given an empty context, which is what
    it is given where there is none, it has the score of the prior.

    Arguments:
        n_context: Largest number of points given; each from 1 on is as likely. At least one point
            is a target.
        without: Share of fields of which nothing is given.

    Raises:
        ValueError: If `n_context` is below 1, or `without` not between 0 and 1.

    References:
        Ho & Salimans (2022), *Classifier-Free Diffusion Guidance*, arXiv:2207.12598, section 3.2,
        for one network with and without what is given.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> sample = gn.FieldSample(jnp.arange(8.0)[:, None], jnp.zeros((8, 2)))
        >>> task = gn.training.RandomContext(n_context=3, without=0.0)
        >>> context, target = task(sample, key=jax.random.key(0))
        >>> context.n_points, target.n_points, int(context.mask.sum() + target.mask.sum())
        (3, 8, 8)
    """

    n_context: int = 10
    without: float = 0.5

    def __check_init__(self) -> None:
        if self.n_context < 1 or not 0 <= self.without <= 1:
            raise ValueError(
                "expected n_context >= 1 and without in [0, 1], got "
                f"{self.n_context} and {self.without}"
            )

    def __call__(self, sample: FieldSample, *, key: Key) -> tuple[FieldSample, FieldSample]:
        count_key, alone_key, order_key = jax.random.split(key, 3)
        n = sample.n_points
        most = jnp.minimum(jnp.sum(sample.mask) - 1, self.n_context)
        n_given = jax.random.randint(count_key, (), 1, jnp.maximum(most, 1) + 1)
        alone = jax.random.bernoulli(alone_key, self.without) | (most < 1)
        is_given = _rank(sample.mask, order_key) < jnp.where(alone, 0, n_given)
        order = jnp.arange(n)
        context = _gather(sample, jnp.where(is_given, order, n), self.n_context)
        return context, _gather(sample, jnp.where(sample.mask & ~is_given, order, n), n)


class RandomConditioning(AbstractTask):
    """Parts of a series, with nothing, its beginning, its ends, or random points of it given.

    A stretch of the series is cut out, of random length and place, sometimes thinned to every
    second or fourth point. Then one of four tasks is drawn: to make it from nothing, to continue
    it from its beginning, to fill a gap in it, or to complete it from random points. One network
    so learns the law and its conditionals, on sets of all sizes.

    Arguments:
        n_targets: Largest number of points to be learned.
        n_context: Largest number of points given; of more, those nearest to the targets are.
        weights: Relative frequencies of the four tasks.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> task = gn.training.RandomConditioning(n_targets=8, n_context=4)
        >>> sample = gn.FieldSample(jnp.arange(20.0)[:, None], jnp.zeros((20, 3)))
        >>> context, target = task(sample, key=jax.random.key(0))
        >>> context.n_points, target.n_points
        (4, 8)
    """

    n_targets: int = 24
    n_context: int = 16
    weights: tuple[float, float, float, float] = (0.15, 0.45, 0.25, 0.15)

    def __call__(self, sample: FieldSample, *, key: Key) -> tuple[FieldSample, FieldSample]:
        cut, kind, parts = jax.random.split(key, 3)
        position, inside = self._cut(sample.mask, key=cut)
        length = jnp.sum(inside)
        probabilities = jnp.asarray(self.weights) / sum(self.weights)
        choice = jax.random.choice(kind, 4, p=probabilities)
        is_target = jax.lax.switch(
            choice,
            [_nothing_given, _beginning_given, partial(_ends_given, self.n_targets), _some_given],
            position,
            length,
            parts,
        )
        is_target = (is_target | (length == 1)) & inside
        is_context = inside & ~is_target
        # Where targets are too many, the earliest stay; the rest is not seen at all.
        rank = jnp.cumsum(is_target) - 1
        is_target &= rank < self.n_targets
        n = position.shape[0]
        order = jnp.arange(n)
        gap = jnp.abs(order[:, None] - order[None, :])
        nearest = jnp.min(jnp.where(is_target[None, :], gap, n), -1)
        context = _gather(sample, jnp.where(is_context, nearest, n), self.n_context)
        return context, _gather(sample, jnp.where(is_target, order, n), self.n_targets)

    def _cut(
        self, mask: Bool[Array, " n"], *, key: Key
    ) -> tuple[Int[Array, " n"], Bool[Array, " n"]]:
        """Which points are in the stretch, and how many of its points come before each."""
        stride_key, length_key, start_key = jax.random.split(key, 3)
        n_real = jnp.sum(mask)
        stride = jax.random.choice(stride_key, jnp.array([1, 2, 4]), p=jnp.array([0.8, 0.13, 0.07]))
        available = (n_real - 1) // stride + 1
        most = jnp.minimum(available, self.n_targets + self.n_context)
        # Most stretches are as long as they can be, some are of any length.
        short = jax.random.randint(length_key, (), jnp.minimum(2, most), most + 1)
        longest = jax.random.bernoulli(jax.random.fold_in(length_key, 1), 0.6)
        length = jnp.where(longest, most, short)
        span = (length - 1) * stride
        start = jax.random.randint(start_key, (), 0, n_real - span)
        offset = jnp.arange(mask.shape[0]) - start
        inside = (offset >= 0) & (offset <= span) & (offset % stride == 0)
        return offset // stride, inside & mask


def _rank(mask: Bool[Array, " n"], key: Key) -> Int[Array, " n"]:
    """The places of points in a random order of the real ones, before all padding."""
    n = mask.shape[0]
    order = jax.random.permutation(key, n)
    return jnp.argsort(jnp.argsort(jnp.where(mask, order, order + n)))


def _nothing_given(position, *_) -> Bool[Array, " n"]:
    return jnp.ones_like(position, bool)


def _beginning_given(position, length, key) -> Bool[Array, " n"]:
    return position >= jax.random.randint(key, (), 1, jnp.maximum(length, 2))


def _ends_given(longest_gap: int, position, length, key) -> Bool[Array, " n"]:
    first, size = jax.random.split(key)
    longest = jnp.maximum(length - 2, 1)
    gap = jax.random.randint(size, (), 1, jnp.minimum(longest, longest_gap) + 1)
    begin = jax.random.randint(first, (), 1, jnp.maximum(length - gap, 2))
    return (position >= begin) & (position < begin + gap)


def _some_given(position, length, key) -> Bool[Array, " n"]:
    share, each = jax.random.split(key)
    targets = jax.random.uniform(share, minval=0.1, maxval=0.9)
    chosen = jax.random.uniform(each, position.shape) < targets
    # At least one point is a target.
    return chosen | (position == length - 1)


def _gather(sample: FieldSample, priority: Int[Array, " n"], n_points: int) -> FieldSample:
    """The points of lowest priority value, below the number of points, in their order."""
    n = priority.shape[0]
    taken = jnp.argsort(priority)[: min(n_points, n)]
    real = priority[taken] < n
    taken = jnp.sort(jnp.where(real, taken, n))
    real = taken < n
    # Padding repeats a real point of the sample.
    taken = jnp.where(real, taken, 0)
    covariates = None if sample.covariates is None else sample.covariates[taken]
    part = FieldSample(sample.x[taken], sample.y[taken], real, covariates)
    return part.pad(n_points)
