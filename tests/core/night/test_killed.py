"""A night whose writer is killed, or whose disk fails, holds the first flushes whole."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from tests.helpers.command import REPOSITORY
from tests.helpers.flushes import META, flushes_in

WRITER = """
import os, resource, signal, sys
from pathlib import Path
from edgekit.errors import EdgekitError
from tests.helpers.disk import SmallDisk
from tests.helpers.flushes import flushing

def die():
    os.kill(os.getpid(), signal.SIGKILL)
"""


def command(script: str, *arguments: object) -> list[str]:
    import_path = f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})"
    return [sys.executable, "-c", import_path + WRITER + script, *map(str, arguments)]


def run(script: str, *arguments: object) -> None:
    subprocess.run(command(script, *arguments), check=True, timeout=60)


def test_killed_at_any_statement_a_night_holds_the_first_flushes_whole(tmp_path: Path) -> None:
    statements = 28  # a flush is eleven
    run(
        """
def die_at(number):
    left = [number]
    def count(_statement):
        left[0] -= 1
        if left[0] < 0:
            die()
    return count

for number in range(int(sys.argv[2])):
    child = os.fork()
    if child == 0:
        small = SmallDisk()
        writes = flushing(Path(sys.argv[1]) / f"{number}.night", 1000, small.disk)
        next(writes)
        small.db.set_trace_callback(die_at(number))
        list(writes)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
""",
        tmp_path,
        statements,
    )
    held = [flushes_in(tmp_path / f"{number}.night") for number in range(statements)]
    assert held == sorted(held)
    assert held[0] == 0 and held[-1] >= 2


@pytest.mark.parametrize("after_s", [0.0, 0.013, 0.031, 0.057, 0.11])
def test_killed_at_any_time_a_night_holds_the_first_flushes_whole(
    tmp_path: Path, after_s: float
) -> None:
    path = tmp_path / "a.night"
    endless = """
writes = flushing(Path(sys.argv[1]), 10**6)
next(writes)
print(flush=True)
for _ in writes:
    pass
"""
    writer = subprocess.Popen(command(endless, path), stdout=subprocess.PIPE)
    assert writer.stdout
    writer.stdout.readline()
    with suppress(subprocess.TimeoutExpired):
        writer.wait(after_s)
    writer.kill()
    writer.communicate()
    flushes_in(path)
    with open_night(path) as night:
        assert not night.ended_well


def test_a_disk_that_fails_is_one_clear_error_and_what_was_written_stays_readable(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.night"
    run(
        """
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))  # no file may grow past this
try:
    for _ in flushing(Path(sys.argv[1]), 1000):
        pass
except EdgekitError as error:
    assert "cannot be written" in str(error) and chr(10) not in str(error), error
else:
    sys.exit("the disk never failed")
""",
        path,
    )
    assert flushes_in(path) > 5


def test_what_a_killed_night_left_is_not_played_into_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    run(
        """
if os.fork() == 0:
    for index, _ in enumerate(flushing(Path(sys.argv[1]), 3)):
        if index == 2:
            die()
os.wait()
""",
        path,
    )
    assert path.with_name("a.night-wal").exists()
    path.unlink()  # as by hand: its log stays
    NightWriter.create(path, META).close()
    with open_night(path) as night:
        assert not list(night.samples())
