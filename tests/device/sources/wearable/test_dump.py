"""Fetching what is stored: it ends whatever is missing, says what, and has every record once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.device.sources.wearable.dump import (
    CUT_TRIES,
    WHOLE_DUMPS,
    StoredRecords,
    fetch,
)
from edgekit.device.sources.wearable.greeting import Greeting
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.records import DeviceEvent, Dumped, Stored
from edgekit.errors import EdgekitError
from tests.helpers.fake_wearable import MODEL, UTC_S, hello
from tests.helpers.stored_line import StoredLine, numbered


def line_of(count: int, first: int = 0, damaged: frozenset[int] = frozenset()) -> StoredLine:
    kept = {each: numbered(each) for each in range(first, first + count) if each not in damaged}
    return StoredLine(kept, first, first + count)


def fetched(line: StoredLine, *early: Stored | Dumped) -> StoredRecords:
    link = Link(line)  # type: ignore[arg-type]
    line.say(DeviceEvent(1, 1, 1, 1))
    link.receive()
    greeted = hello(stored_first=line.first, stored_next=line.next)
    return fetch(link, Greeting(greeted, MODEL, UTC_S, early), quiet_s=0.0)


def missing(records: StoredRecords) -> list[int]:
    return [each for hole in records.missing for each in hole]


@st.composite
def lines(draw: st.DrawFn) -> StoredLine:
    """Any store: damaged records, lost frames, dumps cut off, a ring that overtakes the dump."""
    first = draw(st.sampled_from([0, 7, 4000]))
    count = draw(st.integers(0, 40))
    numbers = range(first, first + count)
    damaged = draw(st.frozensets(st.sampled_from(numbers))) if count else frozenset()
    line = line_of(count, first, damaged)
    lost = draw(st.dictionaries(st.integers(0, 12), st.frozensets(st.integers(0, 45)), max_size=9))
    line.is_lost = lambda dump, frame: frame in lost.get(dump, ())
    line.cut_after = draw(st.dictionaries(st.integers(0, 3), st.integers(0, 40), max_size=2))
    if draw(st.booleans()):
        after = draw(st.integers(0, 30))
        line.overtaken = {draw(st.integers(0, 2)): (after, first + draw(st.integers(0, 50)))}
    line.grows = draw(st.booleans())
    return line


@given(line=lines())
def test_any_pattern_of_damage_and_loss_ends_and_says_exactly_what_is_missing(
    line: StoredLine,
) -> None:
    first, known, available = line.first, line.next, set(line.stored)
    try:
        records = fetched(line)
    except EdgekitError as error:  # three dumps in a row brought nothing
        assert "stopped sending" in str(error) and len(line.dumps) >= CUT_TRIES
        return
    whole = sorted([*records.records, *missing(records)])
    assert whole == list(range(first, first + len(whole))), "none is left out silently"
    assert known - first <= len(whole) <= line.next - first
    assert all(data == numbered(each) for each, data in records.records.items())
    had = {each for each in available if each >= line.first}  # not written over meanwhile
    if had & set(missing(records)):
        assert len(line.dumps) >= WHOLE_DUMPS, "given up too soon"
    assert len(line.dumps) <= WHOLE_DUMPS + CUT_TRIES * (1 + len(line.cut_after) + len(whole))


@given(damaged=st.frozensets(st.integers(0, 60)))
def test_on_a_line_that_loses_nothing_one_dump_tells_what_is_missing(
    damaged: frozenset[int],
) -> None:
    line = line_of(61, damaged=damaged)
    records = fetched(line)
    assert missing(records) == sorted(damaged)
    assert set(records.records) == set(range(62)) - damaged
    assert line.dumps == [0]


@given(data=st.data())
def test_what_the_line_loses_fewer_than_four_times_is_fetched(data: st.DataObject) -> None:
    line = line_of(30)
    times = data.draw(st.lists(st.integers(0, WHOLE_DUMPS - 1), min_size=31, max_size=31))
    lost = dict(enumerate(times))

    def is_lost(dump: int, sent: int) -> bool:
        sequence = line.dumps[dump] + sent
        lost[sequence] = lost.get(sequence, 0) - 1
        return lost[sequence] >= 0

    line.is_lost = is_lost
    records = fetched(line)
    assert not records.missing and list(records.records) == list(range(31))


def test_the_open_bout_that_each_dump_ends_does_not_make_it_go_on_for_ever() -> None:
    line = line_of(251, damaged=frozenset({100}))
    line.is_lost = lambda dump, sent: sent == 60
    records = fetched(line)
    assert missing(records) == [100]
    assert len(line.dumps) <= WHOLE_DUMPS and set(records.records) == set(range(252)) - {100}


def test_a_ring_that_overtakes_the_dump_costs_what_it_writes_over_and_no_more() -> None:
    line = line_of(400)
    line.overtaken = {0: (20, 150)}
    records = fetched(line)
    assert missing(records) == list(range(20, 150))
    assert line.dumps == [0]


def test_a_dump_of_a_host_that_was_killed_is_not_taken_for_this_one() -> None:
    line = line_of(50)
    for sequence in range(30, 34):
        line.say(Stored(sequence, numbered(sequence)))
    line.say(Dumped(50))
    line.is_lost = lambda dump, sent: dump == 0 and sent in (3, 4)
    records = fetched(line, Stored(29, numbered(29)))
    assert not records.missing
    assert list(records.records) == list(range(51))


def test_a_wearable_that_stops_sending_is_an_error_that_says_where() -> None:
    line = line_of(20)
    line.cut_after = {dump: 5 if dump == 0 else 0 for dump in range(20)}
    with pytest.raises(EdgekitError, match=r"stopped sending its stored records, at 5 of 20"):
        fetched(line)
    assert len(line.dumps) == 1 + CUT_TRIES


def test_a_hole_that_could_hide_a_whole_turn_of_the_counter_is_asked_for_again() -> None:
    line = line_of(600, damaged=frozenset(range(100, 400)))
    records = fetched(line)
    assert missing(records) == list(range(100, 400))
    assert line.dumps == [0, 100, 100, 100]


def test_an_end_that_never_comes_costs_no_record() -> None:
    line = line_of(20)
    line.grows = False
    line.is_lost = lambda dump, sent: line.dumps[dump] + sent == 20
    records = fetched(line)
    assert list(records.records) == list(range(20)) and not records.missing


def test_a_store_that_no_flash_holds_is_refused() -> None:
    link = Link(line_of(1))  # type: ignore[arg-type]
    for first, end in ((0, 2**32 - 1), (9, 3)):
        greeted = Greeting(hello(stored_first=first, stored_next=end), MODEL, UTC_S, ())
        with pytest.raises(EdgekitError, match="no flash holds"):
            fetch(link, greeted, quiet_s=0.0)
