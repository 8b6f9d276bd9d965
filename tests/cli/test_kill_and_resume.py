"""A run that is killed by the system goes on, and ends with the same model, byte for byte."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

FLAGS = [
    *("--width", "8", "--n-layers", "1", "--steps", "60", "--checkpoint-every", "10"),
    *("--batch-size", "8", "--storms", "0", "--no-figures"),
]
DEADLINE = 600.0  # seconds for a run to get to its first checkpoint


def start(data: Path, out: Path, *more: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "geomndp", "fit", "cyclones", *FLAGS, *more]
    command += ["--data", str(data), "--out", str(out)]
    # In the settings of a user, but that all runs of the test compile once, and little.
    settings = {
        "JAX_COMPILATION_CACHE_DIR": str(data.parent / "compiled"),
        "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env={**os.environ, **settings}, **quiet)


def finish(process: subprocess.Popen) -> tuple[int, str]:
    _, error = process.communicate(timeout=DEADLINE)
    return process.returncode, error


def steps_of(folder: Path) -> list[int]:
    lines = (folder / "history.jsonl").read_text().splitlines()
    return [json.loads(line)["step"] for line in lines]


def kill_after_a_checkpoint(process: subprocess.Popen, folder: Path, wait: float):
    """SIGKILL, some time after the first checkpoint is whole."""
    begin = time.monotonic()
    while not (folder / "checkpoints" / "10").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - begin < DEADLINE
        time.sleep(0.02)
    time.sleep(wait)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
def test_kill_and_resume(tracks_file: Path, tmp_path: Path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    code, error = finish(start(tracks_file, whole))
    assert code == 0, error
    seconds = json.loads((whole / "history.jsonl").read_text().splitlines()[-1])["seconds"]

    wait = float(np.random.default_rng().uniform(0, 0.1 * seconds))
    process = start(tracks_file, broken)
    kill_after_a_checkpoint(process, broken, wait)
    assert process.returncode == -signal.SIGKILL, f"it was over before it was killed, after {wait}"
    assert not (broken / "model.geomndp").exists()
    assert json.loads((broken / "config.json").read_text())["steps"] == 60

    code, error = finish(start(tracks_file, broken))
    assert code == 1
    assert "which holds a run; go on with it (--resume)" in error.splitlines()[-1]

    code, error = finish(start(tracks_file, broken, "--resume"))
    assert code == 0, error
    assert "going on from step " in error
    assert (broken / "model.geomndp").read_bytes() == (whole / "model.geomndp").read_bytes()
    assert steps_of(broken) == steps_of(whole) == [50, 60]
