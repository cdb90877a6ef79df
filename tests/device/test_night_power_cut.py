"""A night whose power goes: at each call that changes a file, in turn."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edgekit.device.night_reader import open_night
from edgekit.errors import EdgekitError
from edgekit.firmware.toolchain import gcc

SOURCE = Path(__file__).with_name("power_cut.c")
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wconversion")
PER_FLUSH = 1250  # samples, 25 s: the third flush begins a block

# Forks a child for each call in turn until one comes to its end; prints how many flushes each had
# committed, -1 before there was a night.
WRITER = """
import ctypes, json, mmap, os, sys
from pathlib import Path
import numpy as np
from edgekit.device.night import Decisions, Event, HealthRow, NightMeta, Samples
from edgekit.device.night_writer import NightWriter
from edgekit.device.utc_offsets import UtcOffsets
from edgekit.spec import SLEEP

META = NightMeta(SLEEP, "net", "", "", "me", 0.0, UtcOffsets((0.0,), (0,)), "utc")
FLUSHES, PER_FLUSH = 4, int(sys.argv[3])
power = ctypes.CDLL(None)
committed = mmap.mmap(-1, 1)

def decision(at_s):
    one, sure = np.array([1]), np.array([0.5])
    state = np.array(["worn"])
    return Decisions(np.array([at_s]), one, one, sure, sure, one, one, sure, state, sure, one)

def write(path):
    with NightWriter(path, META) as writer:
        committed[0] = 1
        for index in range(FLUSHES):
            xyz_g = np.full((PER_FLUSH, 3), index / 256, np.float32)
            writer.add_samples(Samples(index * PER_FLUSH / 50, 50.0, xyz_g))
            writer.add_decisions(decision(float(index)))
            writer.add_event(Event(float(index), "tick"))
            writer.flush(HealthRow(float(index), PER_FLUSH, 50.0, 0, 0, 0))
            committed[0] += 1

counts = []
for call in range(10_000):
    committed[0] = 0
    child = os.fork()
    if child == 0:
        power.power_cut_at(ctypes.c_long(call), ctypes.c_bool(sys.argv[2] == "unsynced"))
        write(Path(sys.argv[1]) / f"{call}.night")
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    counts.append(committed[0] - 1)
    if status == 0:
        break
    if status != 77:
        sys.exit(f"call {call} ended by {status}")
print(json.dumps(counts))
"""


@pytest.fixture(scope="session")
def power_cut(absent: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that ends a process at its n-th call."""
    if sys.platform != "linux":
        absent("the C library of Linux is what power_cut.c stands before")
    made = tmp_path_factory.mktemp("power") / "power_cut.so"
    try:
        gcc("host").run(["-std=c11", "-O1", *WARNINGS, "-shared", "-fPIC", SOURCE, "-o", made])
    except EdgekitError as error:
        absent(str(error))
        raise
    return made


def flushes_in(path: Path) -> int:
    """How many flushes a night holds; it must hold the first ones, and each of them whole."""
    with open_night(path) as night:
        count = len(night.events())
        assert [event.at_s for event in night.events()] == list(range(count))
        assert night.decisions().start_s.tolist() == list(range(count))
        assert night.health().at_s.tolist() == list(range(count))
        blocks = [np.rint(block.xyz_g[:, 0] * 256) for block in night.samples()]
        samples = np.concatenate(blocks) if blocks else np.empty(0)
    assert samples.tolist() == np.repeat(np.arange(count), PER_FLUSH).tolist()
    return count


@pytest.mark.parametrize("lost", ["the write in hand", "unsynced"])
def test_a_power_cut_at_any_write_costs_at_most_the_last_transaction(
    tmp_path: Path, power_cut: Path, lost: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(tmp_path), lost, str(PER_FLUSH)],
        env=os.environ | {"LD_PRELOAD": str(power_cut)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    committed = json.loads(done.stdout)
    assert len(committed) > 60
    assert committed == sorted(committed) and set(committed) == {-1, 0, 1, 2, 3, 4}
    for call, count in enumerate(committed):
        path = tmp_path / f"{call}.night"
        if not path.exists():
            assert count == -1
            continue
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)  # no file survives in memory
        assert flushes_in(path) in (max(0, count), count + 1)
    with open_night(path) as night:
        assert night.ended_well
