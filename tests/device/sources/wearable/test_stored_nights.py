"""Which of the stored bouts are one night."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.device.sources.wearable.dump import StoredRecords
from edgekit.device.sources.wearable.record_bytes import encode
from edgekit.device.sources.wearable.records import Boot, Bout, DeviceClock, Record
from edgekit.device.sources.wearable.stored_nights import StoredNight, stored_nights
from tests.helpers.fake_wearable import DIGEST, greeting

MIDNIGHT = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="module")
def utc() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def bouts(begin_h: float, end_h: float, bout_h: float = 0.1) -> list[Record]:
    """Bouts in a row, in hours from midnight; the device started at -100 h."""
    count = round((end_h - begin_h) / bout_h)
    windows = round(bout_h * 3600 / 1.2)
    starts_s = [3600 * (begin_h + 100) + 3600 * bout_h * n for n in range(count)]
    return [
        Bout(round(at_s * 50), round(at_s * 1e6), windows, 0, 1, 200, 200, 0, 0, 2048)
        for at_s in starts_s
    ]


def nights(*records: Record, lost: tuple[range, ...] = ()) -> list[StoredNight]:
    began_us = round((MIDNIGHT - timedelta(hours=100)).timestamp() * 1e6)
    every = [Boot(3, 0, DIGEST[:8]), DeviceClock(1_000_000, began_us + 1_000_000), *records]
    stored = {
        number: encode(record)
        for number, record in enumerate(every)
        if not any(number in hole for hole in lost)
    }
    return stored_nights(StoredRecords(stored, lost), greeting(boot_count=4))


def spans(found: list[StoredNight]) -> list[tuple[float, float]]:
    """The hours from midnight of each night, the oldest first."""
    midnight_s = MIDNIGHT.timestamp()
    return [
        (
            round((night.start_s - midnight_s) / 3600, 1),
            round((night.end_s - midnight_s) / 3600, 1),
        )
        for night in reversed(found)
    ]


def test_a_pause_of_three_hours_ends_a_night() -> None:
    found = nights(*bouts(-2, 1), *bouts(3.5, 7), *bouts(10.2, 11))
    assert spans(found) == [(-2, 7), (10.2, 11)]
    assert [night.number for night in found] == [1, 2]
    assert found[1].gaps() == 1


def test_a_wearable_that_is_never_off_has_its_nights_from_noon_to_noon() -> None:
    assert spans(nights(*bouts(-2, 60))) == [(-2, 12), (12, 36), (36, 60)]


def test_a_sleep_that_begins_after_midnight_is_not_cut_at_noon() -> None:
    assert spans(nights(*bouts(0.5, 13))) == [(0.5, 13)]
    assert spans(nights(*bouts(8, 16))) == [(8, 16)]


def test_a_night_is_of_its_evening() -> None:
    found = nights(*bouts(-2, 60))
    assert [f"{night.evening}" for night in found] == ["2026-11-29", "2026-11-28", "2026-11-27"]


@given(
    begin_h=st.integers(-24, 24),
    pieces=st.lists(st.tuples(st.integers(1, 40), st.integers(0, 6)), min_size=1, max_size=5),
    holes=st.sets(st.integers(2, 200), max_size=4),
)
def test_every_bout_and_every_missing_record_is_of_exactly_one_night(
    begin_h: int, pieces: list[tuple[int, int]], holes: set[int]
) -> None:
    records: list[Record] = []
    at_h = float(begin_h)
    for hours, pause_h in pieces:
        records += bouts(at_h, at_h + hours, bout_h=1)
        at_h += hours + pause_h
    lost = tuple(range(hole, hole + 1) for hole in sorted(holes) if hole < len(records))
    found = nights(*records, lost=lost)
    sequences = [bout.sequence for night in reversed(found) for bout in night.bouts]
    assert sequences == [n for n in range(2, 2 + len(records)) if range(n, n + 1) not in lost]
    assert sorted(hole.start for night in found for hole in night.missing) == [
        hole.start for hole in lost
    ]
    for earlier, later in zip(found[1:], found, strict=False):
        assert earlier.end_s <= later.start_s + 2
    assert all(night.end_s - night.start_s <= 36 * 3600 + 2 for night in found)
