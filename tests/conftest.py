"""Fixtures that tests share."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of data files that are too large for the repository; skips where there is none.

    It is `$GEOMNDP_DATA`, else `shared/data` beside the repository.
    """
    folder = Path(os.environ.get("GEOMNDP_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no data folder at {folder}; set GEOMNDP_DATA to a folder that holds the data")
    return folder
