"""Points on manifolds from tables: positions, angles, rotations, vectors."""

import os
import re
from pathlib import Path

import numpy as np
from jaxtyping import Float

from geomndp.data.columns import COLUMN_NAMES
from geomndp.data.delimited import read_delimited

_NUMBER = r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?"


def load_positions(path: str | os.PathLike[str]) -> Float[np.ndarray, "n 3"]:
    r"""Unit vectors from a CSV file of latitudes and longitudes in degrees, or of x, y and z.

    Columns are found by name, in any case: `latitude` or `lat` and `longitude`, `lon`, `long` or
    `lng`; else `x`, `y` and `z`, in any unit of length. Others are left alone.

    Arguments:
        path: The file; with the ending `.gz`, `.bz2`, `.xz` or `.zip` it is compressed.

    Raises:
        ValueError: If the columns are not there, or hold something else than such numbers.

    Example:
        >>> import pathlib, tempfile, geomndp as gn
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "fires.csv"
        >>> _ = path.write_text("time,lat,lon\n2024-07-01,0,90\n2024-07-02,-90,0\n")
        >>> gn.data.load_positions(path).round(6).tolist()
        [[0.0, 1.0, 0.0], [0.0, 0.0, -1.0]]
    """
    frame = read_table(path)
    latitude, longitude = (
        next((name for name in COLUMN_NAMES[meaning] if name in frame.columns), None)
        for meaning in ("latitude", "longitude")
    )
    if latitude is not None and longitude is not None:
        degrees = read_numbers(frame, [latitude, longitude], path)
        _refuse(np.abs(degrees[:, 0]) > 90, "latitudes from -90 to 90", degrees[:, 0], path)
        _refuse(np.abs(degrees[:, 1]) > 360, "longitudes from -360 to 360", degrees[:, 1], path)
        phi, lam = np.deg2rad(degrees).T
        return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], -1)
    if {"x", "y", "z"} <= set(frame.columns):
        xyz = read_numbers(frame, ["x", "y", "z"], path)
        length = np.linalg.norm(xyz, axis=-1)
        _refuse(length == 0, "directions, so x, y or z other than 0", length, path)
        return xyz / length[:, None]
    raise ValueError(
        f"{path}: expected columns latitude and longitude, or x, y and z, got "
        f"{', '.join(frame.columns)}; rename the columns"
    )


def load_angles(
    path: str | os.PathLike[str], *, degrees: bool = False
) -> Float[np.ndarray, "n two_n_angles"]:
    r"""Points of a torus from a CSV file of angles: every column of numbers is one.

    Arguments:
        path: The file; with the ending `.gz`, `.bz2`, `.xz` or `.zip` it is compressed.
        degrees: Whether angles are in degrees, rather than radians.

    Returns:
        The cosine and the sine of each angle, as `manifolds.Torus` has them.

    Raises:
        ValueError: If no column holds numbers alone.

    Example:
        >>> import pathlib, tempfile, geomndp as gn
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "dihedral.csv"
        >>> _ = path.write_text("residue,phi,psi\nALA,0,90\nGLY,180,-90\n")
        >>> gn.data.load_angles(path, degrees=True).round(6).tolist()
        [[1.0, 0.0, 0.0, 1.0], [-1.0, 0.0, 0.0, -1.0]]
    """
    angles = load_vectors(path)
    angles = np.deg2rad(angles) if degrees else angles
    if not degrees and np.abs(angles).max() > 20:
        raise ValueError(
            f"{path}: expected angles in radians, got {np.abs(angles).max():g}; "
            "are they in degrees (degrees=True, --degrees)?"
        )
    return np.stack([np.cos(angles), np.sin(angles)], -1).reshape(len(angles), -1)


def load_rotations(path: str | os.PathLike[str]) -> Float[np.ndarray, "n 9"]:
    r"""Rotation matrices from a CSV file, row by row in 9 numbers, as `manifolds.SO3` has them.

    Columns are `qw`, `qx`, `qy` and `qz`, a quaternion of any length; or `rx`, `ry` and `rz`, a
    rotation vector in radians; or `r11`, `r12` to `r33`, a matrix.

    Arguments:
        path: The file; with the ending `.gz`, `.bz2`, `.xz` or `.zip` it is compressed.

    Raises:
        ValueError: If the columns are not there, or hold something else than such numbers.

    Example:
        >>> import pathlib, tempfile, geomndp as gn
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "poses.csv"
        >>> _ = path.write_text("qw,qx,qy,qz\n1,0,0,1\n")
        >>> gn.data.load_rotations(path).round(6).tolist()  # a quarter turn about the third axis
        [[0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]]
    """
    from scipy.spatial.transform import Rotation

    frame = read_table(path)
    quaternion, vector = ["qx", "qy", "qz", "qw"], ["rx", "ry", "rz"]
    matrix = [f"r{i}{j}" for i in (1, 2, 3) for j in (1, 2, 3)]
    if set(quaternion) <= set(frame.columns):
        q = read_numbers(frame, quaternion, path)
        length = np.linalg.norm(q, axis=-1)
        _refuse(length == 0, "quaternions with an entry other than 0", length, path)
        rotations = Rotation.from_quat(q).as_matrix()
    elif set(vector) <= set(frame.columns):
        rotations = Rotation.from_rotvec(read_numbers(frame, vector, path)).as_matrix()
    elif set(matrix) <= set(frame.columns):
        rotations = read_numbers(frame, matrix, path).reshape(-1, 3, 3)
        miss = np.abs(rotations @ np.swapaxes(rotations, -1, -2) - np.eye(3)).max((1, 2))
        _refuse(miss > 1e-3, "matrices R with R R^T = 1 to 1e-3", miss, path)
        sign = np.linalg.det(rotations)
        _refuse(sign < 0, "rotations, of determinant 1", sign, path)
    else:
        raise ValueError(
            f"{path}: expected columns qw, qx, qy, qz, or rx, ry, rz, or r11 to r33, got "
            f"{', '.join(frame.columns)}; rename the columns"
        )
    return rotations.reshape(-1, 9)


def load_vectors(path: str | os.PathLike[str]) -> Float[np.ndarray, "n dim"]:
    r"""Points of Euclidean space from a CSV file: every column of numbers alone is a coordinate.

    Columns need names; those without, such as the numbers of rows that pandas writes, are left
    alone.

    Arguments:
        path: The file; with the ending `.gz`, `.bz2`, `.xz` or `.zip` it is compressed.

    Raises:
        ValueError: If there is no such column.

    Example:
        >>> import pathlib, tempfile, geomndp as gn
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "iris.csv"
        >>> _ = path.write_text("species,length,width\nsetosa,5.1,3.5\n")
        >>> gn.data.load_vectors(path).tolist()
        [[5.1, 3.5]]
    """
    frame = read_table(path)
    names = list(frame.select_dtypes("number").columns)
    if not names:
        raise ValueError(
            f"{path}: expected columns of numbers, got none among {', '.join(frame.columns)}"
        )
    return read_numbers(frame, names, path)


def read_table(path: str | os.PathLike[str]):
    """The named columns of a table, their names in lower case."""
    path = Path(path)
    if not path.is_file():
        what = "a folder" if path.is_dir() else "none there"
        raise ValueError(f"{path}: expected a CSV file of points, got {what}; check the path")
    try:
        frame = read_delimited(path)
    except (ValueError, OSError, EOFError) as error:
        raise ValueError(f"{path}: expected a CSV file of points, got {error}") from error
    if frame.empty:
        raise ValueError(f"{path}: expected at least one point, got a table without rows")
    frame = frame.rename(columns=lambda name: str(name).strip().lower())
    if _are_values(list(frame.columns)):
        raise ValueError(
            f"{path}: expected a first line with the names of the columns, got the numbers "
            f"{', '.join(frame.columns)}; write one above them"
        )
    # Such as the numbers of rows that pandas writes.
    frame = frame.loc[:, [not name.startswith("unnamed: ") for name in frame.columns]]
    if not frame.columns.is_unique:
        twice = sorted(set(frame.columns[frame.columns.duplicated()]))
        raise ValueError(
            f"{path}: expected one column of each name, whatever its case, got several of "
            f"{', '.join(twice)}; leave all but one out"
        )
    return frame


def _are_values(names: list[str]) -> bool:
    """Whether the first line holds a point, and not names, nor the numbers of the columns."""
    numbered = (range(first, first + len(names)) for first in (0, 1))
    # Pandas tells a value that comes again by a number at its end.
    numeric = all(re.fullmatch(rf"{_NUMBER}(\.\d+)?", name) for name in names)
    return numeric and all(names != list(map(str, numbers)) for numbers in numbered)


def read_numbers(
    frame, names: list[str], path: str | os.PathLike[str]
) -> Float[np.ndarray, "n dim"]:
    """Columns as finite numbers."""
    import pandas as pd

    columns = [
        np.asarray(pd.to_numeric(frame[name], errors="coerce"), np.float64) for name in names
    ]
    for name, column in zip(names, columns, strict=True):
        wrong = np.flatnonzero(~np.isfinite(column))
        if wrong.size:
            raise ValueError(
                f"{path}: expected finite numbers in the column {name}, got "
                f"{frame[name].iloc[wrong[0]]} in row {wrong[0] + 1} and {wrong.size} such in "
                "all; correct them, or leave the rows out"
            )
    return np.stack(columns, -1)


def _refuse(
    bad: np.ndarray, expected: str, values: np.ndarray, path: str | os.PathLike[str]
) -> None:
    rows = np.flatnonzero(bad)
    if rows.size:
        raise ValueError(
            f"{path}: expected {expected}, got {values[rows[0]]:.6g} in row {rows[0] + 1} and "
            f"{rows.size} such in all"
        )
