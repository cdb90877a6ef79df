"""After a gap, each window's decision is there once: from the stream, or as it was stored."""

import time
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import DataObject, booleans, data, integers, lists

from edgekit.device.sources.wearable.gap_fill import (
    LONGEST_S,
    TRIES,
    BootClock,
    Filled,
    GapFill,
    Part,
)
from edgekit.device.sources.wearable.record_bytes import encode
from edgekit.device.sources.wearable.records import (
    Boot,
    Bout,
    Decision,
    Dump,
    Dumped,
    Record,
    Stored,
)
from edgekit.spec import SLEEP

OFFSET_S = 1.7e9
HOP, HOP_S = SLEEP.hop, SLEEP.hop_s
BEFORE = 40  # the first record that this host has not fetched


@dataclass(frozen=True)
class Window:
    number: int
    posture: int

    @property
    def first(self) -> int:
        return self.number * HOP

    def live(self, base: int = 0) -> Decision:
        logits = np.zeros(15, np.int8)
        return Decision(base + self.first, self.posture, 0, 200, 200, logits)


def bouts(windows: list[Window]) -> list[Record]:
    """What the wearable stores of them: one record for windows in a row of one posture."""
    records: list[Bout] = []
    for window in windows:
        if records and records[-1].posture == window.posture:
            records[-1] = replace(records[-1], windows=records[-1].windows + 1)
        else:
            time_us = round(window.first * 1e6 / SLEEP.rate_hz)
            bout = Bout(window.first, time_us, 1, window.posture, 0, 200, 200, 0, 0, 2048)
            records.append(bout)
    return list(records)


class Device:
    """Answers each DUMP with its stored records, less those that the line loses."""

    def __init__(self, stored: list[Record], losses: list[set[int]]) -> None:
        self.stored = {BEFORE + number: record for number, record in enumerate(stored)}
        self._losses = losses
        self.dumps: list[int] = []

    def answer(self, fill: GapFill, now: BootClock) -> Filled | None:
        """Answer until no dump is left unanswered."""
        filled = None
        while self.dumps:
            wanted = self.dumps.pop(0)
            lost = self._losses.pop(0) if self._losses else set()
            for sequence, record in self.stored.items():
                if sequence >= wanted and sequence not in lost:
                    assert fill.process(Stored(sequence, encode(record)), now) is None
            filled = fill.process(Dumped(BEFORE + len(self.stored)), now)
        return filled


def gap_fill(device: Device) -> GapFill:
    def send(record: Record) -> None:
        assert isinstance(record, Dump)
        device.dumps.append(record.sequence)

    return GapFill(SLEEP, send, BEFORE)


def numbers(filled: Filled | None) -> list[int]:
    """The stored windows."""
    assert filled is not None
    return [number for part in filled.parts for number in _stored(part)]


def held(filled: Filled | None) -> list[int]:
    """The windows of the stream."""
    assert filled is not None
    return [each.first_sample // HOP for part in filled.parts for each in part.held]


def in_order(filled: Filled) -> list[int]:
    whole: list[int] = []
    for part in filled.parts:
        whole += _stored(part)
        whole += [each.first_sample // HOP for each in part.held]
    return whole


def _stored(part: Part) -> list[int]:
    if part.stored is None:
        return []
    return np.rint((part.stored.start_s - OFFSET_S) / HOP_S).astype(int).tolist()


NOW = BootClock(7, 0, OFFSET_S)


@given(
    postures=lists(integers(0, 11), min_size=3, max_size=40),
    losing=lists(lists(booleans(), min_size=40, max_size=40), max_size=TRIES - 1),
    draw=data(),
)
def test_every_window_is_there_once_in_order_and_as_it_was_decided(
    postures: list[int], losing: list[list[bool]], draw: DataObject
) -> None:
    windows = [Window(number, posture) for number, posture in enumerate(postures)]
    away = draw.draw(integers(1, len(windows) - 1), "the first that did not arrive")
    back = draw.draw(integers(away, len(windows)), "the first that arrived again")
    losses = [{BEFORE + i for i, lost in enumerate(each) if lost} for each in losing]
    device = Device(bouts(windows), losses)
    fill = gap_fill(device)
    assert not any(fill.hold(window.live()) for window in windows[:away])
    fill.open(NOW)
    fill.start()
    assert all(fill.hold(window.live()) for window in windows[back:])
    filled = device.answer(fill, NOW)
    assert filled is not None and not fill.is_under_way
    assert numbers(filled) == list(range(away, back))
    assert in_order(filled) == list(range(away, len(windows)))
    stored = [part.stored.posture.tolist() for part in filled.parts if part.stored is not None]
    assert [posture for part in stored for posture in part] == postures[away:back]


def test_a_record_that_never_comes_is_said_and_the_rest_is_there() -> None:
    windows = [Window(number, number % 2) for number in range(10)]  # a bout each
    device = Device(bouts(windows), [{BEFORE + 5}] * TRIES)
    fill = gap_fill(device)
    fill.hold(windows[2].live())
    fill.open(NOW)
    fill.start()
    fill.hold(windows[9].live())
    filled = device.answer(fill, NOW)
    assert filled is not None and filled.event is not None
    assert numbers(filled) == [3, 4, 6, 7, 8]
    assert (
        filled.event[1] == "5 decisions that it stored fill the gap; 1 of its records are missing"
    )


def test_after_a_restart_the_windows_of_both_boots_are_placed_by_their_own_clocks() -> None:
    old = [Window(number, 1) for number in range(6)]
    new = [Window(number, 2) for number in range(4)]
    stored = [*bouts(old), Boot(8, 2, bytes(8)), *bouts(new)]
    device = Device(stored, [])
    fill = gap_fill(device)
    fill.hold(old[2].live())
    base, later_s = 10 * HOP, OFFSET_S + 100 * HOP_S
    fill.open(NOW)
    fill.start()
    fill.hold(new[3].live(base))
    filled = device.answer(fill, BootClock(8, base, later_s))
    assert filled is not None
    assert numbers(filled) == [3, 4, 5, 100, 101, 102]


def test_the_windows_of_a_start_that_no_host_saw_are_left_on_the_wearable() -> None:
    unseen = [Boot(8, 2, bytes(8)), *bouts([Window(number, 3) for number in range(5)])]
    stored = [*bouts([Window(0, 1), Window(1, 1)]), *unseen, Boot(9, 0, bytes(8))]
    device = Device(stored, [])
    fill = gap_fill(device)
    fill.hold(Window(0, 1).live())
    fill.open(NOW)
    fill.start()
    filled = device.answer(fill, BootClock(9, 100 * HOP, OFFSET_S + 1000))
    assert filled is not None and numbers(filled) == [1]


def test_a_dump_of_which_nothing_comes_ends_and_gives_the_held_decisions_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock_s = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock_s[0])
    device = Device([], [])
    fill = gap_fill(device)
    fill.open(NOW)
    fill.start()
    fill.hold(Window(5, 0).live())
    filled = None
    while filled is None:
        clock_s[0] += 1.0
        filled = fill.keep_up(NOW)
    assert clock_s[0] - 100 <= LONGEST_S
    assert held(filled) == [5]
    assert len(device.dumps) == TRIES


@pytest.mark.parametrize("again", [True, False])
def test_a_line_that_drops_in_the_middle_of_a_dump_is_filled_at_the_next_greeting(
    again: bool,
) -> None:
    windows = [Window(number, 0) for number in range(8)]
    device = Device(bouts(windows), [])
    fill = gap_fill(device)
    fill.hold(windows[1].live())
    fill.open(NOW)
    fill.start()
    fill.hold(windows[4].live())
    device.dumps.clear()
    fill.abort()
    fill.open(NOW)
    assert fill.is_due
    fill.start()
    if again:
        fill.hold(windows[7].live())
    filled = device.answer(fill, NOW)
    assert held(filled) == ([4, 7] if again else [4])
    assert filled is not None
    assert in_order(filled) == list(range(2, 8))
