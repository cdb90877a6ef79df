import sqlite3
import stat
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import booleans, floats, lists

from edgekit.device.night import Alarm, Decisions, Event, HealthRow, NightMeta, Samples
from edgekit.device.night_reader import open_night
from edgekit.device.night_writer import NightWriter
from edgekit.device.sample_blocks import pack, unpack
from edgekit.device.utc_offsets import UtcOffsets
from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import SLEEP

META = NightMeta(
    SLEEP, "net", "ab12", "made", "me", 1000.0, UtcOffsets((1000.0,), (3600,)), "assumed"
)
SAMPLES = Samples(1000.0, 50.0, np.float32([[0.1, -0.2, 1 / 3], [2.0, -16.0, 1e-7]]))
DECISIONS = Decisions(
    start_s=np.array([1000.0, 1001.2]),
    posture=np.array([0, 11]),
    placement=np.array([1, 2]),
    posture_confidence=np.array([0.9, 1 / 3]),
    placement_confidence=np.array([0.8, 0.4]),
    raw_posture=np.array([3, 11]),
    raw_placement=np.array([0, 2]),
    torso_angle_deg=np.array([90.5, np.nan]),
    state=np.array(["upright", "off"]),
    movement_g=np.array([0.01, np.nan]),
    truth=np.array([-1, 4]),
)

# Writes flushes 0, 1, 2, ... of one row in each table; `die` may end it at any moment.
WRITER = """
import os, signal, sys
from pathlib import Path
import numpy as np
from edgekit.device.night import Event, HealthRow, NightMeta, Samples
from edgekit.device.night_writer import NightWriter
from edgekit.device.utc_offsets import UtcOffsets
from edgekit.spec import SLEEP

def write(path, flushes, before_flushes=lambda writer: None):
    offsets = UtcOffsets((0.0,), (0,))
    with NightWriter(path, NightMeta(SLEEP, "net", "", "", "me", 0.0, offsets, "utc")) as writer:
        before_flushes(writer)
        for index in range(flushes):
            writer.add_samples(Samples(float(index), 50.0, np.full((500, 3), index, np.float32)))
            writer.add_event(Event(float(index), "tick"))
            writer.flush(HealthRow(float(index), 500, 50.0, 0, 0, 0))
"""


def run(script: str, *arguments: object) -> None:
    command = [sys.executable, "-c", WRITER + script, *map(str, arguments)]
    subprocess.run(command, check=True, timeout=60)


def flushes_in(path: Path) -> int:
    """How many flushes a night holds; it must hold the first ones, and each of them whole."""
    with open_night(path) as night:
        samples = list(night.samples())
        count = len(samples)
        assert [part.xyz_g[0, 0] for part in samples] == list(range(count))
        assert all((part.xyz_g == part.start_s).all() for part in samples)
        assert [event.at_s for event in night.events()] == list(range(count))
        assert night.health().at_s.tolist() == list(range(count))
    return count


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter(path, META) as writer:
        writer.add_samples(SAMPLES)
        writer.add_decisions(DECISIONS)
        writer.add_event(Event(1000.5, "gap", "0.3 s"))
        writer.flush(HealthRow(1000.6, 2, 50.1, 1, 2, 3))

    with open_night(path) as night:
        assert night.spec == SLEEP
        assert (night.start_s, night.utc_offset_s, night.ended_well) == (1000.0, 3600, True)
        assert night.meta["clock"] == "assumed"
        (samples,) = night.samples()
        assert samples.xyz_g.tobytes() == SAMPLES.xyz_g.tobytes()
        for name, written in vars(DECISIONS).items():
            np.testing.assert_array_equal(getattr(night.decisions(), name), written)
        assert night.events() == [Event(1000.5, "gap", "0.3 s")]
        health = night.health()
        assert (health.gaps[0], health.clipped[0], health.stuck[0]) == (1, 2, 3)


def test_a_night_without_rows_reads_as_empty_arrays(tmp_path: Path) -> None:
    NightWriter(tmp_path / "a.night", META).close()
    with open_night(tmp_path / "a.night") as night:
        assert len(night.decisions()) == len(night.health()) == len(night.events()) == 0


def test_a_night_that_ended_well_is_one_file_for_its_owner_only(tmp_path: Path) -> None:
    NightWriter(tmp_path / "a.night", META).close()
    (only,) = tmp_path.iterdir()
    assert stat.S_IMODE(only.stat().st_mode) == 0o600


def test_a_night_can_be_read_while_it_is_written_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    writer = NightWriter(path, META)
    with open_night(path) as reader:
        writer.add_samples(SAMPLES)
        assert not list(reader.samples())
        writer.flush()
        assert len(list(reader.samples())) == 1
        assert not reader.ended_well
        writer.close()
        assert len(list(reader.samples())) == 1
    with open_night(path) as night:
        assert night.ended_well


def test_killed_at_any_statement_a_night_holds_the_first_flushes_whole(tmp_path: Path) -> None:
    statements = 16  # a flush is six
    run(
        """
def die_at(number):
    left = [number]
    def count(_statement):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return lambda writer: writer._db.set_trace_callback(count)

for number in range(int(sys.argv[2])):
    child = os.fork()
    if child == 0:
        write(Path(sys.argv[1]) / f"{number}.night", 1000, die_at(number))
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
    endless = WRITER + "write(Path(sys.argv[1]), 10**6, lambda _: print(flush=True))"
    command = [sys.executable, "-c", endless, str(path)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE)
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
import resource
from edgekit.errors import EdgekitError
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))  # no file may grow past this
try:
    write(Path(sys.argv[1]), 1000)
except EdgekitError as error:
    assert "cannot be written" in str(error) and chr(10) not in str(error), error
else:
    sys.exit("the disk never failed")
""",
        path,
    )
    assert flushes_in(path) > 5


def steady(seconds: float, start_s: float = 0.0, rate_hz: float = 50.0) -> Samples:
    counts = np.random.default_rng(round(start_s)).integers(
        -300, 300, (round(seconds * rate_hz), 3)
    )
    return Samples(start_s, rate_hz, (counts / 256).astype(np.float32))


def test_a_full_disk_costs_the_samples_and_never_the_night(tmp_path: Path) -> None:
    """SQLite's own word for it: some pages more, as when another program makes room."""
    path = tmp_path / "a.night"
    with NightWriter(path, META) as writer:
        writer.add_samples(steady(5, 1000))
        writer.flush()
        (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
        writer._db.execute(f"PRAGMA max_page_count = {pages + 10}")
        writer.add_samples(steady(300, 2000))
        writer.add_decisions(DECISIONS)
        writer.flush()
        writer._db.execute("PRAGMA max_page_count = 100000")
        writer.add_samples(steady(5, 3000))
        writer.flush()
    with open_night(path) as night:
        assert [part.start_s for part in night.samples()] == [1000.0, 3000.0]
        assert len(night.decisions()) == 2
        full, gap = night.events()
    assert (full.kind, full.at_s) == ("disk full", 2000.0)
    assert (gap.kind, gap.at_s) == ("gap", 2000.0)
    assert gap.detail.startswith("300.000 s of samples not kept")


def test_raw_samples_leave_a_reserve_for_decisions(tmp_path: Path) -> None:
    path, free = tmp_path / "a.night", [1 << 40]
    with NightWriter(path, META, lambda _folder: free[0]) as writer:
        for index in range(4):
            free[0] = 1000 if index == 2 else 1 << 40
            writer.add_samples(steady(5, 1000 + 5 * index))
            writer.add_event(Event(1000.0 + index, "tick"))
            writer.flush()
    with open_night(path) as night:
        kept = np.concatenate([part.xyz_g for part in night.samples()])
        gaps = [event.detail for event in night.events() if event.kind == "gap"]
    assert len(kept) == 3 * 250
    assert gaps == ["5.000 s of samples not kept: the disk was full"]


def test_a_night_that_ends_on_a_full_disk_says_what_it_lacks(tmp_path: Path) -> None:
    path, free = tmp_path / "a.night", [1 << 40]
    with NightWriter(path, META, lambda _folder: free[0]) as writer:
        writer.add_samples(steady(5, 1000))
        writer.flush()
        free[0] = 0
        writer.add_samples(steady(5, 1005))
    with open_night(path) as night:
        assert [(event.kind, event.at_s) for event in night.events()] == [
            ("disk full", 1005.0), ("gap", 1005.0),
        ]  # fmt: skip
        assert night.ended_well


def test_decisions_that_find_no_room_wait_until_there_is_some(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter(path, META) as writer:
        (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
        writer._db.execute(f"PRAGMA max_page_count = {pages}")
        for at_s in range(1000, 1300):
            writer.add_event(Event(float(at_s), "tick", "x" * 100))
            writer.flush(HealthRow(float(at_s), 0, 50.0, 0, 0, 0))
        assert writer.holds_rows
        writer._db.execute("PRAGMA max_page_count = 100000")
    with open_night(path) as night:
        assert [event.at_s for event in night.events()] == list(range(1000, 1300))
        assert night.health().at_s.tolist() == list(range(1000, 1300))


def test_a_night_whose_decisions_are_lost_to_the_disk_ends_with_an_error(tmp_path: Path) -> None:
    writer = NightWriter(tmp_path / "a.night", META)
    (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
    writer._db.execute(f"PRAGMA max_page_count = {pages}")
    for at_s in range(300):
        writer.add_event(Event(float(at_s), "tick", "x" * 100))
    with pytest.raises(EdgekitError, match=r"No space left.*Make room"):
        writer.close()


@pytest.mark.parametrize("odd", [-0.0, np.nan, np.inf, 200.0, 1 / 512])
def test_a_value_that_is_no_count_comes_back_to_the_bit(odd: float) -> None:
    xyz_g = np.zeros((5, 3), np.float32)
    xyz_g[2, 1] = odd
    assert unpack(*pack(xyz_g)).tobytes() == xyz_g.tobytes()


@given(
    lengths=lists(floats(0.1, 130.0), min_size=1, max_size=12),
    is_counts=booleans(),
)
@settings(max_examples=20)
def test_blocks_give_back_every_bit(lengths: list[float], is_counts: bool) -> None:
    parts, at_s = [], 1000.0
    for length in lengths:
        part = steady(length, at_s)
        xyz_g = part.xyz_g if is_counts else part.xyz_g + np.float32(1e-5)
        parts.append(Samples(at_s, 50.0, xyz_g))
        at_s += len(xyz_g) / 50.0
    with TemporaryDirectory() as folder:
        with NightWriter(Path(folder) / "a.night", META) as writer:
            for part in parts:
                writer.add_samples(part)
                if writer.is_flush_due:
                    writer.flush()
        with open_night(Path(folder) / "a.night") as night:
            found = list(night.samples())
    written = np.concatenate([part.xyz_g for part in parts])
    assert np.concatenate([part.xyz_g for part in found]).tobytes() == written.tobytes()
    lengths_found = [len(part.xyz_g) for part in found]
    assert max(lengths_found) <= max(60 * 50, *map(len, (part.xyz_g for part in parts)))
    # No two blocks in a row would have fitted into one.
    assert all(a + b > 60 * 50 - 50 * max(lengths) for a, b in pairwise(lengths_found))


def test_a_clock_that_was_set_moves_the_whole_run(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter(path, META) as writer:
        writer.add_samples(SAMPLES)
        writer.add_decisions(DECISIONS)
        writer.add_event(Event(1000.5, "tick"))
        writer.flush(HealthRow(1000.6, 2, 50.0, 0, 0, 0, {"nack": 3}))
        writer.correct_clock(3600.0)
    with open_night(path) as night:
        assert night.start_s == next(night.samples()).start_s == 4600.0
        assert night.decisions().start_s[0] == 4600.0
        assert night.events()[0].at_s == 4600.5
        assert night.health().at_s[0] == 4600.6
        assert night.health().faults == ({"nack": 3},)


def test_a_night_goes_on_where_it_was_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter(path, META) as writer:
        writer.add_samples(steady(10, 1000))
    with NightWriter.resume(path, META) as writer:
        assert writer.resumed_from_s == 1010.0
        writer.add_samples(steady(10, 1060))
        writer.add_alarm(Alarm(1062.0, 1, 1, 0.5))
        writer.flush()
        writer.add_alarm(Alarm(1062.0, 1, 1, 0.5, 4.0))
    with open_night(path) as night:
        assert [part.start_s for part in night.samples()] == [1000.0, 1060.0]
        assert night.alarms() == [Alarm(1062.0, 1, 1, 0.5, 4.0)]
        assert night.ended_well


def test_a_run_whose_clock_was_never_right_follows_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter(path, META) as writer:
        writer.add_samples(steady(10, 1000))
    with NightWriter.resume(path, META) as writer:
        writer.add_samples(steady(10, 0))  # no battery: it began at nought
    with open_night(path) as night:
        assert [part.start_s for part in night.samples()] == [1000.0, 1010.0]


def test_a_night_is_one_model_s(tmp_path: Path) -> None:
    NightWriter(tmp_path / "a.night", META).close()
    with pytest.raises(UsageError, match=r"net, not by other.*--out"):
        NightWriter.resume(
            tmp_path / "a.night", replace(META, bundle_name="other", bundle_digest="ffff")
        )


def test_a_night_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    path.write_text("precious")
    with pytest.raises(UsageError, match=r"already exists.*--out"):
        NightWriter(path, META)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EdgekitError, match="cannot be written"):
        NightWriter(tmp_path / "file" / "a.night", META)


def another_database(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE meta (key TEXT)")


def another_version(path: Path) -> None:
    NightWriter(path, META).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = '1' WHERE key = 'version'")


def torn(path: Path) -> None:
    NightWriter(path, META).close()
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_text("no database, but text" * 100), "not an edgekit night"),
        (lambda path: path.write_bytes(b""), "not an edgekit night"),
        (another_database, "not an edgekit night"),
        (another_version, "version '1'; this edgekit reads .* version '2'"),
        (torn, "not an edgekit night"),
    ],
)  # fmt: skip
def test_what_is_no_night_is_refused_by_name(tmp_path: Path, make, message: str) -> None:
    path = tmp_path / "a.night"
    make(path)
    with pytest.raises(EdgekitError, match=message) as refused:
        open_night(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("path", ["missing.night", "."])
def test_where_no_file_lies_the_command_that_makes_one_is_named(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError, match="edgekit monitor"):
        open_night(tmp_path / path)


def test_a_night_has_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    writer = NightWriter(path, META)
    with pytest.raises(UsageError, match="being written by another"):
        NightWriter.resume(path, META)
    writer.close()
    NightWriter.resume(path, META).close()


def test_what_a_killed_night_left_is_not_played_into_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    run(
        """
def die(writer):
    writer.add_samples(Samples(5.0, 50.0, np.zeros((500, 3), np.float32)))
    writer.flush()
    os.kill(os.getpid(), signal.SIGKILL)

if os.fork() == 0:
    write(Path(sys.argv[1]), 3, die)
os.wait()
""",
        path,
    )
    assert path.with_name("a.night-wal").exists()
    path.unlink()  # as by hand: its log stays
    NightWriter(path, META).close()
    with open_night(path) as night:
        assert not list(night.samples())
