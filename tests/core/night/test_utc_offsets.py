"""The clock on the wall, through a change of summer time."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgekit.errors import EdgekitError
from edgekit.night.meta import NightMeta
from edgekit.night.night import Event
from edgekit.night.reader import open_night
from edgekit.night.utc_offsets import UtcOffsets, utc_offsets
from edgekit.night.writer import NightWriter
from edgekit.spec import SLEEP

NIGHT_S = 1792872000.0  # 2026-10-24 20:00 UTC: summer time ends in Berlin at 01:00 UTC
CHANGE_S = NIGHT_S + 5 * 3600


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_the_change_is_known_when_the_night_begins() -> None:
    assert utc_offsets(NIGHT_S) == UtcOffsets((NIGHT_S, CHANGE_S), (7200, 3600))


@pytest.mark.parametrize(("at_s", "offset_s"), [(0.0, 7200), (-1.0, 7200), (5 * 3600, 3600)])
def test_each_moment_has_the_offset_in_force(at_s: float, offset_s: int) -> None:
    assert utc_offsets(NIGHT_S).at(NIGHT_S + at_s) == offset_s


def test_the_second_before_the_change_is_summer() -> None:
    assert utc_offsets(NIGHT_S).at(CHANGE_S - 1) == 7200


def test_an_ordinary_night_has_one_offset() -> None:
    assert utc_offsets(NIGHT_S - 7 * 86400).offset_s == (7200,)


def test_what_is_written_is_what_is_read() -> None:
    offsets = utc_offsets(NIGHT_S)
    assert UtcOffsets.from_json(offsets.to_json()) == offsets


@pytest.mark.parametrize("text", ["", "[]", "[[], []]", "[[1], []]", "7", '[["x"], [1]]'])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(EdgekitError, match="no offsets from UTC"):
        UtcOffsets.from_json(text)


def test_a_clock_that_was_set_brings_the_offset_of_the_true_date(tmp_path: Path) -> None:
    """Without a battery a night begins in the past: in January, say, and it is October."""
    path, january_s = tmp_path / "a.night", NIGHT_S - 280 * 86400
    meta = NightMeta(SLEEP, "n", "d", "s", "me", january_s, utc_offsets(january_s), "utc")
    with NightWriter.create(path, meta) as writer:
        writer.add_event(Event(january_s, "tick"))
        writer.correct_clock(280 * 86400.0)
    with open_night(path) as night:
        assert (night.start_s, night.utc_offsets.at(night.start_s)) == (NIGHT_S, 7200)
        assert night.utc_offsets.at(CHANGE_S) == 3600
