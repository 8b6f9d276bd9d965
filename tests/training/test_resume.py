"""A run that was killed goes on as if it had not been."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tiny_models import flat_data, flat_model, white_model

import geomndp as gn
from geomndp.training import CheckpointError, FitResult, TrainingConfig, fit

CONFIG = TrainingConfig(
    n_steps=20, batch_size=4, log_every=2, checkpoint_every=4, validate_every=6, learning_rate=0.01
)
KEY = jax.random.key(0)
LAYERS = gn.networks.RotaryTransformer(
    gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2)), width=8, n_layers=2, n_heads=2
)
"""A network with layers, which Muon is for."""


class Killed(Exception):
    """In the place of a signal."""


def run(folder: Path, *, kill_at: int | None = None, **changes) -> FitResult:
    settings = {
        "model": flat_model(),
        "data": flat_data(),
        "key": KEY,
        "config": CONFIG,
        "validation": flat_data(3, seed=1),
    }

    def progress(record: dict[str, float]) -> None:
        if record["step"] == kill_at:
            raise Killed

    return fit(folder=folder, progress=progress, **{**settings, **changes})


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> FitResult:
    return run(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was killed in step 11, after the checkpoint of step 8."""
    folder = tmp_path_factory.mktemp("killed")
    with pytest.raises(Killed):
        run(folder, kill_at=11)
    return folder


@pytest.fixture
def broken_off(killed: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    return Path(shutil.copytree(killed, tmp_path / "run"))


def history_of(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def assert_same(found: FitResult, expected: FitResult):
    jax.tree.map(np.testing.assert_array_equal, found.params, expected.params)
    names = ("step", "loss", "learning_rate", "validation_loss")
    found_records, expected_records = (
        [{name: record.get(name) for name in names} for record in result.history]
        for result in (found, expected)
    )
    assert found_records == expected_records


def test_the_run_that_is_not_interrupted(uninterrupted: FitResult):
    assert [record["step"] for record in uninterrupted.history] == list(range(2, 21, 2))


def test_what_a_killed_run_leaves(killed: Path):
    assert [record["step"] for record in history_of(killed)] == [2, 4, 6, 8, 10]
    assert sorted(path.name for path in (killed / "checkpoints").iterdir()) == ["4", "8"]


def test_killed_in_the_middle(broken_off: Path, uninterrupted: FitResult):
    result = run(broken_off, resume=True)
    assert_same(result, uninterrupted)
    assert history_of(broken_off) == result.history


def test_killed_at_random_moments_again_and_again(tmp_path: Path, uninterrupted: FitResult):
    moments = np.sort(np.random.default_rng(0).integers(1, 21, 3)).tolist()
    for kill_at in moments:
        with pytest.raises(Killed):
            run(tmp_path, kill_at=kill_at, resume=True)
    assert_same(run(tmp_path, resume=True), uninterrupted)


def test_killed_before_the_first_checkpoint(tmp_path: Path, uninterrupted: FitResult):
    with pytest.raises(Killed):
        run(tmp_path, kill_at=3)
    assert [record["step"] for record in history_of(tmp_path)] == [2]
    assert_same(run(tmp_path, resume=True), uninterrupted)


def test_a_run_by_muon_goes_on_and_is_another_than_by_adam(tmp_path: Path):
    model = dataclasses.replace(white_model(), network=LAYERS)
    by_adam, by_muon = (
        {"model": model, "config": dataclasses.replace(CONFIG, muon=muon)} for muon in (False, True)
    )
    whole = run(tmp_path / "whole", **by_muon)
    with pytest.raises(Killed):
        run(tmp_path / "killed", kill_at=11, **by_muon)
    with pytest.raises(CheckpointError, match="muon"):
        run(tmp_path / "killed", resume=True, **by_adam)
    assert_same(run(tmp_path / "killed", resume=True, **by_muon), whole)
    with pytest.raises(AssertionError):
        assert_same(run(tmp_path / "adam", **by_adam), whole)


def test_stopped_by_time_and_given_more(tmp_path: Path, uninterrupted: FitResult):
    """The history then has one line more, at the step where it stopped."""
    first = run(tmp_path, config=dataclasses.replace(CONFIG, max_minutes=1e-9))
    assert [record["step"] for record in first.history] == [1]
    second = run(tmp_path, config=dataclasses.replace(CONFIG, max_minutes=60.0), resume=True)
    jax.tree.map(np.testing.assert_array_equal, second.params, uninterrupted.params)
    assert [record["step"] for record in second.history] == [1, *range(2, 21, 2)]


def test_a_run_that_is_done_is_only_read(tmp_path: Path, uninterrupted: FitResult):
    shutil.rmtree(tmp_path)
    run(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    with_nothing_to_do = run(tmp_path, resume=True, kill_at=1)
    assert_same(with_nothing_to_do, uninterrupted)
    kept = {path for path in before if "checkpoints" in path.parts}
    assert all(path.stat().st_mtime_ns == before[path] for path in kept)


def test_resuming_where_nothing_is_begins(tmp_path: Path, uninterrupted: FitResult):
    assert_same(run(tmp_path / "new", resume=True), uninterrupted)


def test_a_second_run_in_the_folder_is_refused(broken_off: Path):
    before = history_of(broken_off)
    with pytest.raises(CheckpointError, match="holds a run; resume it, or choose another folder"):
        run(broken_off)
    assert history_of(broken_off) == before


def shifted_data() -> gn.FieldSample:
    data = flat_data()
    return gn.FieldSample(data.x, data.y.at[-1, 0, 0].add(jnp.float32(1e-6)), data.mask)


OTHER: dict[str, tuple[Callable[[], dict], str]] = {
    "steps": (
        lambda: {"config": dataclasses.replace(CONFIG, n_steps=40)},
        r"for n_steps \(n_steps was 20, is 40\); resume with the same settings",
    ),
    "start": (
        lambda: {
            "start": flat_model().init(
                jax.tree.map(lambda part: part[0], flat_data()), key=jax.random.key(9)
            )
        },
        "start was None, is sha256",
    ),
    "learning-rate": (
        lambda: {"config": dataclasses.replace(CONFIG, learning_rate=0.02)},
        r"learning_rate was 0\.01, is 0\.02",
    ),
    "seed": (lambda: {"key": jax.random.key(1)}, r"seed \(key\) was \[0, 0\], is \[0, 1\]"),
    "one-number-of-the-data": (
        lambda: {"data": shifted_data()},
        "data was 12 fields of 5 points, sha256 .*, is 12 fields of 5 points, sha256",
    ),
    "number-of-fields": (lambda: {"data": flat_data(13)}, "data was 12 fields .*, is 13 fields"),
    "width": (lambda: {"model": flat_model(width=8)}, r"model\.network\.width was 4, is 8"),
    "schedule": (
        lambda: {"model": flat_model(beta_max=5.0)},
        r"model\.noising\.schedule\.beta_max was 4\.0, is 5\.0",
    ),
    "task": (
        lambda: {"task": gn.training.RandomConditioning()},
        "task was WholeField, is RandomConditioning",
    ),
}


@pytest.mark.parametrize("case", OTHER)
def test_resuming_another_run_is_refused(broken_off: Path, case: str):
    make, message = OTHER[case]
    before = history_of(broken_off)
    with pytest.raises(CheckpointError, match=message) as error:
        run(broken_off, resume=True, **make())
    assert "\n" not in str(error.value)
    assert history_of(broken_off) == before


def test_what_does_not_matter_may_be_changed(broken_off: Path, uninterrupted: FitResult):
    config = dataclasses.replace(
        CONFIG, log_every=5, checkpoint_every=7, validate_every=10, max_minutes=60.0
    )
    result = run(broken_off, resume=True, config=config, validation=None)
    jax.tree.map(np.testing.assert_array_equal, result.params, uninterrupted.params)
    assert [record["step"] for record in result.history] == [2, 4, 6, 8, 10, 15, 20]


@pytest.mark.parametrize("size", [1, 20, -2, -1])
def test_a_line_of_the_history_that_is_half_written(
    broken_off: Path, uninterrupted: FitResult, size: int
):
    """Also one that lacks only the end of the line."""
    path = broken_off / "history.jsonl"
    *lines, last = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines) + last[:size])
    assert_same(run(broken_off, resume=True), uninterrupted)


@pytest.mark.parametrize("name", ["12.orbax-checkpoint-tmp", "12.orbax-checkpoint-tmp-1700000000"])
def test_a_checkpoint_that_is_half_written(broken_off: Path, uninterrupted: FitResult, name: str):
    checkpoints = broken_off / "checkpoints"
    shutil.copytree(checkpoints / "8", checkpoints / name)
    for path in list((checkpoints / name).rglob("*")):
        if path.is_file():
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert_same(run(broken_off, resume=True), uninterrupted)


def test_settings_that_are_half_written(tmp_path: Path, uninterrupted: FitResult):
    """Killed before its first file was whole, a run has left nothing."""
    (tmp_path / ".training.json.partial").write_text('{"n_st')
    assert_same(run(tmp_path), uninterrupted)
