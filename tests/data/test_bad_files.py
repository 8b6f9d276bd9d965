"""Bad input: handled and reported, or refused with file, row and remedy."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from geomndp.data import TrackFileError, load_cyclones

HEADER = "sid,season,basin,time,lat,lon,wind,pres"
GOOD = [
    "A,2024,NA,2024-08-31T18:00,20.0,-60.0,50,990",
    "A,2024,NA,2024-09-01T00:00,21.0,-61.0,55,985",
    "A,2024,NA,2024-09-01T06:00,22.0,-62.0,60,980",
]


def test_a_good_file_has_nothing_to_report(load):
    tracks = load(HEADER, *GOOD)
    assert str(tracks.report) == "storms.csv: 1 storm, 3 fixes."
    assert tracks["A"].basin == "NA"
    assert tracks["A"].wind.tolist() == [50, 55, 60]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A,2024,NA,2024-09-01T12:00,90.1,-60,,", "a latitude from -90 to 90 degrees, got '90.1'"),
        ("A,2024,NA,2024-09-01T12:00,-91,-60,,", "a latitude from -90 to 90 degrees, got '-91'"),
        ("A,2024,NA,2024-09-01T12:00,,-60,,", "a latitude from -90 to 90 degrees, got ''"),
        ("A,2024,NA,2024-09-01T12:00,nan,-60,,", "a latitude from -90 to 90 degrees, got 'nan'"),
        ("A,2024,NA,2024-09-01T12:00,north,-60,,", "a latitude .* got 'north'"),
        ("A,2024,NA,2024-09-01T12:00,20W,-60,,", "a latitude .* got '20W'"),
        ("A,2024,NA,2024-09-01T12:00,20,361,,", "a longitude from -360 to 360 degrees, got '361'"),
        ("A,2024,NA,2024-09-01T12:00,20,inf,,", "a longitude .* got 'inf'"),
        ("A,2024,NA,2024-09-01T12:00,20,NaN,,", "a longitude .* got 'NaN'"),
        ("A,2024,NA,,20,-60,,", "a time, got ''; write 2024-08-31T18:00"),
        ("A,2024,NA,yesterday,20,-60,,", "a time, got 'yesterday'"),
        ("A,2023,NA,2023-02-29T00:00,20,-60,,", "a time, got '2023-02-29T00:00'"),
        ("A,2024,NA,09/01/2024 12:00,20,-60,,", "a time, got '09/01/2024 12:00'"),
        ("A,2024,NA,2024,20,-60,,", "a time, got '2024'"),
        ("A,2024-25,NA,2024-09-01T12:00,20,-60,,", "a season year, got '2024-25'"),
        ("A,0,NA,2024-09-01T12:00,20,-60,,", "a season year, got '0'"),
        (",2024,NA,2024-09-01T12:00,20,-60,,", "a storm id, got ''"),
        ("A,2024,NA,2024-09-01T12:00,20,-60", "8 fields, as the header has, got 6"),
        ("A,2024,NA,2024-09-01T12:00,20,-60,,,1", "8 fields, as the header has, got 9"),
        ("A,2023,NA,2024-09-01T12:00,20,-60,,", r"one season of storm A, got 2024 \(line 2\)"),
    ],
)
def test_a_bad_row_is_named(load, row: str, message: str):
    with pytest.raises(TrackFileError, match=rf"^storms\.csv, line 5: expected .*{message}"):
        load(HEADER, *GOOD, row)


def test_the_line_is_that_of_an_editor(load):
    quoted = 'B,2024,"N\nA",2024-09-01T12:00,20,-60,,'
    with pytest.raises(TrackFileError, match="line 8: expected a latitude"):
        load("", HEADER, "", *GOOD[:2], quoted, GOOD[2].replace("22.0", "92"))


def test_further_bad_rows_are_counted(load):
    bad = [row.replace(".0,-6", "0,-6") for row in GOOD]
    with pytest.raises(TrackFileError, match=r"line 2: .* got '200'; 2 more rows are like it"):
        load(HEADER, *bad)


@pytest.mark.parametrize("missing", ["time", "lat", "lon"])
def test_missing_columns_are_named_with_what_would_do(load, missing: str):
    header = HEADER.replace(missing, f"my_{missing}")
    full = {"time": "time", "lat": "latitude", "lon": "longitude"}[missing]
    with pytest.raises(TrackFileError) as caught:
        load(header, *GOOD)
    message = str(caught.value)
    assert f"got no {full} among sid, " in message
    assert f"my_{missing}" in message
    assert f"will do are {full}: " in message
    assert "rename" in message


def test_unsorted_times_are_sorted_and_reported(load):
    tracks = load(HEADER, GOOD[2], GOOD[0], GOOD[1])
    assert tracks == load(HEADER, *GOOD)
    report = load(HEADER, GOOD[2], GOOD[0], GOOD[1]).report
    assert report.notes["A"] == ["fixes sorted by time: line 3 is earlier than the one before"]
    assert "fixes sorted by time (A)" in str(report)


def test_mixed_storms_are_kept_apart(load):
    other = [row.replace("A,", "B,", 1) for row in GOOD]
    rows = [row for pair in zip(GOOD, other, strict=True) for row in pair]
    tracks = load(HEADER, *rows)
    assert tracks.ids == ("A", "B")
    assert not tracks.report.entries


@pytest.mark.parametrize("longitude", ["-61.0", "299.0"])
def test_a_repeated_fix_is_dropped_and_reported(load, longitude: str):
    tracks = load(HEADER, *GOOD, GOOD[1].replace("-61.0", longitude))
    assert tracks == load(HEADER, *GOOD)
    notes = load(HEADER, *GOOD, GOOD[1].replace("-61.0", longitude)).report.notes["A"]
    assert "repeated fix dropped: lines 3 and 5" in notes


def test_two_positions_at_one_time_are_refused(load):
    with pytest.raises(TrackFileError) as caught:
        load(HEADER, *GOOD, GOOD[1].replace("-61.0", "-60.0"))
    message = str(caught.value)
    assert message.startswith("storms.csv, line 5: expected one position of storm A at 2024-09-01")
    assert "(21, -61) and (21, -60) (lines 3 and 5)" in message
    assert "delete one of them" in message


def test_one_point_storms_are_left_out_and_reported(load):
    lonely = GOOD[0].replace("A,", "B,", 1)
    tracks = load(HEADER, *GOOD, lonely)
    assert tracks.ids == ("A",)
    assert tracks.report.left_out == {"B": "only one fix"}
    assert "Left out 1 storm: only one fix (B)" in str(tracks.report)
    assert load(HEADER, *GOOD, lonely, min_fixes=1).ids == ("A", "B")
    with pytest.raises(TrackFileError, match=r"of 4 fixes or more, got none; .* one fix \(B\)"):
        load(HEADER, *GOOD, lonely, min_fixes=4)


def test_no_storm_left_is_an_error(load):
    with pytest.raises(TrackFileError, match=r"got none; .*Left out 1 storm: only one fix \(A\)"):
        load(HEADER, GOOD[0])


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"], ids=["empty", "blank", "mark"])
def test_an_empty_file(load, content: str):
    with pytest.raises(TrackFileError, match=r"storms\.csv: expected tracks, got an empty file"):
        load(content)


def test_a_header_only(load):
    with pytest.raises(TrackFileError, match="at least one fix, got a header and nothing below"):
        load(HEADER)


def test_files_that_are_none(tmp_path: Path):
    with pytest.raises(TrackFileError, match=r"nowhere\.csv: expected a file of tracks, got none"):
        load_cyclones(tmp_path / "nowhere.csv")
    with pytest.raises(TrackFileError, match="expected a file of tracks, got a folder"):
        load_cyclones(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "got some other binary file; convert it to CSV"),
        (b"time,lat,lon\n2024-01-01,1,\xff\n", "line 2: expected text in UTF-8, got the byte 0xff"),
        (b"\x1f\x8bnot gzip", "expected a readable file, got BadGzipFile"),
        (b"BZh9damaged", "expected a readable file, got OSError"),
        (b"PK\x03\x04damaged", "expected a readable file, got BadZipFile"),
        (b"\x89HDF\r\n\x1a\ndamaged", "expected a NetCDF file of tracks, got OSError"),
        (b"CDF\x01damaged", "expected .* of t"),
        (b"PAR1damaged", "expected a Parquet file, got"),
    ],
)
def test_unreadable_files(tmp_path: Path, content: bytes, message: str):
    path = tmp_path / "file.dat"
    path.write_bytes(content)
    with pytest.raises(TrackFileError, match=rf"^file\.dat.*{message}"):
        load_cyclones(path)


def test_a_compressed_file_cut_short(tmp_path: Path):
    path = tmp_path / "storms.csv.gz"
    path.write_bytes(gzip.compress("\n".join([HEADER, *GOOD]).encode())[:-12])
    with pytest.raises(TrackFileError, match=r"storms\.csv\.gz: .* got EOFError.*cut short"):
        load_cyclones(path)


def test_the_north_atlantic_is_no_missing_value(load):
    assert load(HEADER, *GOOD).select(basin="NA").ids == ("A",)
    lost = [row.replace(",NA,", ",nan,") for row in GOOD]
    tracks = load(HEADER, *lost)
    assert tracks["A"].basin == ""
    assert "The basin of 3 fixes is NaN" in str(tracks.report)
    assert "keep_default_na=False" in str(tracks.report)


def test_basins_of_other_sources(load):
    codes = {"al": "NA", "CP": "EP", "IO": "NI", "SH": "SA", "MM": "", " wp ": "WP"}
    for text, code in codes.items():
        assert load(HEADER, *[row.replace(",NA,", f",{text},") for row in GOOD])["A"].basin == code
    tracks = load(HEADER, *[row.replace(",NA,", ",Atlantic,") for row in GOOD])
    assert tracks["A"].basin == "ATLANTIC"
    assert "Basin codes other than NA, EP, " in str(tracks.report)


@pytest.mark.parametrize("text", ["", " ", "-99", "-999", "-999.0", "NaN", "N/A"])
def test_missing_wind_and_pressure(load, text: str):
    rows = [row.rsplit(",", 2)[0] + f",{text},{text}" for row in GOOD]
    tracks = load(HEADER, *rows)
    assert np.isnan(tracks["A"].wind).all()
    assert np.isnan(tracks["A"].pressure).all()
    assert not tracks.report.entries


def test_wind_that_is_no_number_is_missing_and_reported(load):
    tracks = load(HEADER, *GOOD[:2], GOOD[2].replace(",60,", ",strong,"))
    assert np.isnan(tracks["A"].wind[2])
    assert tracks.report.notes["A"] == [
        "wind that is no number, taken as missing: 'strong' in line 4"
    ]


def test_pressure_in_pascal_is_converted(load):
    tracks = load(HEADER, *[row + "00" for row in GOOD])
    assert tracks["A"].pressure.tolist() == [990, 985, 980]
    assert "Pressure was taken as Pa" in str(tracks.report)


def test_a_step_too_fast_is_kept_and_reported(load):
    tracks = load(HEADER, *GOOD[:2], GOOD[2].replace("22.0", "72.0"))
    assert len(tracks["A"]) == 3
    (note,) = tracks.report.notes["A"]
    assert note.startswith("step faster than 500 km/h, kept: ")
    assert note.endswith("km/h to line 4")


def test_the_date_line_and_the_pole_are_no_steps(load):
    rows = ["2024-09-01T00,89.9,0", "2024-09-01T06,89.9,180", "2024-09-01T12,90,-77"]
    assert not load("time,lat,lon", *rows).report.entries
    rows = ["2024-09-01T00,10,179.9", "2024-09-01T06,10,-179.9", "2024-09-01T12,10,180.5"]
    tracks = load("time,lat,lon", *rows)
    assert not tracks.report.entries
    assert tracks[0].longitude.tolist() == [179.9, -179.9, -179.5]


def test_a_season_far_from_its_time_is_reported(load):
    tracks = load(HEADER, *[row.replace("2024,", "1924,", 1) for row in GOOD])
    assert "season far from its time" in tracks.report.notes["A"][0]


def test_a_storm_without_columns_of_its_own(tmp_path: Path):
    path = tmp_path / "Tropical Storm 7.csv"
    path.write_text("time,latitude,longitude\n2024-12-30T00,-12,60\n2024-12-30T06,-12.5,59\n")
    (track,) = load_cyclones(path)
    assert (track.id, track.name, track.season, track.basin) == ("Tropical Storm 7", "", 2025, "")


def test_several_storms_without_ids_are_refused(load):
    rows = [row.replace("A,", "JO,", 1) for row in GOOD] + [GOOD[0].replace("A,", "BO,", 1)]
    with pytest.raises(TrackFileError, match=r"line 5: expected one storm .* add a column sid"):
        load(HEADER.replace("sid", "name"), *rows)


def test_seasons_given_in_part(load):
    tracks = load(HEADER, *GOOD[:2], GOOD[2].replace("A,2024", "A,", 1))
    assert tracks["A"].season == 2024


def test_a_csv_that_is_none(load):
    with pytest.raises(TrackFileError, match="line 2: expected CSV"):
        load("time,lat,lon", "x" * 200_000 + ",1,2")
