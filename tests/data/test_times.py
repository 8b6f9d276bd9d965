"""Ways in which files write times."""

import pytest

from geomndp.data import TrackFileError


def test_time_zones_are_converted_to_utc(load):
    rows = ["2024-08-31T18:00,1,2", "2024-09-01T00:00,2,3", "2024-09-01T06:00,3,4"]
    shifted = [rows[0].replace("18:00", "18:00Z"), rows[1].replace("00:00", "05:30+05:30"), rows[2]]
    tracks = load("time,lat,lon", *shifted)
    assert "Times of 1 fixes were converted to UTC" in str(tracks.report)
    assert tracks == load("time,lat,lon", *rows)


@pytest.mark.parametrize(
    "times",
    [
        ["2024-02-28T18", "2024-02-29T00", "2024-02-29T06"],
        ["2024-02-28 18:00:00", "2024-02-29 00:00:00", "2024-02-29 06:00:00"],
        ["2024022818", "2024022900", "2024022906"],
        ["20240228 1800", "20240229 0000", "20240229 0600"],
        ["2024-02-28T18:00:00.000Z", "2024-02-29T00:00:00.000Z", "2024-02-29T06:00:00.000Z"],
        ["2024-2-28 18:00:00", "2024-2-29 0:00:00", "2024-2-29 6:00"],
        ["2024-02-28T13:00-05:00", "2024-02-28T19-05", "2024-02-29T01:00:00-0500"],
    ],
    ids=lambda times: times[0],
)
def test_ways_to_write_a_time(load, times: list[str]):
    tracks = load("time,lat,lon", *[f"{time},{n},0" for n, time in enumerate(times)])
    assert tracks[0].time.astype("datetime64[h]").astype(str).tolist() == [
        "2024-02-28T18",
        "2024-02-29T00",
        "2024-02-29T06",
    ]


def test_dates_and_hours_in_columns_of_their_own(load):
    expected = load("time,lat,lon", "2024-02-28T18:00,1,2", "2024-02-29T00:00,2,3")
    apart = load("date,time,lat,lon", "2024-02-28,18:00,1,2", "2024-02-29,00:00,2,3")
    clock = load("year,month,day,hour,lat,lon", "2024,2,28,18,1,2", "2024,2,29,0,2,3")
    assert expected == apart == clock
    with pytest.raises(TrackFileError, match="line 3: expected a time, got '2024-02-30T00:00'"):
        load("year,month,day,hour,lat,lon", "2024,2,28,18,1,2", "2024,2,30,0,2,3")


@pytest.mark.parametrize(
    "time", ["2024083106-05", "2024/08/31 06:00", "31-08-2024 06:00", "2024-8"]
)
def test_a_time_that_may_be_misread_is_refused(load, time: str):
    with pytest.raises(TrackFileError, match="line 2: expected a time"):
        load("time,lat,lon", f"{time},1,2", "2024-09-01T00:00,2,3")
