"""Strict numerics for the tests, a user's own settings for the examples in docstrings."""

from collections.abc import Iterator

import jax
import matplotlib
import pyproj  # noqa: F401  # before xarray loads eccodes, after which it cannot be used
import pytest

matplotlib.use("Agg")

STRICT = {
    "jax_enable_x64": True,
    "jax_numpy_rank_promotion": "raise",
    "jax_numpy_dtype_promotion": "strict",
}
DEFAULT = {
    "jax_enable_x64": False,
    "jax_numpy_rank_promotion": "allow",
    "jax_numpy_dtype_promotion": "standard",
}


def configure_jax(settings: dict[str, bool | str]) -> None:
    for name, value in settings.items():
        jax.config.update(name, value)


# At import, so that arrays that test modules make at their top level are float64 too.
configure_jax(STRICT)
# What tests compile is small and run a few times: to optimise it takes longer than it saves.
jax.config.update("jax_disable_most_optimizations", True)


@pytest.fixture(autouse=True)
def _optimise_simulations(request: pytest.FixtureRequest) -> Iterator[None]:
    """What runs longer than it compiles is compiled well."""
    simulation = request.node.get_closest_marker("simulation") is not None
    jax.config.update("jax_disable_most_optimizations", not simulation)
    yield
    jax.config.update("jax_disable_most_optimizations", True)


@pytest.fixture(autouse=True)
def _settings_of_a_user_in_examples(request: pytest.FixtureRequest) -> Iterator[None]:
    """Docstring examples run as they would for their reader: in float32, with JAX's defaults."""
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    configure_jax(DEFAULT)
    yield
    configure_jax(STRICT)
