"""A night whose power goes: at each call that changes a file, in turn."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.device.night_reader import open_night
from edgekit.errors import EdgekitError
from edgekit.firmware.toolchain import gcc

from .flushes import flushes_in

SOURCE = Path(__file__).with_name("power_cut.c")
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wconversion")

# Forks a child for each call in turn until one comes to its end; prints how many flushes each had
# committed, -1 before there was a night.
WRITER = """
import ctypes, json, mmap, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from flushes import flushing

power = ctypes.CDLL(None)
committed = mmap.mmap(-1, 1)
counts = []
for call in range(10_000):
    committed[0] = 0
    child = os.fork()
    if child == 0:
        power.power_cut_at(ctypes.c_long(call), ctypes.c_bool(sys.argv[2] == "unsynced"))
        for _ in flushing(Path(sys.argv[1]) / f"{call}.night", 3):
            committed[0] += 1
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


@pytest.mark.parametrize("lost", ["the write in hand", "unsynced"])
def test_a_power_cut_at_any_write_costs_at_most_the_last_transaction(
    tmp_path: Path, power_cut: Path, lost: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(tmp_path), lost, str(SOURCE.parent)],
        env=os.environ | {"LD_PRELOAD": str(power_cut)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    committed = json.loads(done.stdout)
    assert len(committed) > 60
    assert committed == sorted(committed) and set(committed) == {-1, 0, 1, 2, 3}
    for call, count in enumerate(committed):
        path = tmp_path / f"{call}.night"
        if not path.exists():
            assert count == -1
            continue
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)  # no file survives in memory
        assert flushes_in(path) in (max(0, count), count + 1)
    with open_night(path) as night:
        assert night.ended_well
