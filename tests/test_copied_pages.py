"""The documentation's copies of notebooks and model cards."""

from pathlib import Path

import pytest
from copied_pages import mirror


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("a.md", "b.md", "c.json", "d.bin"):
        (folder / name).write_text(name)
    return folder


def test_a_copy_has_what_its_source_has_and_no_more(source: Path, tmp_path: Path):
    folder = tmp_path / "copy"
    mirror(source, folder, (".md", ".json"))
    assert {path.name for path in folder.iterdir()} == {"a.md", "b.md", "c.json"}
    (source / "a.md").unlink()
    (source / "b.md").write_text("new")
    mirror(source, folder, (".md", ".json"))
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "b.md": "new",
        "c.json": "c.json",
    }


def test_what_has_not_changed_is_left_alone(source: Path, tmp_path: Path):
    """So that it is not executed again."""
    folder = tmp_path / "copy"
    mirror(source, folder, (".md",))
    before = (folder / "a.md").stat().st_mtime_ns
    mirror(source, folder, (".md",))
    assert (folder / "a.md").stat().st_mtime_ns == before
