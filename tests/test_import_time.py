"""`import geomndp` leaves the packages that take long to load to the functions that use them."""

import subprocess
import sys

from layers import HEAVY


def test_import_loads_no_heavy_package():
    code = "import sys, geomndp; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {"geomndp", "jax"} <= loaded
    assert loaded & HEAVY == set()
