"""Many tracks: selection, split by season, batches, and the report."""

import numpy as np
import pytest

from geomndp.data import LoadReport, ReportEntry, Track, Tracks, load_cyclones


def make_track(id: str, season: int = 2024, basin: str = "WP", n_fixes: int = 3) -> Track:
    time = np.datetime64(f"{season}-08-01T00") + np.timedelta64(6, "h") * np.arange(n_fixes)
    return Track(id, "", season, basin, time, np.arange(n_fixes) + 5.0, np.full(n_fixes, 140.0))


def make_tracks() -> Tracks:
    seasons = [2014, 2015, 2016, 2018, 2019, 2024]
    basins = ["NA", "WP", "NA", "SI", "NA", "EP"]
    return Tracks(
        make_track(f"S{season}", season, basin, n_fixes)
        for n_fixes, (season, basin) in enumerate(zip(seasons, basins, strict=True), 2)
    )


def test_a_sequence_by_place_and_by_id():
    tracks = make_tracks()
    assert len(tracks) == 6
    assert tracks[0] is tracks["S2014"]
    assert tracks[-1].id == "S2024"
    assert [track.id for track in tracks[1:3]] == ["S2015", "S2016"]
    assert list(tracks) == [tracks[i] for i in range(6)]
    assert tracks[2] in tracks
    assert tracks == make_tracks()
    assert hash(tracks) == hash(make_tracks())
    assert tracks != tracks[1:]
    with pytest.raises(KeyError, match="expected the id of one of"):
        tracks["S1900"]


def test_repr_says_storms_fixes_seasons():
    assert repr(make_tracks()) == "Tracks(6 storms, 27 fixes, seasons 2014 to 2024)"
    assert repr(make_tracks()[:1]) == "Tracks(1 storm, 2 fixes, season 2014)"
    assert repr(Tracks([])) == "Tracks(0 storms, 0 fixes)"


def test_two_storms_of_one_id_are_refused():
    with pytest.raises(ValueError, match="several with the id 'S2014'"):
        Tracks([make_track("S2014"), make_track("S2014", 2015)])


def test_select_by_one_value_or_several():
    tracks = make_tracks()
    assert tracks.select(basin="NA").ids == ("S2014", "S2016", "S2019")
    assert tracks.select(basin=["EP", "SI"]).ids == ("S2018", "S2024")
    assert tracks.select(season=range(2015, 2017)).ids == ("S2015", "S2016")
    assert tracks.select(season=np.arange(2015, 2017)).ids == ("S2015", "S2016")
    assert tracks.select(id="S2018", basin="NA").ids == ()
    assert tracks.select(min_fixes=6).ids == ("S2019", "S2024")
    assert tracks.select(name="", season=2024).report is tracks.report


def test_split_by_season():
    split = make_tracks().split()
    assert [part.ids for part in split] == [
        ("S2014", "S2015"),
        ("S2016", "S2018"),
        ("S2019", "S2024"),
    ]
    assert split.train.report is split.test.report
    early = make_tracks().split(train_to=2014, validation_to=2014)
    assert [len(part) for part in early] == [1, 0, 5]
    with pytest.raises(ValueError, match="expected validation_to from 2018"):
        make_tracks().split(train_to=2018, validation_to=2017)


def test_the_split_of_real_storms_leaks_nothing():
    tracks = load_cyclones()
    train, validation, test = tracks.split()
    ids = [set(part.ids) for part in (train, validation, test)]
    assert sum(map(len, ids)) == len(set.union(*ids)) == len(tracks)
    assert max(track.season for track in train) == 2015
    assert {track.season for track in validation} == {2016, 2017, 2018}
    assert min(track.season for track in test) == 2019
    last = max(track.time[-1] for track in train)
    assert last < min(track.time[0] for track in test)


def test_a_batch_is_each_track_padded():
    tracks = make_tracks()
    batch = tracks.fields()
    assert batch.x.shape == (6, 7, 1)
    assert batch.y.shape == (6, 7, 3)
    assert batch.mask.sum(-1).tolist() == [2, 3, 4, 5, 6, 7]
    for i, track in enumerate(tracks):
        alone = track.field(7)
        np.testing.assert_array_equal(batch.x[i], alone.x)
        np.testing.assert_array_equal(batch.y[i], alone.y)
        np.testing.assert_array_equal(batch.mask[i], alone.mask)


def test_a_batch_of_given_length():
    assert make_tracks().fields(12).x.shape == (6, 12, 1)
    with pytest.raises(ValueError, match=r"at least 7, the fixes of S2024, got 6; .*track\[:6\]"):
        make_tracks().fields(6)
    with pytest.raises(ValueError, match="expected at least one storm, got none"):
        make_tracks()[:0].fields()


def test_the_report_is_a_readable_paragraph():
    entries = [ReportEntry(f"S{i}", "only one fix", left_out=True) for i in range(5)]
    entries += [ReportEntry("T", "repeated fix dropped", f"lines {i} and 9") for i in range(2)]
    report = LoadReport("a.csv", 7, 80, tuple(entries), ("Seasons were computed",))
    assert str(report) == (
        "a.csv: 7 storms, 80 fixes. Left out 5 storms: 5 x only one fix (S0, S1, S2 and 2 more). "
        "Of the storms loaded: repeated fix dropped (T). Seasons were computed."
    )
    assert report.left_out == {f"S{i}": "only one fix" for i in range(5)}
    assert report.notes == {
        "T": ["repeated fix dropped: lines 0 and 9", "repeated fix dropped: lines 1 and 9"]
    }
