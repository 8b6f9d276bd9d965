"""Fixtures of the tests of training."""

import pytest


@pytest.fixture(scope="package", autouse=True)
def _compile_once(compile_once: None) -> None:
    """Runs that are the same compile once."""
