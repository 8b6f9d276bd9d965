"""Fixtures of the tests of networks."""

from collections.abc import Iterator

import jax
import pytest


@pytest.fixture(autouse=True, scope="package")
def compile_quickly() -> Iterator[None]:
    """Networks of these tests are tiny and run a few times: to optimise them takes far longer."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)
