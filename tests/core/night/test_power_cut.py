"""A night whose power goes: at each call that changes a file, in turn."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import gcc
from edgekit.night.reader import open_night
from tests.helpers.command import REPOSITORY
from tests.helpers.flushes import PER_FLUSH, flushes_in

SOURCE = REPOSITORY / "tests" / "helpers" / "power_cut.c"
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wconversion")

# Forks a child for each call in turn until one comes to its end; returns the `count` of each.
AT_EACH_CALL = """
import ctypes, json, math, mmap, os, shutil, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from edgekit.device.nights import trim
from tests.helpers.flushes import flushing

power = ctypes.CDLL(None)
count = mmap.mmap(-1, 1)  # shared with the child

def at_each_call(act, before=lambda path: None):
    left = []
    for call in range(10_000):
        count[0], path = 0, Path(sys.argv[1]) / f"{call}.night"
        before(path)
        child = os.fork()
        if child == 0:
            power.power_cut_at(ctypes.c_long(call), ctypes.c_bool(sys.argv[2] == "unsynced"))
            act(path)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        left.append(count[0])
        if status == 0:
            return left
        if status != 77:
            sys.exit(f"call {call} ended by {status}")
"""
# Prints how many flushes each child had committed, -1 before there was a night.
WRITE = """
def write(path):
    for _ in flushing(path, 3):
        count[0] += 1

print(json.dumps([count - 1 for count in at_each_call(write)]))
"""
# Of three flushes whose writer was killed: what it left beside them is the night's, too.
TRIM_IN_PLACE = """
killed = Path(sys.argv[1]) / "killed"
if os.fork() == 0:
    for index, _ in enumerate(flushing(killed, 4)):
        if index == 3:
            os._exit(0)
os.wait()

def copy(path):
    for end in ("", "-wal"):
        shutil.copy(f"{killed}{end}", f"{path}{end}")

print(json.dumps(at_each_call(lambda path: trim(path, 28.0, math.inf, path), copy)))
"""


@pytest.fixture(scope="session")
def power_cut(absent: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that ends a process at its n-th call."""
    if sys.platform != "linux":
        absent("the C library of Linux is what power_cut.c stands before")
    library = tmp_path_factory.mktemp("power") / "power_cut.so"
    try:
        gcc("host").run(["-std=c11", "-O1", *WARNINGS, "-shared", "-fPIC", SOURCE, "-o", library])
    except EdgekitError as error:
        absent(str(error))
        raise
    return library


def run(script: str, folder: Path, power_cut: Path, lost: str) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", AT_EACH_CALL + script, str(folder), lost, str(REPOSITORY)],
        env=os.environ | {"LD_PRELOAD": str(power_cut)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    left: list[int] = json.loads(done.stdout)
    for memory in folder.glob("*-shm"):  # no file survives in memory
        memory.unlink()
    return left


@pytest.mark.parametrize("lost", ["the write in hand", "unsynced"])
def test_a_power_cut_at_any_write_costs_at_most_the_last_transaction(
    tmp_path: Path, power_cut: Path, lost: str
) -> None:
    committed = run(WRITE, tmp_path, power_cut, lost)
    assert len(committed) > 60
    assert committed == sorted(committed) and set(committed) == {-1, 0, 1, 2, 3}
    for call, count in enumerate(committed):
        path = tmp_path / f"{call}.night"
        if not path.exists():
            assert count == -1
            continue
        assert flushes_in(path) in (max(0, count), count + 1)
    with open_night(path) as night:
        assert night.ended_well


@pytest.mark.parametrize("lost", ["the write in hand", "unsynced"])
def test_a_night_trimmed_in_place_is_at_any_power_cut_the_old_one_or_the_new(
    tmp_path: Path, power_cut: Path, lost: str
) -> None:
    calls = len(run(TRIM_IN_PLACE, tmp_path, power_cut, lost))
    assert calls > 30
    states = []
    for call in range(calls):
        with open_night(tmp_path / f"{call}.night") as night:
            states.append((night.start_s, sum(len(part.xyz_g) for part in night.samples())))
    old, new = (3.0, 3 * PER_FLUSH), (28.0, 2 * PER_FLUSH)
    assert states[0] == old and states[-1] == new
    assert states == sorted(states) and set(states) == {old, new}
