"""What the README tells its reader to do works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = [
    'python -m pip install ".[cyclones]" && geomndp fit cyclones',
    'python -m pip install -e ".[test]" && pytest',
]


@pytest.fixture(scope="module")
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text()


def test_code_runs(readme: str, tmp_path: Path):
    blocks = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        # In a process of its own: as its reader would run it, without the settings of the tests.
        subprocess.run([sys.executable, "-c", block], cwd=tmp_path, check=True)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_stand_on_lines_of_their_own(readme: str, command: str):
    assert command in readme.splitlines()


def test_links_to_files_lead_somewhere(readme: str, repository: Path):
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", readme)
    assert links
    assert [link for link in links if not (repository / link).exists()] == []
