"""Fixtures that tests share."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import jax
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


@pytest.fixture(scope="session")
def compile_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps what is compiled: every run of training compiles its step anew, and many are the same.

    A fixture that wants it for a folder of tests asks for it there.
    """
    settings = {
        "jax_compilation_cache_dir": str(tmp_path_factory.mktemp("compiled")),
        "jax_persistent_cache_min_compile_time_secs": 0.05,
    }
    before = {name: getattr(jax.config, name) for name in settings}
    for name, value in settings.items():
        jax.config.update(name, value)
    yield
    for name, value in before.items():
        jax.config.update(name, value)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for the network fails."""

    def refuse(*args: object, **kwargs: object) -> object:
        raise AssertionError(f"the network was asked: {args} {kwargs}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
