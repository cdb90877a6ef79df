"""What Windows lacks is said in one sentence, and what does not need it runs without it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.recording import Recording, save_recording

AS_ON_WINDOWS = """
import sys
import os, signal, subprocess, socket, multiprocessing.connection  # of Python, in its own way there
for name in ("fcntl", "resource", "termios", "tty", "pwd", "grp"):
    sys.modules[name] = None
for module, name in ((os, "sched_getaffinity"), (os, "geteuid"), (signal, "SIGHUP")):
    if hasattr(module, name):
        delattr(module, name)
from edgekit.__main__ import main
sys.argv = ["edgekit", *sys.argv[1:]]
main()
"""


def edgekit(*words: str | Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS, *map(str, words)],
        cwd=cwd, env=os.environ | {"COLUMNS": "200"}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_night_is_replayed_and_reported_without_what_windows_lacks(
    tmp_path: Path, bundle: Bundle
) -> None:
    xyz_g = np.tile(np.float32([0, 0, 1]), (3000, 1))
    save_recording(Recording(xyz_g, 50.0, "ann", "chest"), tmp_path / "ann.npz")
    ended = edgekit(
        "monitor", "--replay", "ann.npz", "--bundle", bundle.folder, "--speed", "full",
        "--out", "a.night", cwd=tmp_path,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    ended = edgekit("report", "a.night", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "a.html").is_file()


@pytest.mark.parametrize("words", [("calibrate",), ("firmware", "emulate", "ann.npz")])
def test_what_needs_linux_says_what_does_not_in_one_sentence(
    tmp_path: Path, bundle: Bundle, words: tuple[str, ...]
) -> None:
    still = np.tile(np.float32([0, 0, 1]), (200, 1))
    save_recording(Recording(still, 50.0, "ann", "chest"), tmp_path / "ann.npz")
    (tmp_path / "bundles").mkdir()
    (tmp_path / "bundles" / "newest").symlink_to(bundle.folder)
    ended = edgekit(*words, cwd=tmp_path)
    assert ended.returncode == 1
    (line,) = (line for line in ended.stderr.splitlines() if line.startswith("edgekit: "))
    assert line.startswith("edgekit: this needs Linux: Windows has no ")
    assert "report" in line and "WSL 2" in line and "is not installed" not in line
