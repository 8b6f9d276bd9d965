"""What became of every storm of a file."""

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

_SHOWN = 3


@dataclasses.dataclass(frozen=True)
class ReportEntry:
    """One thing worth knowing about the loading of one storm.

    Arguments:
        storm: The storm's id.
        reason: The kind of event, the same text for every storm that it befell.
        detail: Rows and numbers of this one.
        left_out: True if the storm was not loaded for it.

    Example:
        >>> import geomndp as gn
        >>> gn.data.ReportEntry("1988161N21089", "only one fix", left_out=True).reason
        'only one fix'
    """

    storm: str
    reason: str
    detail: str = ""
    left_out: bool = False


@dataclasses.dataclass(frozen=True)
class LoadReport:
    """What was loaded, what was changed, and which storms were left out, and why.

    Arguments:
        source: The file, or the name of the data.
        n_storms: Number of storms loaded.
        n_fixes: Number of fixes loaded.
        entries: One per storm and event.
        remarks: What concerns the file as a whole.

    Example:
        >>> report = LoadReport("a.csv", 1, 9, (ReportEntry("X", "only one fix", "", True),))
        >>> print(report)
        a.csv: 1 storm, 9 fixes. Left out 1 storm: only one fix (X).
        >>> report.left_out
        {'X': 'only one fix'}
    """

    source: str
    n_storms: int
    n_fixes: int
    entries: tuple[ReportEntry, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def left_out(self) -> Mapping[str, str]:
        """Why each storm that was not loaded was left out, by its id."""
        return {entry.storm: entry.reason for entry in self.entries if entry.left_out}

    @property
    def notes(self) -> Mapping[str, Sequence[str]]:
        """What was changed in the storms that were loaded, or looks doubtful, by id."""
        notes = defaultdict(list)
        for entry in self.entries:
            if not entry.left_out:
                text = f"{entry.reason}: {entry.detail}" if entry.detail else entry.reason
                notes[entry.storm].append(text)
        return dict(notes)

    def __str__(self) -> str:
        sentences = [
            f"{self.source}: {_count(self.n_storms, 'storm')}, {_count(self.n_fixes, 'fix', 'es')}"
        ]
        if self.left_out:
            reasons = _by_reason([entry for entry in self.entries if entry.left_out])
            sentences.append(f"Left out {_count(len(self.left_out), 'storm')}: {reasons}")
        kept = [entry for entry in self.entries if not entry.left_out]
        if kept:
            sentences.append(f"Of the storms loaded: {_by_reason(kept)}")
        return ". ".join([*sentences, *self.remarks]) + "."


def _count(number: int, noun: str, plural: str = "s") -> str:
    return f"{number} {noun}{'' if number == 1 else plural}"


def _by_reason(entries: Sequence[ReportEntry]) -> str:
    """Each reason once, with how many storms it befell, and the first of them."""
    storms = defaultdict(list)
    for entry in entries:
        if entry.storm not in storms[entry.reason]:
            storms[entry.reason].append(entry.storm)
    return "; ".join(_listed(reason, ids) for reason, ids in storms.items())


def _listed(reason: str, ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    times = f"{len(ids)} x " if len(ids) > 1 else ""
    return f"{times}{reason} ({', '.join(ids[:_SHOWN])}{more})"
