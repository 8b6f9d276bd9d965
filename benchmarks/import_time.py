"""How long `import geomndp` takes, beside `import jax`, each in fresh processes.

Run as `python benchmarks/import_time.py`; writes `benchmarks/results/import_time.json`.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "import_time.json"
PACKAGES = ("jax", "geomndp")
LIMIT = 1.5


def seconds_to_import(package: str) -> float:
    """Seconds that one import takes in a fresh process, the start of the interpreter left out."""
    code = f"from time import perf_counter as now; t = now(); import {package}; print(now() - t)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout)


def cpu_model() -> str:
    """The processor's name where the system tells it, else its architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def measure(n_runs: int) -> dict[str, Any]:
    """Medians over fresh processes, which take turns so that both see the same machine load."""
    for package in PACKAGES:
        seconds_to_import(package)  # fills the file cache
    times = {package: [] for package in PACKAGES}
    for _ in range(n_runs):
        for package in PACKAGES:
            times[package].append(seconds_to_import(package))
    medians = {package: statistics.median(values) for package, values in times.items()}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "hardware": {"cpu": cpu_model(), "n_cores": os.cpu_count()},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("geomndp", "jax", "equinox", "numpy")},
        },
        "n_runs": n_runs,
        "median_seconds": {package: round(value, 4) for package, value in medians.items()},
        "ratio": round(medians["geomndp"] / medians["jax"], 3),
        "ratio_limit": LIMIT,
    }


def main() -> None:
    """Measure, write the results, and fail above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21, help="fresh processes per package")
    result = measure(parser.parse_args().runs)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    if result["ratio"] > LIMIT:
        sys.exit(f"expected at most {LIMIT} times `import jax`, got {result['ratio']}")


if __name__ == "__main__":
    main()
