"""Fixtures of the tests of loading."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geomndp.data import Tracks, load_cyclones


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Tracks]:
    """Loads lines of text, or a whole text or bytes, as a file `storms.csv`."""

    def load_lines(*lines: str | bytes, name: str = "storms.csv", **options) -> Tracks:
        path = tmp_path / name
        content = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
        path.write_bytes(content)
        return load_cyclones(path, **options)

    return load_lines
