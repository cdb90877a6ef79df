import os
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.monitor import Summary, record_night
from edgekit.device.night import Decisions
from edgekit.device.night_reader import open_night
from edgekit.device.wear import Wear
from edgekit.device.wearable.answer import WearableAnswer
from edgekit.device.wearable.frames import Receiver, frame
from edgekit.device.wearable.greeting import check_bundle, greet
from edgekit.device.wearable.link import Link
from edgekit.device.wearable.record_bytes import decode, encode
from edgekit.device.wearable.records import (
    Decision,
    DeviceEvent,
    DeviceHealth,
    Greet,
    Record,
    Samples,
    SetClock,
)
from edgekit.device.wearable.serial_line import LineDroppedError, SerialLine
from edgekit.device.wearable.wearable import Wearable, WearableChunk
from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import SLEEP, torso_angle_deg

from .fake_wearable import (
    MODEL,
    UTC_S,
    FakeWearable,
    ScriptedLine,
    ScriptEndedError,
    framed,
    greeting,
    hello,
    measuring,
)

OVERRUN = 8


def heard(pieces: list[bytes]) -> tuple[list[WearableChunk], list[Decisions]]:
    """What becomes of a line's bytes: chunks, and what the answer makes of each."""
    link = Link(ScriptedLine([*pieces]))  # type: ignore[arg-type]
    wearable, answer = Wearable(link, greeting(), "me"), WearableAnswer(MODEL)
    chunks, decided = [], []
    with pytest.raises(ScriptEndedError):
        for chunk in wearable.chunks():
            chunks.append(chunk)
            if (decisions := answer.push(chunk)) is not None:
                decided.append(decisions)
    return chunks, decided


def column(decided: list[Decisions], name: str) -> np.ndarray:
    return np.concatenate([getattr(decisions, name) for decisions in decided])


def said_events(chunks: list[WearableChunk]) -> list[str]:
    return [kind for chunk in chunks for kind, _ in chunk.events]


def of_kind(records: list[Record], kind: type) -> list:
    return [record for record in records if isinstance(record, kind)]


@settings(max_examples=60)
@given(data=st.data(), seed=st.integers(0, 9))
def test_what_arrives_is_kept_however_it_is_cut_and_whatever_lies_between(
    data: st.DataObject, seed: int
) -> None:
    records = measuring(40, seed)
    lost = data.draw(st.sets(st.integers(1, len(records) - 1), max_size=12))
    stream = b"".join(
        (data.draw(st.binary(max_size=40)) if place % 11 == 5 else b"") + sent
        for place, sent in enumerate(framed(records))
        if place not in lost
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=30)))
    ends = [0, *cuts, len(stream)]
    chunks, decided = heard([stream[a:b] for a, b in pairwise(ends)])

    kept = [record for place, record in enumerate(records) if place not in lost]
    samples, decisions = of_kind(kept, Samples), of_kind(kept, Decision)
    np.testing.assert_array_equal(
        np.concatenate([chunk.xyz_g for chunk in chunks]) * 256,
        np.concatenate([record.counts for record in samples]),
    )
    arrived = {record.first_sample + i for record in samples for i in range(len(record.counts))}
    xyz = {
        record.first_sample + i: counts / np.float32(256)
        for record in samples
        for i, counts in enumerate(record.counts.astype(np.float32))
    }
    assert sum(map(len, decided)) == len(decisions)
    if not decisions:
        return
    for name in ("posture", "placement"):
        assert column(decided, name).tolist() == [getattr(d, name) for d in decisions]
        sure = [getattr(d, f"{name}_confidence") / 255 for d in decisions]
        assert column(decided, f"{name}_confidence").tolist() == sure
    assert column(decided, "raw_posture").tolist() == [d.logits[:12].argmax() for d in decisions]
    assert column(decided, "raw_placement").tolist() == [d.logits[12:].argmax() for d in decisions]
    expected_s = UTC_S + np.array([d.first_sample for d in decisions]) / 50
    np.testing.assert_allclose(column(decided, "start_s"), expected_s, atol=0.01)
    for decision, angle in zip(decisions, column(decided, "torso_angle_deg"), strict=True):
        place = range(decision.first_sample, decision.first_sample + 100)
        if arrived.issuperset(place):
            window = np.array([xyz[i] for i in place], np.float32)
            assert angle == torso_angle_deg(window[None].mean(axis=1))[0]
        else:
            assert np.isnan(angle)


def test_wear_is_told_by_the_very_function_of_the_raspberry_pi() -> None:
    records = measuring(330)  # two minutes and a half
    for record in of_kind(records, Samples):
        record.counts[:] = (0, 0, 256) if record.first_sample > 2000 else record.counts
    _, decided = heard(framed(records))
    counts = np.concatenate([record.counts for record in of_kind(records, Samples)])
    windows = np.array(
        [counts[d.first_sample :][:100] for d in of_kind(records, Decision)], np.float32
    )
    expected = Wear(SLEEP).push(windows / np.float32(256))
    assert set(expected) >= {"worn", "off"}
    np.testing.assert_array_equal(column(decided, "state"), expected)


def test_the_rate_is_measured_on_the_devices_clock() -> None:
    chunks, _ = heard(framed(measuring(400, rate_hz=50.6)))
    rates = [chunk.rate_hz for chunk in chunks if len(chunk)]
    assert rates[0] == 50.0
    assert rates[-1] == pytest.approx(50.6, rel=2e-4)
    ends_s = [chunk.end_s for chunk in chunks if len(chunk)]
    assert ends_s[-1] == pytest.approx(UTC_S + 6400 / 50.6, abs=0.02)


def test_an_overrun_is_an_event_before_the_samples_after_it_and_a_gap_in_time() -> None:
    before = measuring(10)
    after = measuring(10, start_us=7_000_000, first=160)
    overrun = DeviceEvent(7_000_000, 160, OVERRUN, 33)
    chunks, decided = heard(framed([*before, overrun, *after]))
    (met,) = [chunk for chunk in chunks if "overrun" in said_events([chunk])]
    assert met.first == 160
    assert met.start_s == pytest.approx(UTC_S + 7, abs=0.02)
    assert column(decided, "start_s")[-1] > UTC_S + 7


def test_health_is_told_at_first_and_when_a_counter_of_faults_has_risen() -> None:
    counters = [(0, 100), (0, 200), (1, 300), (1, 400)]
    healths = [DeviceHealth(0, 0, nacks, 0, 0, 0, 0, 0, 0, n) for nacks, n in counters]
    chunks, _ = heard(framed([*measuring(1), *healths]))
    assert said_events(chunks) == ["sensor health"] * 2


def test_a_device_that_started_anew_unheard_is_greeted_and_goes_on_behind_the_rest() -> None:
    line = ScriptedLine(framed([*measuring(20), *measuring(20, seed=1)]))
    chunks = []
    with pytest.raises(ScriptEndedError):
        for chunk in Wearable(Link(line), greeting(), "me").chunks():  # type: ignore[arg-type]
            chunks.append(chunk)  # noqa: PERF402 (it raises)
    firsts = [chunk.first for chunk in chunks if len(chunk)]
    assert firsts == [16 * drain for drain in range(40)]
    assert said_events(chunks) == ["restart"]
    assert [type(decode(record)) for record in Receiver().push(line.written)] == [Greet]


# -- on a pseudo-terminal


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeWearable]:
    made = FakeWearable(tmp_path / "ttyWEARABLE")
    made.plug_in()
    yield made
    if made._master >= 0:
        made.unplug()


def night_of(
    fake: FakeWearable, path: Path, script: Callable[[], None], **limits: float
) -> Summary:
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
        found = greet(link)
        thread = threading.Thread(target=run)
        wearable = Wearable(link, found, "me", **limits)
        thread.start()
        summary = record_night(wearable, WearableAnswer(found.model), path)
        thread.join()
    finally:
        ended.set()
        line.close()
    assert not failed
    return summary


def test_a_night_over_a_serial_line(fake: FakeWearable, tmp_path: Path) -> None:
    records = measuring(100)
    began_s = time.time()
    summary = night_of(fake, tmp_path / "a.night", lambda: fake.say(*records))
    decisions = of_kind(records, Decision)
    with open_night(tmp_path / "a.night") as night:
        assert night.ended_well and night.spec == SLEEP
        assert night.meta["bundle_digest"] == MODEL.digest
        assert night.decisions().posture.tolist() == [d.posture for d in decisions]
        raw = np.concatenate([samples.xyz_g for samples in night.samples()])
        assert [event.kind for event in night.events()] == ["start", "interrupted"]
        assert 0 <= night.start_s - began_s < 5
    counts = np.concatenate([record.counts for record in of_kind(records, Samples)])
    np.testing.assert_array_equal(raw * 256, counts)
    assert summary.gaps == 0 and summary.windows == len(decisions)
    assert summary.interrupted


def test_the_line_drops_and_comes_back_and_the_same_boot_goes_on(
    fake: FakeWearable, tmp_path: Path
) -> None:
    records = measuring(60)

    def script() -> None:
        fake.say(*records[:20])
        time.sleep(0.4)
        fake.unplug()
        time.sleep(0.2)
        fake.plug_in()
        fake.wait_for(Greet, 2)
        fake.say(*records[40:])

    summary = night_of(fake, tmp_path / "a.night", script)
    with open_night(tmp_path / "a.night") as night:
        kinds = [event.kind for event in night.events()]
        postures = night.decisions().posture.tolist()
    assert kinds == ["start", "line dropped", "line back", "lost samples", "gap", "interrupted"]
    kept = [*records[:20], *records[40:]]
    assert postures == [d.posture for d in of_kind(kept, Decision)]
    assert summary.samples == 16 * len(of_kind(kept, Samples))


def test_a_device_that_starts_anew_is_greeted_its_clock_set_and_its_samples_laid_behind(
    fake: FakeWearable, tmp_path: Path
) -> None:
    before, after = measuring(30), measuring(30, seed=1, start_us=2_000_000)

    def script() -> None:
        fake.say(*before)
        time.sleep(0.3)
        fake.start_anew(time_us=1_000_000)
        fake.wait_for(SetClock, 2)
        fake.say(*after)

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
        fake.say(*measuring(30))
        time.sleep(0.3)
        boot = fake._said + 1
        fake.lose = lambda count: count == boot + lost
        fake.start_anew(time_us=1_000_000)
        fake.wait_for(SetClock, 2 if lost == 16 else 3)
        fake.say(*after)

    night_of(fake, tmp_path / "a.night", script)
    with open_night(tmp_path / "a.night") as night:
        kinds = [event.kind for event in night.events()]
    assert kinds.count("restart") == 1 and "silent" not in kinds
    assert len(of_kind(fake.commands, Greet)) >= 3


def test_an_adapter_that_comes_back_under_another_name_is_found(
    fake: FakeWearable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[SimpleNamespace] = []
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: there)

    def plugged_in(path: Path, serial_number: str | None) -> SimpleNamespace:
        usb = {"vid": 0x1A86, "pid": 0x7523, "location": "1-1.2"}
        return SimpleNamespace(device=os.path.realpath(path), serial_number=serial_number, **usb)

    there.append(plugged_in(fake.path, None))
    records = measuring(60)

    def script() -> None:
        fake.say(*records[:20])
        time.sleep(0.4)
        fake.unplug()
        fake.path = tmp_path / "ttyOTHER"
        fake.plug_in()
        there[:] = [plugged_in(fake.path, None), plugged_in(tmp_path / "ttyNEIGHBOUR", "0001")]
        fake.wait_for(Greet, 2)
        fake.say(*records[20:])

    summary = night_of(fake, tmp_path / "a.night", script)
    assert summary.samples == 16 * len(of_kind(records, Samples))


def test_the_bytes_before_a_port_fails_are_kept(
    fake: FakeWearable, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = SerialLine(str(fake.path))
    fake.write(b"z")
    waiting = property(lambda _: (_ for _ in ()).throw(OSError("gone")))
    monkeypatch.setattr(type(line._serial), "in_waiting", waiting)
    assert line.read() == b"z"
    line.close()


def test_a_port_that_goes_while_it_is_opened_is_tried_again(
    fake: FakeWearable, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = SerialLine(str(fake.path))

    def fail(*_: object) -> None:
        raise termios.error(5, "Input/output error")

    monkeypatch.setattr(termios, "tcflush", fail)
    with pytest.raises(LineDroppedError, match="Input/output error"):
        line.open()


def test_another_version_in_the_night_takes_nothing_that_came_before_it() -> None:
    other = frame(encode(hello(protocol_version=2)), 9)
    line = ScriptedLine([b"".join([*framed(measuring(3)), other])])
    chunks = []
    with pytest.raises(EdgekitError, match="version 2"):
        for chunk in Wearable(Link(line), greeting(), "me").chunks():  # type: ignore[arg-type]
            chunks.append(chunk)  # noqa: PERF402 (it raises)
    assert sum(map(len, chunks)) == 48


def test_a_silent_wearable_is_greeted_anew_and_given_up_with_a_clear_line(
    fake: FakeWearable, tmp_path: Path
) -> None:
    with pytest.raises(EdgekitError, match=r"no sample came .* --stored"):
        night_of(
            fake, tmp_path / "a.night", lambda: (fake.say(*measuring(5)), time.sleep(3)),
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
        fake.say(*records, hello(device_id=b"\x09" * 8))
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
        fake.say(*measuring(5))
        thread.start()

    summary = night_of(fake, tmp_path / "a.night", script)
    flooding.set()
    thread.join(0.5)
    assert summary.interrupted and summary.samples == 80


def test_ctrl_c_before_the_first_sample_leaves_no_night(fake: FakeWearable, tmp_path: Path) -> None:
    with pytest.raises(EdgekitError, match="no sample"):
        night_of(fake, tmp_path / "a.night", lambda: None)
    assert not (tmp_path / "a.night").exists()


# -- greetings that fail


def test_a_greeting_is_asked_for_until_it_is_whole(fake: FakeWearable) -> None:
    fake.lose = lambda count: count in (3, 16)  # a label at first
    line = SerialLine(str(fake.path))
    found = greet(Link(line))
    line.close()
    assert found.model == MODEL
    assert sum(isinstance(command, Greet) for command in fake.commands) == 2


def test_nothing_that_answers_is_said_with_its_likely_causes(fake: FakeWearable) -> None:
    fake.lose = lambda count: True
    line = SerialLine(str(fake.path))
    with pytest.raises(EdgekitError, match="not a byte came"):
        greet(Link(line), tries=1)
    fake.write(b"login: \r\n\0" * 5)
    with pytest.raises(EdgekitError, match="no edgekit wearable"):
        greet(Link(line), tries=1)
    line.close()


def test_another_version_of_the_protocol_is_refused(fake: FakeWearable) -> None:
    fake.hello = hello(protocol_version=2)
    line = SerialLine(str(fake.path))
    with pytest.raises(EdgekitError, match="version 2 of the protocol"):
        greet(Link(line), tries=1)
    line.close()


def test_another_bundle_than_the_one_given_is_refused(fake: FakeWearable, bundle) -> None:
    line = SerialLine(str(fake.path))
    found = greet(Link(line))
    line.close()
    with pytest.raises(EdgekitError, match="runs bundle by-gravity"):
        check_bundle(found, bundle)
    same = replace(found, model=replace(found.model, digest=bundle.digest))
    check_bundle(same, bundle)


def test_a_port_that_is_not_there_or_in_use_is_refused(fake: FakeWearable, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no serial port at"):
        SerialLine(str(tmp_path / "ttyNONE"))
    line = SerialLine(str(fake.path))
    with pytest.raises(EdgekitError, match="in use by another program"):
        SerialLine(str(fake.path))
    line.close()


# -- the command

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


def test_the_command_needs_no_bundle_no_torch_and_no_runtime(
    fake: FakeWearable, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    words = [sys.executable, "-c", COMMAND, "--serial", str(fake.path), "--out", str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        fake.wait_for(SetClock)
        fake.say(*measuring(30))
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "7 decisions of the wearable's own, 0 gaps, 0 frames lost" in " ".join(told.split())
    with open_night(path) as night:
        assert night.ended_well
