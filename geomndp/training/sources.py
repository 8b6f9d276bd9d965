"""Where the fields of a training step come from: arrays, a generator, an iterator."""

import abc
from collections.abc import Iterator
from typing import Any, TypeAlias

import jax

from geomndp.fields import AbstractFieldGenerator, FieldSample, FieldType, draw
from geomndp.training.check_fields import check_fields
from geomndp.typing import Key

Data: TypeAlias = FieldSample | AbstractFieldGenerator | Iterator[FieldSample]
"""A batch of fields from which each step takes some, a generator that draws them in the compiled
step, or an iterator over batches, each of the same shapes, such as one that reads from a disk."""

_N_CHECKED = 8


class AbstractSource(abc.ABC):
    """What the loop of training asks for fields."""

    example: FieldSample
    """One field, of the shapes of all."""

    @abc.abstractmethod
    def describe(self) -> Any:
        """What the parameters of a run depend on, as arrays, modules or text."""

    @abc.abstractmethod
    def feed(self) -> Any:
        """What the compiled step is given; called once for each step."""

    @abc.abstractmethod
    def batch(self, fed: Any, batch_size: int, key: Key) -> FieldSample:
        """The batch of a step, inside the compiled program."""


def source_of(data: Data, kind: FieldType) -> AbstractSource:
    """The source that data are.

    Raises:
        TypeError: If data are none of the three.
        ValueError: If fields are not such as `check_fields` takes.
    """
    if isinstance(data, FieldSample):
        return ArraySource(data, kind)
    if isinstance(data, AbstractFieldGenerator):
        return GeneratorSource(data, kind)
    if isinstance(data, Iterator):
        return IteratorSource(data, kind)
    raise TypeError(
        "expected data as a FieldSample with a leading axis, a generator "
        f"(AbstractFieldGenerator), or an iterator over batches, got {type(data).__name__}; "
        "`iter(...)` makes an iterator of a list or a loader"
    )


class ArraySource(AbstractSource):
    """Fields in memory, of which each step draws some."""

    def __init__(self, fields: FieldSample, kind: FieldType):
        check_fields(fields, kind)
        self.fields = fields
        self.example = jax.tree.map(lambda part: part[0], fields)

    def describe(self) -> FieldSample:
        return self.fields

    def feed(self) -> FieldSample:
        return self.fields

    def batch(self, fed: FieldSample, batch_size: int, key: Key) -> FieldSample:
        chosen = jax.random.choice(key, fed.x.shape[0], (batch_size,))
        return jax.tree.map(lambda part: part[chosen], fed)


class GeneratorSource(AbstractSource):
    """Fields drawn in the compiled step."""

    def __init__(self, generator: AbstractFieldGenerator, kind: FieldType):
        drawn = draw(generator, _N_CHECKED, key=jax.random.key(0))
        check_fields(drawn, kind, "draws of the generator")
        self.generator = generator
        self.example = jax.tree.map(lambda part: part[0], drawn)

    def describe(self) -> AbstractFieldGenerator:
        return self.generator

    def feed(self) -> None:
        return None

    def batch(self, fed: None, batch_size: int, key: Key) -> FieldSample:
        return draw(self.generator, batch_size, key=key)


class IteratorSource(AbstractSource):
    """Batches from an iterator, one for each step."""

    def __init__(self, batches: Iterator[FieldSample], kind: FieldType):
        self._batches = batches
        self._kind = kind
        self._first: FieldSample | None = self._next()
        self._shapes = self._shapes_of(self._first)
        self.example = jax.tree.map(lambda part: part[0], self._first)

    def describe(self) -> str:
        return "an iterator, which a resumed run asks anew"

    def feed(self) -> FieldSample:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        batch = self._next()
        if self._shapes_of(batch) != self._shapes:
            raise ValueError(
                "expected batches of the same shapes, since each shape is compiled anew, got "
                f"{self._shapes_of(batch)} after {self._shapes}; FieldSample.pad makes them equal"
            )
        return batch

    def batch(self, fed: FieldSample, batch_size: int, key: Key) -> FieldSample:
        return fed

    def _next(self) -> FieldSample:
        try:
            batch = next(self._batches)
        except StopIteration:
            raise ValueError(
                "expected a batch for every step, got an iterator that has ended; "
                "itertools.cycle repeats one"
            ) from None
        if not isinstance(batch, FieldSample):
            raise TypeError(
                "expected an iterator over batches that are a FieldSample with a leading axis, "
                f"got {type(batch).__name__}"
            )
        check_fields(batch, self._kind, "a batch")
        return batch

    @staticmethod
    def _shapes_of(batch: FieldSample) -> list[tuple[int, ...]]:
        return [part.shape for part in jax.tree.leaves(batch)]
