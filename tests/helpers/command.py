"""Running the command as a user does, in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def edgekit(
    *words: str | Path, cwd: Path, timeout_s: float = 300
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "edgekit", *map(str, words)],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )


def begun(*words: str | Path, cwd: Path) -> "subprocess.Popen[str]":
    """The command, running; Ctrl-C reaches it even where the suite itself was told to ignore it."""
    return subprocess.Popen(
        [sys.executable, "-m", "edgekit", *map(str, words)],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored under nohup
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def refused(
    *words: str | Path, cwd: Path, run: Callable[..., "subprocess.CompletedProcess[str]"] = edgekit
) -> tuple[int, str]:
    """The exit code and the message of a command that must fail, without a traceback."""
    ended = run(*words, cwd=cwd)
    assert ended.returncode in (1, 2), ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr, ended.stderr
    errors = [line for line in ended.stderr.splitlines() if line.startswith("edgekit: ")]
    assert len(errors) == 1, ended.stderr
    return ended.returncode, errors[0]


def the(folder: Path, pattern: str) -> Path:
    """The one path that the pattern finds."""
    (found,) = folder.glob(pattern)
    return found
