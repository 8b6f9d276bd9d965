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
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "python": platform.python_version(),
        "hardware": f"{platform.machine()}, {jax.devices()[0].device_kind}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
