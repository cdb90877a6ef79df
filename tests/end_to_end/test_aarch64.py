"""The device side on the Pi's processor: Debian's arm64 Python under qemu-user, no TFLite there.

Not run on a Raspberry Pi: the sensor is firmware/sim, in a library for aarch64 that answers the
real smbus2 there.
"""

import os
import platform
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import load_bundle
from edgekit.device.decide.generated_model import compile_library
from edgekit.firmware.emulate.simulated_bus import Fault, World, make_world
from edgekit.night.reader import open_night
from edgekit.recording import load_recording
from tests.helpers.command import REPOSITORY
from tests.helpers.replayed import (
    assert_same_classes,
    assert_same_decisions,
    replayed_by,
    replayed_here,
    short_night,
)
from tests.helpers.runtimes import WITHOUT_RUNTIMES, hide_runtimes

ROOT = REPOSITORY / "cache" / "aarch64"
LIBRARIES = ROOT / "usr" / "lib" / "aarch64-linux-gnu"
MONITOR = f"{WITHOUT_RUNTIMES}; from edgekit.cli import main; main()"
NIGHT_S = 144.0
FAULTS = (
    Fault(20.0, "nack", 3),
    Fault(50.0, "stall", 2.0),  # its FIFO holds 0.64 s
    Fault(90.0, "brown_out", 20_000),
    Fault(NIGHT_S, "signal", signal.SIGINT),
)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A bundle with its C for both machines, and a recording."""
    bundle, recording = short_night(tmp_path_factory.mktemp("night"))
    # Before a world begins, whose clock would go on while a monitor waits for the compiler.
    for machine in {"aarch64", platform.machine()}:
        compile_library(load_bundle(bundle), machine, bundle)
    return bundle, recording


def arm64_python(absent, environment: Mapping[str, str] = {}) -> list[str | Path]:
    emulator = shutil.which("qemu-aarch64")
    if emulator is None or not (ROOT / "ready").is_file():
        absent("no qemu-aarch64 with Debian's arm64 Python here: make tools")
    there = {
        "LD_LIBRARY_PATH": f"{LIBRARIES / 'blas'}:{LIBRARIES / 'lapack'}",
        "PYTHONPATH": f"{REPOSITORY / 'src'}:{ROOT / 'site'}",
        **environment,
    }
    named = [word for name, value in there.items() for word in ("-E", f"{name}={value}")]
    return [str(emulator), "-L", ROOT, *named, ROOT / "usr" / "bin" / "python3", "-B"]


def test_a_replayed_night_on_aarch64_decides_as_the_c_does_here(
    night: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent
) -> None:
    bundle, recording = night
    python = arm64_python(absent)
    there = replayed_by(python, {"COLUMNS": "200"}, bundle, recording, tmp_path / "there.night")
    hide_runtimes(monkeypatch)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    here = replayed_here(bundle, recording, tmp_path / "here.night")
    assert_same_decisions(there, here)


def a_night_of_faults(
    world: World, python: Sequence[str | Path], environment: Mapping[str, str], bundle: Path
) -> Path:
    path = world.folder / "a.night"
    ended = subprocess.run(
        [*map(str, python), "monitor", "--bundle", str(bundle), "--out", str(path)],
        cwd=world.folder, env=dict(environment), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert world.faults_so_far == len(FAULTS)
    return path


def test_the_real_smbus2_on_aarch64_lives_a_night_of_faults_as_here(
    night: tuple[Path, Path], tmp_path: Path, absent
) -> None:
    bundle, recording = night
    counts = np.rint(load_recording(recording).xyz_g * 256).astype(np.int16)
    worlds = [make_world(tmp_path / name, counts, FAULTS) for name in ("there", "here")]
    preloaded = worlds[0].environment(machine="aarch64")
    there = a_night_of_faults(
        worlds[0], [*arm64_python(absent, preloaded), "-m", "edgekit"], {"COLUMNS": "200"}, bundle
    )
    here = a_night_of_faults(
        worlds[1],
        [sys.executable, "-c", MONITOR],
        os.environ | worlds[1].environment(),
        bundle,
    )
    with open_night(there) as one, open_night(here) as other:
        # Each has set its sensor going some milliseconds after its world began.
        assert np.abs(one.decisions().start_s - other.decisions().start_s).max() < 0.01
        assert_same_classes(one.decisions(), other.decisions())
        for found, expected in zip(one.samples(), other.samples(), strict=True):
            np.testing.assert_array_equal(found.xyz_g, expected.xyz_g)
        events = [[event.kind for event in seen.events()] for seen in (one, other)]
        faults = [
            sum((Counter(row.faults) for row in seen.health()), Counter()) for seen in (one, other)
        ]
    assert events[0] == events[1] and faults[0] == faults[1]
    assert events[0].count("sensor gap") >= 2 and faults[0], (events, faults)
