"""Models of tracks: their symmetries, their covariates, and tracks as their fields."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import WALK, tiny_process
from tracks_by_hand import track_on_the_equator

import geomndp as gn
from geomndp.data import TRACK_COVARIATES, track_covariates
from geomndp.experiments import (
    ToldTracks,
    cyclone_model,
    extrapolation_cases,
    gap_cases,
    has_intensity,
    interpolation_cases,
    is_planar,
    six_hourly_tracks,
    synthetic_season,
    tell_case,
    track_field,
    track_fields,
)

TRACK = track_on_the_equator(12)
METHOD = gn.sampling.Amortised(WALK)


@pytest.fixture(scope="module")
def seasonal() -> gn.TrainedProcess:
    return tiny_process(cyclone_model(width=8, n_layers=1))


@pytest.mark.parametrize(
    ("symmetry", "group"),
    [
        ("none", gn.groups.T(1)),
        ("axial", gn.groups.InputOutput(gn.groups.T(1), gn.groups.Axial())),
        ("mirror", gn.groups.InputOutput(gn.groups.T(1), gn.groups.Axial(equatorial_mirror=True))),
        ("rotations", gn.groups.InputOutput(gn.groups.T(1), gn.groups.SO(3))),
    ],
)
def test_the_group_of_a_model_is_what_was_asked_for(symmetry, group: gn.groups.AbstractGroup):
    model = cyclone_model(symmetry=symmetry, width=8)
    assert model.network.field_type.group == group
    assert model.n_covariates == len(TRACK_COVARIATES)
    assert cyclone_model(symmetry=symmetry, width=8, covariates=False).n_covariates == 0


def test_symmetries_that_are_not_there():
    with pytest.raises(ValueError, match="expected a symmetry, one of none, axial, .*, got 'E3'"):
        cyclone_model(symmetry="E3")


def test_fields_have_the_covariates_that_the_model_takes(seasonal: gn.TrainedProcess):
    field = track_field(seasonal.model, TRACK)
    np.testing.assert_array_equal(field.covariates, track_covariates(TRACK))
    assert track_field(cyclone_model(covariates=False), TRACK).covariates is None
    tracks = [TRACK, track_on_the_equator(5, id="F")]
    batch = track_fields(seasonal.model, tracks)
    assert batch.mask.sum(-1).tolist() == [12, 5]
    assert batch.covariates is not None
    np.testing.assert_array_equal(batch.covariates[0], field.covariates)
    np.testing.assert_array_equal(batch.y[1, 5:], jnp.broadcast_to(batch.y[1, 4], (7, 3)))
    assert track_fields(seasonal.model, tracks, 20).x.shape == (2, 20, 1)
    with pytest.raises(ValueError, match="expected n_points of at least 12, got 6"):
        track_fields(seasonal.model, tracks, 6)


def test_a_model_with_covariates_is_saved_whole(seasonal: gn.TrainedProcess, tmp_path: Path):
    seasonal.save(tmp_path / "seasonal.geomndp")
    again = gn.load(tmp_path / "seasonal.geomndp")
    assert again.model == seasonal.model
    field = track_field(seasonal.model, TRACK)
    key, drawn = jax.random.key(0), []
    for model in (seasonal, again):
        y = model.sample(field.x, n_samples=2, covariates=field.covariates, solver=WALK, key=key)
        drawn.append(np.asarray(y))
    np.testing.assert_array_equal(*drawn)


def test_the_season_and_the_basin_matter(seasonal: gn.TrainedProcess):
    field = track_field(seasonal.model, TRACK)
    assert field.covariates is not None

    def of(covariates: jax.Array) -> np.ndarray:
        key = jax.random.key(0)
        return np.asarray(
            seasonal.sample(field.x, n_samples=1, covariates=covariates, solver=WALK, key=key)
        )

    assert np.abs(of(field.covariates) - of(1 + field.covariates)).max() > 1e-4


def test_covariates_that_are_missing_or_too_many(seasonal: gn.TrainedProcess):
    field = track_field(seasonal.model, TRACK)
    bare, covariates = track_field(cyclone_model(covariates=False), TRACK), field.covariates
    assert covariates is not None
    key = jax.random.key(0)
    with pytest.raises(ValueError, match="expected locations with 9 covariates per point, .* none"):
        seasonal.sample(field.x, n_samples=1, key=key)
    with pytest.raises(ValueError, match="expected a context with 9 covariates per point"):
        seasonal.condition(bare)
    with pytest.raises(ValueError, match="expected a sample with 9 covariates per point"):
        seasonal.log_prob(bare)
    with pytest.raises(ValueError, match="expected covariates at 12 locations, got 11 rows"):
        seasonal.sample(field.x, n_samples=1, covariates=covariates[:-1], key=key)
    bad = covariates.at[0, 0].set(jnp.nan)
    with pytest.raises(ValueError, match="expected finite covariates, got NaN or infinity"):
        seasonal.sample(field.x, n_samples=1, covariates=bad, key=key)
    with pytest.raises(ValueError, match="with no covariates per point, .* got 9"):
        tiny_process().log_prob(field)


def test_training_data_without_the_covariates_of_the_model():
    model = cyclone_model(width=8, n_layers=1)
    bare = track_fields(cyclone_model(covariates=False), [TRACK])
    with pytest.raises(ValueError, match="expected data with 9 covariates per point"):
        gn.training.fit(model, bare, key=jax.random.key(0))


def test_a_case_is_asked_with_and_without_covariates(seasonal: gn.TrainedProcess):
    (case,) = gap_cases([TRACK])
    for model in (seasonal, tiny_process()):
        told = tell_case(model, case, n_members=3, method=METHOD, key=jax.random.key(0))
        assert told.positions.shape == (3, 7, 3)
        assert told.wind is None


def test_each_hidden_fix_is_asked_for_with_its_own_covariates(
    seasonal: gn.TrainedProcess,
):
    (case,) = gap_cases([TRACK])
    asked = []

    class Spy(gn.sampling.AbstractConditionalMethod):
        def sample(self, noising, score, context, x, mask, **settings):
            asked.append(score.covariates)
            return METHOD.sample(noising, score, context, x, mask, **settings)

    tell_case(seasonal, case, n_members=2, method=Spy(), key=jax.random.key(0))
    expected = track_covariates(TRACK)[case.hidden]
    assert np.abs(np.diff(expected, axis=0)).max() > 0
    np.testing.assert_allclose(asked[0][: len(expected)], expected, atol=1e-6)


def test_the_published_tasks_give_ten_at_either_end_or_the_first_twenty():
    tracks = [track_on_the_equator(n, id=str(n)) for n in (49, 50, 80)]
    for cases, given in (
        (interpolation_cases(tracks), [*range(10), *range(40, 50)]),
        (extrapolation_cases(tracks), [*range(20)]),
    ):
        assert [case.track.id for case in cases] == ["50", "80"]
        for case in cases:
            numbers = [4 * np.asarray(part.x[:, 0]) for part in (case.context, case.target)]
            assert numbers[0].tolist() == given
            assert sorted(np.concatenate(numbers).tolist()) == [*range(50)]


def test_six_hourly_tracks_leave_out_what_is_between_and_tracks_with_a_step_missing():
    hours = [*range(0, 60, 6), 33.5]
    between = track_on_the_equator(0, id="between", hours=sorted(hours))
    missing = track_on_the_equator(0, id="missing", hours=[0, 6, 12, 24, 30, 36, 42])
    found = six_hourly_tracks([between, missing], 6)
    assert [track.id for track in found] == ["between"]
    np.testing.assert_allclose(24 * found[0].days, np.arange(0, 36, 6))
    assert [track.id for track in six_hourly_tracks([between, missing], 3)] == [
        "between",
        "missing",
    ]


def test_a_model_of_the_plane_tells_longitude_and_latitude():
    """Longitude from the first fix on, over the date line too, in radians."""
    planar = tiny_process(cyclone_model(values="plane", width=8, n_layers=1))
    field = track_field(planar.model, TRACK)
    degrees = np.rad2deg(np.asarray(field.y, np.float64))
    np.testing.assert_allclose(degrees[:, 0], 2 * TRACK.days, atol=1e-5)
    np.testing.assert_allclose(degrees[:, 1], 0, atol=1e-5)
    back = ToldTracks.of(field.y, longitude=float(TRACK.longitude[0]))
    np.testing.assert_allclose(back.positions, TRACK.unit_vectors(), atol=1e-6)
    (case,) = gap_cases([TRACK])
    told = tell_case(planar, case, n_members=3, method=METHOD, key=jax.random.key(0))
    np.testing.assert_allclose(np.linalg.norm(told.positions, axis=-1), 1, atol=1e-5)
    assert (is_planar(planar.model), has_intensity(planar.model)) == (True, False)
    with pytest.raises(ValueError, match="positions on the globe, got one of a plane"):
        synthetic_season(planar, gn.data.Tracks([TRACK]), 2030, key=jax.random.key(0))


def test_values_that_are_not_there():
    with pytest.raises(ValueError, match="expected values, one of globe, intensity, plane, got 'p"):
        cyclone_model(values="poles")
