"""Nights are named by the evening on the wearer's clock and by who wore the sensor."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import UsageError
from edgekit.night.names import LONGEST_SUBJECT, UNNAMED, checked_subject, evening, night_name
from edgekit.night.utc_offsets import UtcOffsets
from tests.helpers.nights import START_S

HOUR_S = 3600.0
PLUS_1 = UtcOffsets((0.0,), (3600,))


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("later_h", "day"),
    [(0, 23), (1.4, 23), (1.6, 23), (7.4, 23), (7.6, 24), (24, 24)],
)
def test_a_night_that_begins_after_midnight_is_of_the_evening_before(
    later_h: float, day: int
) -> None:
    assert evening(START_S + HOUR_S * later_h, PLUS_1) == date(2026, 11, day)


@pytest.mark.usefixtures("in_berlin")
def test_a_name_holds_the_evening_and_the_subject() -> None:
    assert night_name(START_S, "anna") == "2026-11-23-anna"
    assert night_name(START_S, UNNAMED) == night_name(START_S, "") == "2026-11-23"


@pytest.mark.parametrize(
    ("subject", "word"),
    [
        ("Anna Maria", "anna-maria"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\con", "c-con"),
        ("a\0b\nc", "a-b-c"),
        ("Đặng Thị Ánh", "đặng-thị-ánh"),
        ("安娜", "安娜"),
        ("\uff21nna", "anna"),  # a wide A
        ("--rm -rf *", "rm-rf"),
        (".hidden", "hidden"),
    ],
)
@pytest.mark.usefixtures("in_berlin")
def test_a_subject_in_a_name_is_letters_and_digits(subject: str, word: str) -> None:
    assert night_name(START_S, subject) == f"2026-11-23-{word}"


@given(st.text(max_size=400))
def test_any_subject_gives_a_name_that_every_disk_takes(subject: str) -> None:
    name = night_name(START_S, subject)
    assert Path(name).name == name and name.isprintable()
    assert len(f"{name}-99.night-journal".encode()) <= 255
    assert night_name(START_S, subject.casefold()) == name
    assert name == name.casefold(), "Anna.night and anna.night are one file on some disks"


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "\x1b[31m", "x" * (LONGEST_SUBJECT + 1)])
def test_a_subject_that_is_not_one_printable_line_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--subject is a name"):
        checked_subject(text)
    assert checked_subject(None) is None and checked_subject(" Ánh ") == "Ánh"
