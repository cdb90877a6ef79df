"""The preloaded library, as a real process meets it: smbus2, clocks, SQLite, SIGKILL."""

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("smbus2")
if sys.platform != "linux":
    pytest.skip("a library to preload", allow_module_level=True)

from edgekit.errors import UsageError
from edgekit.firmware.emulate.simulated_bus import KINDS, Fault, World, all_faults, make_world

COUNTS = np.arange(30_000, dtype=np.int16).reshape(-1, 3)

SETUP = """
import ctypes, errno, json, os, sqlite3, sys, time
from smbus2 import SMBus, i2c_msg
bus = SMBus(1)
def write(register, value): bus.write_byte_data(0x53, register, value)
def read(register): return bus.read_byte_data(0x53, register)
def start():
    write(0x2D, 0), write(0x2C, 9), write(0x31, 0x0B), write(0x38, 0x8A), write(0x2D, 8)
def burst(samples):
    messages = []
    for _ in range(samples):
        messages += [i2c_msg.write(0x53, [0x32]), i2c_msg.read(0x53, 6)]
    bus.i2c_rdwr(*messages)
    return [int.from_bytes(bytes(m)[:2], 'little', signed=True) for m in messages[1::2]]
def tried(call, *arguments):
    try: return call(*arguments)
    except OSError as error: return -error.errno
def say(*values): print(json.dumps(values))
"""


def run(world: World, code: str, speed: float | None = None) -> list[Any]:
    """What the last say() in a process that lives in the world said."""
    done = process(world, code, speed)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))


def process(world: World, code: str, speed: float | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SETUP + textwrap.dedent(code)],
        env={**os.environ, **world.environment(speed)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_smbus2_finds_an_adxl345(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS)
    said = run(world, "say(read(0), os.path.exists('/dev/i2c-1'), tried(bus.read_byte, 0x1D))")
    assert said == [0xE5, True, -errno.EREMOTEIO]


def test_one_call_reads_21_samples_unaltered(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS)
    first, second = run(world, "start(); time.sleep(0.5); a = burst(21)\nsay(a, burst(2))")
    assert first == [3 * at for at in range(21)]
    assert second == [63, 66]


def test_each_conversion_is_written_down(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS, clock_ppm=-18_000.0)
    run(world, "start(); time.sleep(60); say(read(0))")
    times_s = world.conversions()
    assert len(times_s) == world.taken == pytest.approx(60 * 49.1, abs=2)
    np.testing.assert_allclose(np.diff(times_s), 1 / 49.1, atol=2e-6)


def test_nobody_read_for_a_second_and_samples_are_lost(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS)
    overrun, waiting, oldest = run(
        world, "start(); time.sleep(1); say(read(0x30) & 1, read(0x39), burst(1)[0])"
    )
    assert (overrun, waiting, oldest) == (1, 32, 3 * (world.taken - 32))


def test_a_night_of_sleep_takes_no_time(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS)
    said = run(world, "a = time.monotonic(); time.sleep(28800); say(time.monotonic() - a)")
    assert said == [pytest.approx(28_800, abs=0.001)]


def test_a_faster_night_still_takes_some(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS)
    code = """
    import resource
    libc = ctypes.CDLL(None)
    def real():
        t = (ctypes.c_long * 2)(); libc.syscall(228 if os.uname().machine == 'x86_64' else 113,
            1, t); return t[0] + t[1] / 1e9
    a = real(); time.sleep(10); say(real() - a)
    """
    assert 0.1 <= run(world, code, speed=100)[0] < 2


def test_busy_waiting_ends(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS)
    run(world, "end = time.monotonic() + 0.2\nwhile time.monotonic() < end: pass\nsay(1)")
    assert world.age_s >= 0.2


def test_a_wait_for_another_thread_ends_when_its_time_is_over(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS)
    code = """
    import threading
    a = time.monotonic(); late = threading.Event().wait(3600); b = time.monotonic()
    event = threading.Event(); threading.Timer(0, event.set).start()
    say(late, b - a, event.wait(3600))
    """
    late, waited_s, in_time = run(world, code)
    assert (late, in_time) == (False, True)
    assert waited_s == pytest.approx(3600, abs=0.1)


def test_an_ntp_step_moves_only_the_calendar(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS, [Fault(10, "ntp_step", -3.5)], start_utc_s=1.8e9)
    code = """
    def look(): return [time.clock_gettime(c) for c in
        (time.CLOCK_REALTIME, time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME)]
    a = look(); time.sleep(20); b = look(); say(a[0], *[y - x for x, y in zip(a, b)])
    """
    assert run(world, code) == pytest.approx([1.8e9, 16.5, 20, 20], abs=0.01)


def test_a_suspended_host_stands_still_but_for_two_clocks(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS, [Fault(10, "suspend", 100)])
    code = """
    def look(): return [time.clock_gettime(c) for c in
        (time.CLOCK_REALTIME, time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME)]
    start(); a = look(); time.sleep(20); b = look(); say(*[y - x for x, y in zip(a, b)])
    """
    utc, monotonic, boot = run(world, code)
    assert (utc, boot) == pytest.approx((120, 120), abs=0.01)
    assert monotonic == pytest.approx(20, abs=0.01)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("nack", 2, [-errno.EREMOTEIO, -errno.EREMOTEIO, 0xE5]),
        ("slow", 1, [-errno.EIO, 0xE5, 0xE5]),
        ("ones", 1, [0xFF, 0xE5, 0xE5]),
        ("brown_out", 1_000_000, [-errno.EREMOTEIO] * 3),
        ("hold_sda", 5, [-errno.ETIMEDOUT] * 3),
    ],
)
def test_a_fault_is_the_errno_that_linux_gives(
    tmp_path: Path, kind: str, value: int, expected: list[int]
) -> None:
    world = make_world(tmp_path, COUNTS, [Fault(10, kind, value)])
    assert run(world, "time.sleep(10); say(*[tried(read, 0) for _ in range(3)])") == expected


def test_a_reading_is_cut_at_a_byte(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS, [Fault(0.5, "cut", 4)])
    code = """
    start(); time.sleep(0.5); read(0x39)
    say(*[bus.read_i2c_block_data(0x53, 0x32, 6) for _ in range(2)])
    """
    assert run(world, code) == [[0, 0, 1, 0, 0xFF, 0xFF], [3, 0, 4, 0, 5, 0]]


def test_a_held_bus_is_free_after_the_adapter_was_opened_anew(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS, [Fault(10, "hold_sda", 9)])
    code = "time.sleep(10); a = tried(read, 0); bus.close(); bus.open(1); say(a, read(0))"
    assert run(world, code) == [-errno.ETIMEDOUT, 0xE5]
    assert world.age_s > 11, "the adapter waited a second"


def test_a_frozen_chip_takes_no_sample(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS, [Fault(10, "freeze", 50)])
    run(world, "start(); time.sleep(20); say(read(0))")
    assert np.diff(world.conversions()).max() == pytest.approx(51 / 50, abs=1e-4)


def test_a_stalled_host_loses_samples(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS, [Fault(10, "stall", 2)])
    code = """
    start()
    while time.monotonic() < 1009: time.sleep(0.1); burst(1); burst(read(0x39) or 1)
    a = time.monotonic(); time.sleep(1.5); say(time.monotonic() - a, read(0x30) & 1)
    """
    asleep_s, overrun = run(world, code)
    assert asleep_s == pytest.approx(3.0, abs=0.2)
    assert overrun == 1


def test_the_chip_outlives_a_killed_process(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS, [Fault(10, "kill")])
    assert process(world, "start(); time.sleep(20)", None).returncode == -signal.SIGKILL
    assert world.age_s == pytest.approx(10)
    before = world.taken
    world.restart_after(5)
    overrun, oldest, clock_s = run(world, "say(read(0x30) & 1, burst(1)[0], time.monotonic())")
    assert world.taken == pytest.approx(before + 250, abs=1)
    assert (overrun, oldest) == (1, 3 * (world.taken - 32))
    assert clock_s == pytest.approx(1015, abs=0.1)


@pytest.mark.parametrize("speed", [None, 1000.0])
def test_a_signal_comes_when_it_is_due(tmp_path: Path, speed: float | None) -> None:
    world = make_world(tmp_path, COUNTS, [Fault(10, "signal", signal.SIGINT)])
    code = """
    import signal
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored under nohup
    try: time.sleep(50)
    except KeyboardInterrupt: pass
    say(time.monotonic())
    """
    assert run(world, code, speed) == [pytest.approx(1010, abs=0.1)]


def test_a_full_disk_is_met_by_sqlite_and_gone_again(tmp_path: Path) -> None:
    world = make_world(tmp_path / "world", COUNTS, [Fault(10, "disk_full", 30)])
    code = f"""
    c = sqlite3.connect({str(tmp_path / "a.night")!r}, isolation_level=None)
    c.execute('pragma journal_mode=wal'); c.execute('create table t (x)')
    def put():
        try: c.execute('insert into t values (zeroblob(9000))'); return 'written'
        except sqlite3.Error as error: return str(error)
    said = [put()]; free = os.statvfs({str(tmp_path)!r}).f_bavail > 0
    time.sleep(15); said.append(put()); none = os.statvfs({str(tmp_path)!r}).f_bavail
    time.sleep(30); said.append(put())
    say(*said, free, none, *c.execute('select count(*) from t').fetchone())
    """
    full = "database or disk is full"
    assert run(world, code) == ["written", full, "written", True, 0, 2]


def test_a_kernel_with_smbus_alone_has_no_combined_transfers(tmp_path: Path) -> None:
    world = make_world(tmp_path, COUNTS, smbus_only=True)
    code = """
    start(); time.sleep(0.1)
    say(int(bus.funcs) & 1, tried(burst, 1), bus.read_i2c_block_data(0x53, 0x32, 6),
        bus.read_word_data(0x53, 0x32))
    """
    assert run(world, code) == [0, -errno.EOPNOTSUPP, [0, 0, 1, 0, 2, 0], 3]


def test_gpiod_sees_int1_rise_at_the_watermark(tmp_path: Path) -> None:
    pytest.importorskip("gpiod")
    world = make_world(tmp_path, COUNTS)
    code = """
    import gpiod
    from gpiod.line import Edge
    line = gpiod.request_lines('/dev/gpiochip0',
        config={17: gpiod.LineSettings(edge_detection=Edge.RISING)})
    start(); write(0x2E, 2); begun = time.monotonic()
    said = []
    for _ in range(3):
        came = line.wait_edge_events(5)
        event = line.read_edge_events()[0]
        said.append([came, round(event.timestamp_ns / 1e9 - begun, 2), len(burst(10))])
    write(0x2D, 0)
    say(said, line.wait_edge_events(5), time.monotonic() - begun > 5)
    """
    said, late, waited = run(world, code)
    assert said == [[True, pytest.approx(at, abs=0.011), 10] for at in (0.2, 0.4, 0.6)]
    assert (late, waited) == (False, True)


def test_all_faults_are_one_of_each_within_the_night() -> None:
    faults = all_faults(28_800)
    assert {fault.kind for fault in faults} == set(KINDS) - {"signal"}
    assert all(0 < fault.at_s < 28_800 for fault in faults)


def test_the_library_is_built_for_a_raspberry_pi_too(tmp_path: Path) -> None:
    pytest.importorskip("ziglang")
    preloaded = make_world(tmp_path, COUNTS).environment(machine="aarch64")["LD_PRELOAD"]
    machine = int.from_bytes(Path(preloaded).read_bytes()[18:20], "little")
    assert machine == 183, "EM_AARCH64"


def test_an_unknown_fault_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no fault is called 'rain'"):
        make_world(tmp_path, COUNTS, [Fault(1, "rain")])
