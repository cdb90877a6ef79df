"""A wearable on a serial line that drops, restarts, falls silent: a pseudo-terminal plays it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from serial.tools.list_ports_common import ListPortInfo

from edgekit.device.monitor.monitor import record_night
from edgekit.device.monitor.result import MonitorResult
from edgekit.device.sources.wearable.decisions import WearableAnswer
from edgekit.device.sources.wearable.frames import frame
from edgekit.device.sources.wearable.greeting import greet
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.record_bytes import encode
from edgekit.device.sources.wearable.records import (
    Decision,
    DeviceSamples,
    Greet,
    SetClock,
    Stream,
)
from edgekit.device.sources.wearable.serial_line import SerialLine
from edgekit.device.sources.wearable.wearable import Wearable
from edgekit.errors import EdgekitError
from edgekit.night.reader import open_night
from tests.helpers.fake_wearable import (
    MODEL,
    FakeWearable,
    ScriptedLine,
    framed,
    greeting,
    hello,
    measuring,
    of_kind,
)


def night_of(
    fake: FakeWearable, path: Path, script: Callable[[], None], **limits: float
) -> MonitorResult:
    """A night of all that the script has the wearable do, ended by Ctrl-C."""
    failed: list[BaseException] = []
    ended = threading.Event()

    def run() -> None:
        try:
            script()
            time.sleep(0.4)
        except BaseException as error:
            failed.append(error)
        finally:
            if not ended.is_set():
                os.kill(os.getpid(), signal.SIGINT)

    line = SerialLine(str(fake.path))
    try:
        link = Link(line)
        greeted = greet(link)
        thread = threading.Thread(target=run)
        wearable = Wearable(link, greeted, "me", **limits)
        thread.start()
        summary = record_night(wearable, WearableAnswer(greeted.model), path)
        thread.join()
    finally:
        ended.set()
        line.close()
    assert not failed
    return summary


def test_a_night_over_a_serial_line(fake: FakeWearable, tmp_path: Path) -> None:
    records = measuring(100)
    began_s = time.time()
    summary = night_of(fake, tmp_path / "a.night", lambda: fake.send(*records))
    decisions = of_kind(records, Decision)
    with open_night(tmp_path / "a.night") as night:
        assert night.ended_well and night.spec == MODEL.spec
        assert night.meta.bundle_digest == MODEL.digest
        assert night.decisions().posture.tolist() == [d.posture for d in decisions]
        raw = np.concatenate([samples.xyz_g for samples in night.samples()])
        assert [event.kind for event in night.events()] == ["start", "interrupted"]
        assert 0 <= night.start_s - began_s < 5
    counts = np.concatenate([record.counts for record in of_kind(records, DeviceSamples)])
    np.testing.assert_array_equal(raw * 256, counts)
    assert summary.gaps == 0 and summary.windows == len(decisions)
    assert summary.interrupted


def test_the_line_drops_and_comes_back_and_the_same_boot_goes_on(
    fake: FakeWearable, tmp_path: Path
) -> None:
    records = measuring(60)

    def script() -> None:
        fake.send(*records[:20])
        time.sleep(0.4)
        fake.unplug()
        time.sleep(0.2)
        fake.plug_in()
        fake.wait_for(Greet, 2)
        fake.send(*records[40:])

    summary = night_of(fake, tmp_path / "a.night", script)
    with open_night(tmp_path / "a.night") as night:
        events = night.events()
        kinds = [event.kind for event in events]
        postures = night.decisions().posture.tolist()
    assert kinds == ["start", "line dropped", "line back", "lost samples", "gap", "interrupted"]
    assert "multiple access" not in events[1].detail  # pyserial's guess
    kept = [*records[:20], *records[40:]]
    assert postures == [d.posture for d in of_kind(kept, Decision)]
    assert summary.samples == 16 * len(of_kind(kept, DeviceSamples))


def test_a_device_that_starts_anew_is_greeted_its_clock_set_and_its_samples_laid_behind(
    fake: FakeWearable, tmp_path: Path
) -> None:
    before, after = measuring(30), measuring(30, seed=1, start_us=2_000_000)

    def script() -> None:
        fake.send(*before)
        time.sleep(0.3)
        fake.start_anew(time_us=1_000_000)
        fake.wait_for(SetClock, 2)
        fake.send(*after)

    night_of(fake, tmp_path / "a.night", script)
    with open_night(tmp_path / "a.night") as night:
        kinds = [event.kind for event in night.events()]
        decisions = night.decisions()
    assert kinds[:3] == ["start", "boot", "restart"] and kinds[-1] == "interrupted"
    assert not {"line", "lost samples"} & set(kinds)
    expected = of_kind([*before, *after], Decision)
    assert decisions.posture.tolist() == [d.posture for d in expected]


@pytest.mark.parametrize("lost", [16, 17])  # of the second greeting: HELLO, CLOCK
def test_an_answer_after_a_restart_that_the_line_lost_is_asked_for_again(
    fake: FakeWearable, tmp_path: Path, lost: int
) -> None:
    after = measuring(30, seed=1, start_us=2_000_000)

    def script() -> None:
        fake.send(*measuring(30))
        time.sleep(0.3)
        boot = fake.sent + 1
        fake.lose = lambda count: count == boot + lost
        fake.start_anew(time_us=1_000_000)
        fake.wait_for(SetClock, 2 if lost == 16 else 3)
        fake.send(*after)

    night_of(fake, tmp_path / "a.night", script)
    with open_night(tmp_path / "a.night") as night:
        kinds = [event.kind for event in night.events()]
    assert kinds.count("restart") == 1 and "silent" not in kinds
    assert len(of_kind(fake.commands, Greet)) >= 3


def test_an_adapter_that_comes_back_under_another_name_is_found(
    fake: FakeWearable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[ListPortInfo] = []
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: there)

    def plugged_in(path: Path, serial_number: str | None) -> ListPortInfo:
        port = ListPortInfo(os.path.realpath(path))
        port.vid, port.pid, port.location = 0x1A86, 0x7523, "1-1.2"
        port.serial_number = serial_number
        return port

    there.append(plugged_in(fake.path, None))
    records = measuring(60)

    def script() -> None:
        fake.send(*records[:20])
        time.sleep(0.4)
        fake.unplug()
        fake.path = tmp_path / "ttyOTHER"
        fake.plug_in()
        there[:] = [plugged_in(fake.path, None), plugged_in(tmp_path / "ttyNEIGHBOUR", "0001")]
        fake.wait_for(Greet, 2)
        fake.send(*records[20:])

    summary = night_of(fake, tmp_path / "a.night", script)
    assert summary.samples == 16 * len(of_kind(records, DeviceSamples))


def test_another_version_in_the_night_takes_nothing_that_came_before_it() -> None:
    other = frame(encode(hello(protocol_version=1)), 9)
    line = ScriptedLine([b"".join([*framed(measuring(3)), other])])
    chunks = []
    with pytest.raises(EdgekitError, match="version 1"):
        for chunk in Wearable(Link(line), greeting(), "me").chunks():  # type: ignore[arg-type]
            chunks.append(chunk)  # noqa: PERF402 (it raises)
    assert sum(map(len, chunks)) == 48


def test_a_silent_wearable_is_greeted_anew_and_given_up_with_a_clear_line(
    fake: FakeWearable, tmp_path: Path
) -> None:
    with pytest.raises(EdgekitError, match=r"no sample came .* --stored"):
        night_of(
            fake, tmp_path / "a.night", lambda: (fake.send(*measuring(5)), time.sleep(3)),
            silent_s=0.8, give_up_s=2.2,
        )  # fmt: skip
    with open_night(tmp_path / "a.night") as night:
        assert [event.kind for event in night.events()] == ["start", "silent", "failed"]
        assert sum(len(samples.xyz_g) for samples in night.samples()) == 80
        assert not night.ended_well
    assert sum(isinstance(command, Greet) for command in fake.commands) > 1


def test_another_wearable_on_the_port_ends_the_night_with_all_that_came_before(
    fake: FakeWearable, tmp_path: Path
) -> None:
    records = measuring(30)

    def script() -> None:
        fake.send(*records, hello(device_id=b"\x09" * 8))
        time.sleep(2)

    with pytest.raises(EdgekitError, match="another wearable"):
        night_of(fake, tmp_path / "a.night", script)
    with open_night(tmp_path / "a.night") as night:
        assert len(night.decisions()) == len(of_kind(records, Decision))
        assert not night.ended_well


def test_ctrl_c_ends_a_flood(fake: FakeWearable, tmp_path: Path) -> None:
    flooding = threading.Event()

    def flood() -> None:
        while not flooding.is_set():
            with suppress(OSError):
                fake.write(b"\x55\x00" * 500)

    thread = threading.Thread(target=flood, daemon=True)

    def script() -> None:
        fake.send(*measuring(5))
        thread.start()

    summary = night_of(fake, tmp_path / "a.night", script)
    flooding.set()
    thread.join(0.5)
    assert summary.interrupted and summary.samples == 80


def test_ctrl_c_before_the_first_sample_leaves_no_night(fake: FakeWearable, tmp_path: Path) -> None:
    with pytest.raises(EdgekitError, match="no sample"):
        night_of(fake, tmp_path / "a.night", lambda: None)
    assert not (tmp_path / "a.night").exists()


COMMAND = r"""
import importlib.abc, sys
class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "tensorflow", "ai_edge_litert", "scipy"}:
            raise ImportError(f"{name} is not on the device")
sys.meta_path.insert(0, Blocked())
from edgekit.cli import main
sys.argv = ["edgekit", "monitor", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_needs_no_bundle_no_torch_and_no_runtime_and_ends_the_stream(
    fake: FakeWearable, tmp_path: Path, number: int
) -> None:
    path = tmp_path / "a.night"
    words = [sys.executable, "-c", COMMAND, "--serial", str(fake.path), "--out", str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        fake.wait_for(SetClock)
        fake.send(*measuring(30))
        time.sleep(1.0)
        process.send_signal(number)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "7 decisions of the wearable's own, 0 gaps, 0 frames lost" in " ".join(output.split())
    assert fake.commands[-1] == Stream(0)
    with open_night(path) as night:
        assert night.ended_well
