"""Models in files: back bit for bit, whole or not at all, and never trusted."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tiny_models import WALK, tiny_process, track

import geomndp as gn
from geomndp.model import ModelFileError

KEY = jax.random.key(3)


@pytest.fixture(scope="module")
def process() -> gn.TrainedProcess:
    return tiny_process()


@pytest.fixture
def file(process: gn.TrainedProcess, tmp_path: Path) -> Path:
    path = tmp_path / "tiny.geomndp"
    process.save(path)
    return path


def header_of(path: Path) -> dict[str, str]:
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + size])["__metadata__"]


Settings = dict[str, Any]
Tensors = dict[str, np.ndarray]


@pytest.fixture
def forge(file: Path) -> Callable[..., Path]:
    """Rewrites the file with other settings, tensors or entries of the header."""

    def rewrite(
        settings: Callable[[Settings], object] | None = None,
        tensors: Callable[[Tensors], object] | None = None,
        **entries: str,
    ) -> Path:
        header, arrays = header_of(file), load_file(file)
        content = json.loads(header["model"])
        if settings is not None:
            settings(content)
        if tensors is not None:
            tensors(arrays)
        save_file(arrays, file, {**header, "model": json.dumps(content), **entries})
        return file

    return rewrite


def test_a_model_comes_back_bit_for_bit(process: gn.TrainedProcess, file: Path):
    loaded = gn.load(file)
    assert loaded.model == process.model
    assert jax.tree.structure(loaded.params) == jax.tree.structure(process.params)
    for found, expected in zip(
        jax.tree.leaves(loaded.params), jax.tree.leaves(process.params), strict=True
    ):
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    x = track(5).x
    np.testing.assert_array_equal(
        loaded.sample(x, n_samples=2, solver=WALK, key=KEY),
        process.sample(x, n_samples=2, solver=WALK, key=KEY),
    )


def test_a_path_may_be_a_string(process: gn.TrainedProcess, tmp_path: Path):
    process.save(f"{tmp_path}/new/folder/model.geomndp")
    assert gn.load(f"{tmp_path}/new/folder/model.geomndp").model == process.model


def test_the_same_model_gives_the_same_bytes(process: gn.TrainedProcess, file: Path, tmp_path):
    process.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == file.read_bytes()


def test_the_file_is_safetensors_with_settings_as_json(file: Path):
    header = header_of(file)
    settings = json.loads(header["model"])
    assert header["format"] == "geomndp-1"
    assert settings["noising"]["class"] == "sde.BrownianMotion"
    assert settings["network"]["width"] == 8


def test_nothing_is_left_beside_the_file(file: Path):
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("when", ["before", "midway", "at the end"])
def test_a_failing_write_leaves_the_old_file(
    process: gn.TrainedProcess, file: Path, monkeypatch: pytest.MonkeyPatch, when: str
):
    before = file.read_bytes()
    write, replace = Path.write_bytes, Path.replace

    def fail(path: Path, content: Any) -> Any:
        if when == "before":
            raise OSError("no space left on device")
        if when == "midway":
            write(path, content[: len(content) // 2])
            raise OSError("no space left on device")
        return write(path, content)

    def fail_to_replace(path: Path, target: Any) -> Any:
        if when == "at the end":
            raise OSError("no space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "write_bytes", fail)
    monkeypatch.setattr(Path, "replace", fail_to_replace)
    with pytest.raises(OSError, match="no space left"):
        process.save(file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_truncated_file(file: Path, share: float):
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelFileError, match=r"tiny\.geomndp: expected a whole model file"):
        gn.load(file)


def test_a_file_with_something_after_its_end(file: Path):
    file.write_bytes(file.read_bytes() + b"more")
    with pytest.raises(ModelFileError, match="expected a whole model file"):
        gn.load(file)


@pytest.mark.parametrize(
    "content",
    [
        b"time,latitude,longitude\n2020-01-01,1,2\n",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93.",
        b"\x08\x00\x00\x00\x00\x00\x00\x00not json",
    ],
    ids=["text", "png", "pickle", "not-json"],
)
def test_a_file_of_another_kind(tmp_path: Path, content: bytes):
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(
        ModelFileError, match="other: expected a whole model file.*download it agai"
    ):
        gn.load(tmp_path / "other")


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}])
def test_safetensors_of_another_program(tmp_path: Path, metadata: dict[str, str] | None):
    save_file({"weight": np.zeros((2, 2))}, tmp_path / "other.safetensors", metadata)
    with pytest.raises(ModelFileError, match="expected a file of format 'geomndp-1', got"):
        gn.load(tmp_path / "other.safetensors")


def test_another_version_of_the_format(forge):
    with pytest.raises(ModelFileError, match="got 'geomndp-2'; it was written by another program,"):
        gn.load(forge(format="geomndp-2"))


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "subprocess.Popen",
        "builtins.eval",
        "networks.Params",
        "networks.base.AbstractNetwork",
        "model.TrainedProcess",
        "__class__",
        "",
        None,
        ["sde.BrownianMotion"],
    ],
)
def test_a_class_that_is_not_ours(forge, name: Any, tmp_path: Path):
    def hostile(settings: Settings):
        settings["noising"] = {"class": name, "args": f"touch {tmp_path}/hacked"}

    with pytest.raises(ModelFileError, match="settings cannot be understood: expected one of the"):
        gn.load(forge(hostile))
    assert not (tmp_path / "hacked").exists()


def test_a_module_is_not_imported_for_its_name(forge, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "antigravity", raising=False)
    with pytest.raises(ModelFileError, match="expected one of the classes"):
        gn.load(forge(lambda s: s["network"].update({"class": "antigravity.fly"})))
    assert "antigravity" not in sys.modules


def swap(settings: Settings):
    settings["network"], settings["noising"] = settings["noising"], settings["network"]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["network"].update({"class": "networks.AbstractNetwork"}),
        lambda s: s["network"].update(width=10, n_heads=4),
        lambda s: s["network"].update(width="wide"),
        lambda s: s["network"].update(unknown=1),
        lambda s: s["network"].pop("field_type"),
        lambda s: s["network"]["field_type"]["codomain"].update(n=1),
        lambda s: s["noising"]["manifold"].update(n=3),
        lambda s: s["noising"]["schedule"].update(beta_min=-1.0),
        lambda s: s["noising"].update({"class": "sde.LinearSchedule"}),
        lambda s: s.pop("noising"),
        lambda s: s.update(noising=5),
        lambda s: s.update(network=None),
        swap,
    ],
    ids=range(13),
)
def test_settings_that_the_classes_refuse(forge, change: Callable[[Settings], object]):
    with pytest.raises(ModelFileError, match=r"tiny\.geomndp: "):
        gn.load(forge(change))


@pytest.mark.parametrize("model", ["{", "[]", "5", '"text"', "[" * 100_000])
def test_settings_that_are_not_settings(forge, model: str):
    with pytest.raises(ModelFileError, match="its settings cannot be understood"):
        gn.load(forge(model=model))


def first_of(tensors: Tensors) -> str:
    return min(tensors)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop(first_of(t)), r"got 1 that differ; .* should be \(.*\) and is None"),
        (lambda t: t.update({"other:w": np.zeros(3)}), r"other:w should be None and is \(3,\)"),
        (lambda t: t.update({first_of(t): np.zeros((1, 2, 3))}), r"and is \(1, 2, 3\)"),
        (lambda t: t.clear(), "expected the parameters of its network"),
        (
            lambda t: t.update({first_of(t): t[first_of(t)].astype(np.int8)}),
            "expected parameters of one floating-point type, got .*int8",
        ),
    ],
    ids=["missing", "additional", "other-shape", "none", "integers"],
)
def test_parameters_that_are_not_those_of_the_network(forge, change, message: str):
    with pytest.raises(ModelFileError, match=message):
        gn.load(forge(tensors=change))


def test_settings_of_another_size_do_not_fit_the_parameters(forge):
    with pytest.raises(ModelFileError, match="expected the parameters of its network"):
        gn.load(forge(lambda s: s["network"].update(width=16)))
