"""The command, on the simulated sensor, with a dashboard for the network: a night that goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edgekit.firmware.emulate.simulated_bus import Fault, make_world
from edgekit.night.reader import open_night
from tests.helpers.bundles import make_bundle

RATE_HZ = 50
# No other's, whose dashboard may have the port; but for 127.0.0.1 each needs a token.
WEB = f"127.1.{os.getpid() // 256 % 256}.{os.getpid() % 254 + 1}"


def lie(folder: Path, minutes: int, *options: str) -> str:
    """What the monitor printed, of so long on the back."""
    breath = np.sin(2 * np.pi * 0.25 * np.arange(60 * RATE_HZ * minutes) / RATE_HZ)
    counts = np.rint(np.outer(breath, [6, 2, 6]) + np.array([0, 0, 256])).astype(np.int16)
    begin_s = 1_793_487_600.0 + 3600 * bool(options)
    end = Fault(60 * minutes, "signal", signal.SIGINT)
    world = make_world(folder / "world", counts, [end], start_utc_s=begin_s)
    command = [
        *(sys.executable, "-m", "edgekit", "monitor", "--bundle", "bundle", "--web", WEB),
        *("--out", "nights/a.night", "--alarm", "baseline", *options),
    ]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | world.environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_a_night_that_goes_on_keeps_its_token_and_begins_no_second_delay(
    tmp_path: Path,
) -> None:
    make_bundle(tmp_path / "bundle")
    (tmp_path / "nights").mkdir()
    printed = lie(tmp_path, 2)
    address = (tmp_path / "nights" / "dashboard.url").read_text()
    printed += lie(tmp_path, 2, "--resume")
    assert (tmp_path / "nights" / "dashboard.url").read_text() == address
    assert "nights/dashboard.url" in printed and "token" not in printed
    with open_night(tmp_path / "nights" / "a.night") as night:
        first = night.alarms()[0]
        assert first.start_s - night.start_s == pytest.approx(3630, abs=5)  # no new half hour
