"""Durations and times of day as people read them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.text import (
    clock,
    counted,
    duration,
    hours_and_minutes,
    minutes_text,
    one_line,
    seconds_or_minutes,
    stopwatch,
)


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0.0, "0 s", "0 s"),
        (89.4, "89 s", "89 s"),
        (90.0, "2 min", "2 min"),
        (5700.0, "95 min", "1 h 35 min"),
        (7200.0, "120 min", "2 h 0 min"),
    ],
)
def test_a_duration_below_90_s_is_in_seconds(seconds: float, short: str, long: str) -> None:
    assert (seconds_or_minutes(seconds), duration(seconds)) == (short, long)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0.0, "0 min"), (0.5, "30 s"), (10.0, "10 min"), (120.0, "2 h"), (425.0, "7 h 5 min")],
)
def test_whole_hours_of_minutes_have_no_minutes(minutes: float, text: str) -> None:
    assert minutes_text(minutes) == text


def test_a_noun_agrees_with_its_number() -> None:
    assert [counted(n, "file") for n in (0, 1, 3000)] == ["0 files", "1 file", "3,000 files"]


def test_a_stopwatch_counts_whole_seconds() -> None:
    assert (stopwatch(29130.9), hours_and_minutes(29130.9)) == ("8:05:30", "8:05 h")


def test_a_clock_is_this_computers() -> None:
    assert clock(1_795_469_400.9) == time.strftime("%H:%M:%S", time.localtime(1_795_469_400))


@given(st.text())
def test_another_s_text_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable() and one_line(line) == line
    assert line == text or not text.isprintable() or line.split() == text.split()
