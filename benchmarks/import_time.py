"""How long `import geomndp` takes, beside `import jax`, each in fresh processes.

Run as `python benchmarks/import_time.py`; writes `benchmarks/results/import_time.json`.
"""

import argparse
import statistics
import subprocess
import sys
from typing import Any

from results_file import circumstances, write_results

PACKAGES = ("jax", "geomndp")
LIMIT = 1.5


def seconds_to_import(package: str) -> float:
    """Seconds that one import takes in a fresh process, the start of the interpreter left out."""
    code = f"from time import perf_counter as now; t = now(); import {package}; print(now() - t)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout)


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
        **circumstances("equinox", "numpy"),
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
    write_results("import_time", result)
    if result["ratio"] > LIMIT:
        sys.exit(f"expected at most {LIMIT} times `import jax`, got {result['ratio']}")


if __name__ == "__main__":
    main()
