"""Points from tables."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.transform import Rotation

from geomndp.data import load_angles, load_positions, load_rotations, load_vectors


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a table."""

    def write(text: str) -> Path:
        path = tmp_path / "points.csv"
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize("head", ["lat,lon", "Latitude,Longitude", "LAT,LNG"])
def test_positions_in_degrees(table, head: str):
    y = load_positions(table(f"{head}\n0,0\n0,90\n90,12\n-45,180\n0,-540e-1\n"))
    half = np.sqrt(0.5)
    expected = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [-half, 0, -half]]
    np.testing.assert_allclose(y[:4], expected, atol=1e-15)
    np.testing.assert_allclose(np.linalg.norm(y, axis=-1), 1)


def test_positions_as_vectors_of_any_length(table):
    np.testing.assert_allclose(load_positions(table("x;y;z\n3;0;4\n")), [[0.6, 0, 0.8]])


def test_angles_in_either_unit(table):
    degrees = load_angles(table("phi,psi\n60,-120\n"), degrees=True)
    radians = load_angles(table(f"phi,psi\n{np.pi / 3},{-2 * np.pi / 3}\n"))
    np.testing.assert_allclose(degrees, radians)
    np.testing.assert_allclose(degrees, [[0.5, np.sqrt(0.75), -0.5, -np.sqrt(0.75)]])


def test_a_rotation_in_three_notations(table):
    turn = Rotation.from_rotvec([0.3, -0.8, 0.5])
    x, y, z, w = 2 * turn.as_quat()
    matrix = turn.as_matrix().ravel()
    names = ",".join(f"r{i}{j}" for i in (1, 2, 3) for j in (1, 2, 3))
    files = [
        f"qw,qx,qy,qz\n{w},{x},{y},{z}\n",
        "rx,ry,rz\n0.3,-0.8,0.5\n",
        f"{names}\n{','.join(map(repr, matrix.tolist()))}\n",
    ]
    for text in files:
        np.testing.assert_allclose(load_rotations(table(text)), matrix[None], atol=1e-12)


def test_vectors_leave_words_alone(table):
    assert load_vectors(table("name\ta\tb\nx\t1\t2\ny\t3\t4\n")).tolist() == [[1, 2], [3, 4]]


def test_columns_may_have_numbers_for_names_as_pandas_writes_them(table):
    frame = pd.DataFrame([[0.5, -1.0], [2.0, 3.0]])
    for index in (True, False):
        found = load_vectors(table(frame.to_csv(index=index)))
        np.testing.assert_array_equal(found, frame.to_numpy())
    years = load_vectors(table("1990,2000,city\n1,2,Bergen\n"))
    assert years.tolist() == [[1, 2]]


def test_words_in_quotes_may_hold_what_sets_columns_apart(table):
    """As places in catalogues of earthquakes do."""
    head = "time,latitude,longitude,depth,mag,magType,place"
    row = '2024-01-01T00:00:00Z,-31,-70.1,11,5.1,mww,"1 km S of Coquimbo, Chile"'
    quoted = load_positions(table(f"{head}\n{row}\n"))
    np.testing.assert_allclose(quoted, load_positions(table("lat,lon\n-31,-70.1\n")))


@pytest.mark.parametrize(
    ("load", "text", "message"),
    [
        (load_positions, "lat,lon\n91,0\n", "latitudes from -90 to 90, got 91 in row 1"),
        (load_positions, "lat,lon\n1,0\n1,999\n", "longitudes from -360 to 360, got 999 in row 2"),
        (load_positions, "lat,lon\n1,\n", "finite numbers in the column lon, got nan in row 1"),
        (load_positions, "lat,lon\n1,2\nx,2\n", "column lat, got x in row 2"),
        (load_positions, "x,y,z\n0,0,0\n", "directions, so x, y or z other than 0"),
        (load_positions, "a,b\n1,2\n", "expected columns latitude and longitude, or x, y and z"),
        (load_positions, "lat,lon\n", "at least one point"),
        (load_positions, "lat,lon\n1,2,3\n", "expected a CSV file of points, got Length of header"),
        (load_positions, "lat,LAT,lon\n1,2,3\n", "one column of each name.*several of lat"),
        (load_vectors, "0.5,-1e3\n1,2\n", "names of the columns, got the numbers 0.5, -1e3; write"),
        (load_vectors, "0.5,0.5\n1,2\n", "names of the columns, got the numbers 0.5, 0.5.1"),
        (load_angles, "2\n1\n", "names of the columns, got the numbers 2; write one above"),
        (load_angles, "phi\n180\n", "in radians, got 180; are they in degrees"),
        (load_rotations, "qw,qx,qy,qz\n0,0,0,0\n", "an entry other than 0"),
        (load_rotations, "a\n1\n", "expected columns qw, qx, qy, qz"),
        (
            load_rotations,
            "r11,r12,r13,r21,r22,r23,r31,r32,r33\n1,0,0,0,1,0,0,0,-1\n",
            "determinant",
        ),
        (load_rotations, "r11,r12,r13,r21,r22,r23,r31,r32,r33\n1,0,0,0,1,0,0,0,2\n", "R R"),
        (load_vectors, "name\nx\n", "columns of numbers, got none among name"),
    ],
)
def test_bad_tables_are_refused(table, load: Callable[[Path], np.ndarray], text: str, message: str):
    with pytest.raises(ValueError, match=message):
        load(table(text))


def test_no_file(tmp_path: Path):
    with pytest.raises(ValueError, match="expected a CSV file of points, got none there"):
        load_vectors(tmp_path / "nowhere.csv")
