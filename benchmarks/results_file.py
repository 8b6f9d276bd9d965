"""What every file of results holds besides its figures."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any


def cpu_model() -> str:
    """The processor's name where the system tells it, else its architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def circumstances(*packages: str) -> dict[str, Any]:
    """Date, hardware, and versions of Python, of geomndp and of the packages named."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "hardware": {"cpu": cpu_model(), "n_cores": os.cpu_count()},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("geomndp", "jax", *packages)},
        },
    }


def training_of(name: str) -> dict[str, Any]:
    """What a shipped model cost to train: steps, sizes of batches and minutes of its runs."""
    costs = json.loads((files("geomndp") / "pretrained" / "training.json").read_text())
    return costs[name]


def quick_is_asked(description: str | None) -> bool:
    """Whether the command line asks for tiny sizes."""
    return _parser(description).parse_args().quick


def quick_and_laws(description: str | None, laws: list[str]) -> tuple[bool, int, list[str]]:
    """Whether the command line asks for tiny sizes, for how many tasks, and of which laws."""
    asked = parse_laws(law_parser(description, laws), laws)
    return asked.quick, asked.tasks, asked.laws


def law_parser(
    description: str | None, laws: list[str], *, n_tasks: int = 64
) -> argparse.ArgumentParser:
    """A command line that may ask for tiny sizes, for a number of tasks, and for some laws."""
    parser = _parser(description)
    parser.add_argument("laws", nargs="*", default=laws, help=f"some of {', '.join(laws)}")
    parser.add_argument("--tasks", type=int, default=n_tasks, help="of each cell of the tables")
    return parser


def parse_laws(parser: argparse.ArgumentParser, laws: list[str]) -> argparse.Namespace:
    """What the command line asks for; it is refused if a law is unknown."""
    asked = parser.parse_args()
    if unknown := set(asked.laws) - set(laws):
        parser.error(f"expected laws among {', '.join(laws)}, got {', '.join(sorted(unknown))}")
    return asked


def quick_and_runs(description: str | None, runs: str) -> tuple[bool, Path]:
    """Whether the command line asks for tiny sizes, and the folder of runs to go on from."""
    parser = _parser(description)
    parser.add_argument("--runs", type=Path, default=Path(runs))
    asked = parser.parse_args()
    return asked.quick, asked.runs


def _parser(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="tiny; writes and claims nothing")
    return parser


def as_text(numbers: Iterable[float]) -> str:
    """Numbers in one line, which `str.split` reads again."""
    return " ".join(f"{number:.3g}" for number in numbers)


def write_results(name: str, results: dict[str, Any]) -> None:
    """Write `benchmarks/results/NAME.json`, and show it."""
    path = Path(__file__).parent / "results" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(results, indent=2)
    path.write_text(text + "\n")
    print(text)


def measure_in_runs(
    name: str,
    description: str | None,
    measure: Callable[[Any, Path], dict[str, Any]],
    failures: Callable[[Any], list[str]],
    *,
    full: Any,
    tiny: Any,
) -> None:
    """Measure at the sizes that the command line asks for, in its folder of runs, and conclude."""
    quick, runs = quick_and_runs(description, f"runs/{name}")
    conclude(name, measure(tiny if quick else full, runs), failures, quick=quick)


def conclude(
    name: str, results: dict[str, Any], failures: Callable[[Any], list[str]], *, quick: bool
) -> None:
    """Write the results, and fail where a claim does not hold; show quick ones only."""
    if quick:
        print(json.dumps(results, indent=2))
        return
    write_results(name, results)
    if found := failures(results):
        sys.exit("\n".join(found))
