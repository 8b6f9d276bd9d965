"""Tracks from a table of fixes, with a report of what became of each storm."""

import numpy as np

from geomndp.data.fix_table import FixTable
from geomndp.data.globe import distance_km, to_unit_vectors
from geomndp.data.report import LoadReport, ReportEntry
from geomndp.data.seasons import season_of
from geomndp.data.track import Track
from geomndp.data.tracks import Tracks

FASTEST_KM_PER_HOUR = 500.0
"""Speed of a storm's centre above which the report calls a step doubtful."""

_SAME_POSITION = 1e-9  # of unit vectors: 6 mm on the Earth


def assemble(
    table: FixTable, *, synoptic_only: bool = False, min_fixes: int = 2, spurs: bool = False
) -> Tracks:
    """The storms of a table, in order of their first row, each in order of time.

    Arguments:
        table: Checked fixes, in any order.
        synoptic_only: Keep only fixes at 0, 6, 12 and 18 h UTC.
        min_fixes: Storms with fewer fixes are left out, and reported.
        spurs: Whether to load spur tracks of IBTrACS; else they are left out, and reported.

    Raises:
        TrackFileError: If one storm has two positions at one time, or two seasons, or if no storm
            is left.
    """
    storms, codes = _codes(table.id)
    order = np.lexsort((np.arange(len(codes)), table.time, codes))
    entries = [*table.entries, *_disorder(table, storms, codes)]
    order, repeated = _without_repeats(table, codes, order)
    entries += repeated
    if synoptic_only:
        order, dropped = _synoptic(table, order)
        entries += dropped
    bounds = np.searchsorted(codes[order], np.arange(len(storms) + 1))
    tracks = []
    for storm, start, stop in zip(storms, bounds[:-1], bounds[1:], strict=True):
        rows = order[start:stop]
        reason = _reason_to_leave_out(table, rows, min_fixes, spurs)
        if reason:
            entries.append(ReportEntry(storm, reason, left_out=True))
            continue
        track, doubts = _track(table, storm, rows)
        tracks.append(track)
        entries += doubts
    report = LoadReport(
        table.raw.source, len(tracks), sum(map(len, tracks)), tuple(entries), table.remarks
    )
    if not tracks:
        raise table.raw.error(
            f"expected at least one storm of {min_fixes} fixes or more, got none; {report}"
        )
    return Tracks(tracks, report)


def _reason_to_leave_out(
    table: FixTable, rows: np.ndarray, min_fixes: int, spurs: bool
) -> str | None:
    if table.spur[rows].any() and not spurs:
        return "spur track beside another storm's"
    if len(rows) >= min_fixes:
        return None
    few = {0: "no fix", 1: "only one fix"}
    return few.get(len(rows), f"fewer than {min_fixes} fixes")


def _codes(ids: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The different ids in order of appearance, and the number of each row's."""
    numbers = {}
    codes = np.array([numbers.setdefault(storm, len(numbers)) for storm in ids])
    return list(numbers), codes


def _disorder(table: FixTable, storms: list[str], codes: np.ndarray) -> list[ReportEntry]:
    """Storms whose rows do not follow each other in time."""
    by_storm = np.argsort(codes, kind="stable")
    same = np.diff(codes[by_storm]) == 0
    back = same & (np.diff(table.time[by_storm]) < np.timedelta64(0))
    entries = {}
    for step in np.flatnonzero(back):
        row = by_storm[step + 1]
        place = f"{table.raw.unit} {table.raw.rows[row]} is earlier than the one before"
        entry = ReportEntry(storms[codes[row]], "fixes sorted by time", place)
        entries.setdefault(codes[row], entry)
    return list(entries.values())


def _without_repeats(
    table: FixTable, codes: np.ndarray, order: np.ndarray
) -> tuple[np.ndarray, list[ReportEntry]]:
    """The order without second rows of one time; an error if they tell another position."""
    first, second = order[:-1], order[1:]
    twice = (codes[first] == codes[second]) & (table.time[first] == table.time[second])
    y = to_unit_vectors(table.latitude, table.longitude)
    entries = []
    for step in np.flatnonzero(twice):
        one, other = int(first[step]), int(second[step])
        rows = f"{table.raw.unit}s {table.raw.rows[one]} and {table.raw.rows[other]}"
        if np.abs(y[one] - y[other]).max() > _SAME_POSITION:
            raise table.raw.error(
                f"expected one position of storm {table.id[one]} at {table.time[one]}, got "
                f"{_position(table, one)} and {_position(table, other)} ({rows}); delete one of "
                "them, or give two storms two ids", other
            )  # fmt: skip
        entries.append(ReportEntry(str(table.id[one]), "repeated fix dropped", rows))
    return order[np.concatenate([[True], ~twice])], entries


def _position(table: FixTable, row: int) -> str:
    return f"({table.latitude[row]:g}, {table.longitude[row]:g})"


def _synoptic(table: FixTable, order: np.ndarray) -> tuple[np.ndarray, list[ReportEntry]]:
    """The rows at multiples of six hours, and how many others each storm had."""
    seconds = table.time[order].astype("datetime64[s]").astype(np.int64)
    keep = seconds % (6 * 3600) == 0
    counts = {}
    for storm in table.id[order[~keep]]:
        counts[storm] = counts.get(storm, 0) + 1
    reason = "fixes at other than synoptic times dropped"
    return order[keep], [ReportEntry(storm, reason, str(n)) for storm, n in counts.items()]


def _track(table: FixTable, storm: str, rows: np.ndarray) -> tuple[Track, list[ReportEntry]]:
    """One storm, and what looks doubtful about it."""
    given = np.flatnonzero(table.season[rows])
    computed = season_of(str(table.time[rows[0]]), float(table.latitude[rows[0]]))
    season = int(table.season[rows[given[0]]]) if len(given) else computed
    other = given[table.season[rows[given]] != season]
    if len(other):
        raise table.raw.error(
            f"expected one season of storm {storm}, got {season} ({table.raw.unit} "
            f"{table.raw.rows[rows[given[0]]]}) and {table.season[rows[other[0]]]}; give two "
            "storms two ids", int(rows[other[0]])
        )  # fmt: skip
    names = dict.fromkeys(name for name in table.name[rows] if name)
    basin = next((basin for basin in table.basin[rows] if basin), "")
    columns = (table.time, table.latitude, table.longitude, table.wind, table.pressure)
    track = Track(storm, ":".join(names), season, basin, *(values[rows] for values in columns))
    entries = []
    if abs(season - computed) > 1:
        detail = f"season {season}, first fix {track.time[0]}"
        entries.append(ReportEntry(storm, "season far from its time", detail))
    return track, entries + _jumps(table, track, rows)


def _jumps(table: FixTable, track: Track, rows: np.ndarray) -> list[ReportEntry]:
    """Steps faster than any storm; they are kept."""
    y = track.unit_vectors()
    speed = distance_km(y[:-1], y[1:]) / (24.0 * np.diff(track.days))
    return [
        ReportEntry(
            track.id,
            f"step faster than {FASTEST_KM_PER_HOUR:.0f} km/h, kept",
            f"{speed[step]:.0f} km/h to {table.raw.unit} {table.raw.rows[rows[step + 1]]}",
        )
        for step in np.flatnonzero(speed > FASTEST_KM_PER_HOUR)
    ]
