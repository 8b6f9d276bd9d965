"""The tracks of many storms."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, overload

import jax.numpy as jnp
import numpy as np
from jaxtyping import Int

from geomndp.data.report import LoadReport
from geomndp.data.track import Track
from geomndp.fields import FieldSample


class Tracks(Sequence[Track]):
    """Tracks of different storms, immutable, with the report of how they were loaded.

    Arguments:
        tracks: The storms, each with an id of its own.
        report: What was loaded, and what was left out and why. Parts of these tracks carry it on.

    Raises:
        ValueError: If two storms have the same id.

    Example:
        >>> import geomndp as gn
        >>> tracks = gn.data.load_cyclones()
        >>> tracks.select(basin="NA", season=range(2005, 2006))
        Tracks(31 storms, 910 fixes, season 2005)
        >>> train, validation, test = tracks.split()
        >>> test
        Tracks(644 storms, 19665 fixes, seasons 2019 to 2024)
    """

    def __init__(self, tracks: Iterable[Track], report: LoadReport | None = None):
        self._tracks = tuple(tracks)
        self._index = {track.id: i for i, track in enumerate(self._tracks)}
        if len(self._index) < len(self._tracks):
            twice = next(t.id for i, t in enumerate(self._tracks) if self._index[t.id] != i)
            raise ValueError(
                f"expected one track per storm, got several with the id {twice!r}; "
                "give each storm an id of its own"
            )
        self._report = report or LoadReport("tracks given", len(self._tracks), self.n_fixes)

    @property
    def report(self) -> LoadReport:
        """What was loaded, what was changed, and which storms were left out, and why."""
        return self._report

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the storms, in order."""
        return tuple(self._index)

    @property
    def n_fixes(self) -> int:
        """Number of fixes of all storms together."""
        return sum(map(len, self._tracks))

    def __len__(self) -> int:
        return len(self._tracks)

    def __iter__(self) -> Iterator[Track]:
        return iter(self._tracks)

    @overload
    def __getitem__(self, index: int | str) -> Track: ...

    @overload
    def __getitem__(self, index: slice) -> "Tracks": ...

    def __getitem__(self, index):
        """One storm, by its place or its id, or a slice of them."""
        if isinstance(index, slice):
            return Tracks(self._tracks[index], self.report)
        if isinstance(index, str):
            if index not in self._index:
                raise KeyError(f"expected the id of one of {self!r}, got {index!r}; see .ids")
            return self._tracks[self._index[index]]
        return self._tracks[index]

    def __eq__(self, other: object) -> bool:
        return self._tracks == other._tracks if isinstance(other, Tracks) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._tracks)

    def __repr__(self) -> str:
        seasons = [track.season for track in self]
        span = f", seasons {min(seasons)} to {max(seasons)}" if seasons else ""
        if seasons and min(seasons) == max(seasons):
            span = f", season {seasons[0]}"
        storms = "1 storm" if len(self) == 1 else f"{len(self)} storms"
        return f"Tracks({storms}, {self.n_fixes} fixes{span})"

    def select(
        self,
        *,
        id: str | Collection[str] | None = None,
        name: str | Collection[str] | None = None,
        basin: str | Collection[str] | None = None,
        season: int | Collection[int] | Int[np.ndarray, " n_seasons"] | None = None,
        min_fixes: int = 1,
    ) -> "Tracks":
        """The storms that meet all conditions given, each one value or a collection of them.

        Arguments:
            id: Ids.
            name: Names, as they are written in the source.
            basin: Basin codes, as in `BASINS`.
            season: Season years, for example `range(1990, 2001)`.
            min_fixes: Fewest fixes that a storm may have.
        """
        wanted = {"id": id, "name": name, "basin": basin, "season": season}
        conditions = {
            key: {value} if isinstance(value, (str, int)) else value
            for key, value in wanted.items()
            if value is not None
        }
        return Tracks(
            (
                track
                for track in self
                if len(track) >= min_fixes
                and all(getattr(track, key) in values for key, values in conditions.items())
            ),
            self.report,
        )

    def split(self, *, train_to: int = 2015, validation_to: int = 2018) -> "TrackSplit":
        """These storms in three parts by season, so that no storm nor season is in two of them.

        Arguments:
            train_to: Last season of the training part.
            validation_to: Last season of the validation part; later ones are for the test.

        Raises:
            ValueError: If `validation_to` is before `train_to`.
        """
        if validation_to < train_to:
            raise ValueError(
                f"expected validation_to from {train_to}, which is train_to, on, "
                f"got {validation_to}; the validation seasons follow the training seasons"
            )
        edges = [train_to, validation_to]
        parts = np.searchsorted(edges, [track.season for track in self], side="left")
        return TrackSplit(
            *(
                Tracks((t for t, own in zip(self, parts, strict=True) if own == part), self.report)
                for part in range(3)
            )
        )

    def fields(self, n_points: int | None = None) -> FieldSample:
        """All storms as one batch of fields, padded to the longest: see `Track.field`.

        Arguments:
            n_points: Number of points to pad to; that of the longest storm when left out.

        Raises:
            ValueError: If there is no storm, or one has more fixes than `n_points`.
        """
        if not self:
            raise ValueError(f"expected at least one storm, got none; {self.report}")
        longest = max(self, key=len)
        n_points = len(longest) if n_points is None else n_points
        if n_points < len(longest):
            raise ValueError(
                f"expected n_points of at least {len(longest)}, the fixes of {longest.id}, "
                f"got {n_points}; give more, or cut the tracks with track[:{n_points}]"
            )
        x = np.empty((len(self), n_points, 1), np.float32)
        y = np.empty((len(self), n_points, 3), np.float32)
        for i, track in enumerate(self):
            n = len(track)
            x[i, :n, 0], y[i, :n] = track.days, track.unit_vectors()
            x[i, n:], y[i, n:] = x[i, n - 1], y[i, n - 1]
        mask = np.arange(n_points) < np.array([[len(track)] for track in self])
        return FieldSample(jnp.asarray(x), jnp.asarray(y), jnp.asarray(mask))


class TrackSplit(NamedTuple):
    """Storms in three parts, by season.

    Arguments:
        train: To fit a model on.
        validation: To choose among models.
        test: To report figures on, once.

    Example:
        >>> import geomndp as gn
        >>> split = gn.data.load_cyclones().split(train_to=2000, validation_to=2010)
        >>> min(track.season for track in split.test)
        2011
    """

    train: Tracks
    validation: Tracks
    test: Tracks
