"""A host says that it listens, and that it no longer does."""

import threading
import time

import pytest

from edgekit.device.sources.wearable.greeting import greet
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.listening import Listening, stop_stream
from edgekit.device.sources.wearable.records import Greet, Record, Stream
from edgekit.device.sources.wearable.serial_line import SerialLine
from tests.helpers.fake_wearable import FakeWearable, ScriptedLine, measuring, of_kind

LISTENING = "edgekit.device.sources.wearable.listening"


def test_it_says_so_twice_every_five_minutes_of_the_wearable_s_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twice, because the first frame may only wake the wearable's line."""
    monkeypatch.setattr(f"{LISTENING}.AGAIN_S", 0.05)
    sent: list[Record] = []
    listening = Listening(sent.append)
    for device_s in (1000, 1299):
        listening.note(device_s)
        listening.keep_up()
    assert not sent
    listening.note(1300)
    listening.keep_up()
    assert sent == [Stream(1)]
    time.sleep(0.06)
    listening.keep_up()
    listening.keep_up()
    assert sent == [Stream(1)] * 2
    for device_s in (1599, 5, 299, 304):  # it started anew in between
        listening.note(device_s)
    assert len(sent) == 2
    listening.note(305)
    assert len(sent) == 3


def test_it_says_so_by_the_computer_s_clock_where_no_samples_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{LISTENING}.EVERY_S", 0.05)
    sent: list[Record] = []
    listening = Listening(sent.append)
    listening.keep_up()
    assert not sent
    time.sleep(0.06)
    listening.keep_up()
    assert sent == [Stream(1)]


def test_at_the_end_a_wearable_that_did_not_hear_it_is_told_again(
    fake: FakeWearable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{LISTENING}.QUIET_S", 0.4)
    line = SerialLine(str(fake.path))
    link = Link(line)
    greet(link)
    ended = threading.Event()

    def stream() -> None:
        for record in measuring(200):
            if ended.wait(0.02) or len(of_kind(fake.commands, Stream)) == 2:
                return
            fake.send(record)

    thread = threading.Thread(target=stream)
    thread.start()
    stop_stream(link)
    ended.set()
    thread.join()
    line.close()
    assert of_kind(fake.commands, Stream) == [Stream(0)] * 2


def test_a_stream_that_nobody_asked_for_is_not_ended_and_costs_no_time() -> None:
    line = ScriptedLine([])
    link = Link(line)  # type: ignore[arg-type]
    stop_stream(link)
    assert not line.written
    link.send(Greet())
    link.send(Stream(0))
    written = line.written
    stop_stream(link)
    assert line.written == written


def test_a_line_that_is_gone_at_the_end_is_no_error() -> None:
    line = ScriptedLine([])
    link = Link(line)  # type: ignore[arg-type]
    link.send(Greet())
    stop_stream(link)
    assert line.written
