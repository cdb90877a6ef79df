"""docs/recording.md: each of its blocks runs as it stands, and says what is true of the file."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.recording import load_recording
from edgekit.recording_checks import CLOCKS, FIELDS, HIGHEST_HZ, LOWEST_HZ, MOST_BYTES, MOST_LABELS
from tests.helpers.command import REPOSITORY
from tests.helpers.lying import make_lying
from tests.helpers.monitored import monitor

PAGE = (REPOSITORY / "docs" / "recording.md").read_text()
BLOCKS = re.findall(r"^```(python|sh)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, bundle: Bundle) -> Path:
    """Where all blocks were run, in their order; a night lies there, as the last one asks."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "nights").mkdir()
    lying = make_lying("supine", "right", seconds=10)
    monitor(Replay([lying], FULL_SPEED), bundle, folder / "nights" / "ann.night")
    (folder / "bin").mkdir()
    python = folder / "bin" / "python"  # no link: it would leave its environment
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    for number, (language, code) in enumerate(BLOCKS):
        command = [sys.executable, "-c", code] if language == "python" else ["sh", "-ec", code]
        ended = subprocess.run(
            command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True
        )
        assert ended.returncode == 0, f"{code}\n{ended.stderr}"
        (folder / f"{number}.out").write_text(ended.stdout)
    return folder


def printed(folder: Path) -> str:
    return "".join((folder / f"{number}.out").read_text() for number in range(len(BLOCKS)))


def test_every_block_runs_and_prints_what_its_text_says(folder: Path) -> None:
    text = printed(folder)
    assert len(BLOCKS) == 6
    assert "resting 40.0 s, mean" in text
    assert "they look like counts:256; divide them to g" in text
    assert "60 s, 50 Hz, 1.00 g at rest, no gap, read from m/s2 (by gravity)\n" in text
    assert "(66, 100, 3)" in text
    assert "utc" in text.splitlines()[-1]


def test_ten_lines_write_a_recording_that_is_read(folder: Path) -> None:
    code = BLOCKS[0][1]
    assert len(code.strip().replace("\n\n", "\n").splitlines()) <= 10
    recording = load_recording(folder / "ann.npz")
    assert (recording.subject, recording.label_names) == ("ann", ("resting", "reading"))
    assert load_recording(folder / "bob.npz").rate_hz == pytest.approx(50.0)


def test_the_table_of_members_is_the_file(folder: Path) -> None:
    for name in ("ann.npz", "bob.npz"):
        with zipfile.ZipFile(folder / name) as archive, np.load(folder / name) as arrays:
            members = set(archive.namelist())
            for member in members:
                raw = archive.read(member)
                assert raw.startswith(b"\x93NUMPY\x01\x00")
                header_bytes = int.from_bytes(raw[8:10], "little")
                assert (10 + header_bytes) % 64 == 0 and raw[
                    9 + header_bytes : 10 + header_bytes
                ] == b"\n"
            assert arrays["xyz_g"].dtype.str == "<f4" and arrays["header"].shape == ()
            assert arrays["header"].dtype.str.startswith("<U")
            header = json.loads(str(arrays["header"]))
        documented = re.findall(r"^\| `(\w+)` \| (?:text|number|integer|list)", PAGE, re.MULTILINE)
        assert set(documented) == set(header) == {"format", "version", *FIELDS}
    assert members == {"header.npy", "xyz_g.npy"}


def test_the_limits_on_the_page_are_those_that_are_checked() -> None:
    assert f"| {LOWEST_HZ:g} to {HIGHEST_HZ:,.0f} |" in PAGE
    assert f"0 to {MOST_LABELS:,}, each once" in PAGE
    assert MOST_BYTES == 2**30 and "At most 1 GiB unpacked" in PAGE
    assert ", ".join(f"`{clock}`" for clock in CLOCKS) in PAGE
