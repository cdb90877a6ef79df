"""The wearer's clock, through the end and the beginning of summer time."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis.strategies import floats, integers

from edgekit.device.report import write_report
from edgekit.device.report.time_axis import TimeAxis
from edgekit.night.utc_offsets import UtcOffsets
from tests.helpers.nights import START_S, decisions, write_night

END_OF_SUMMER_S = 1_792_890_000.0  # 2026-10-25 01:00 UTC
AUTUMN = UtcOffsets((END_OF_SUMMER_S - 36_000, END_OF_SUMMER_S), (7200, 3600))
SPRING = UtcOffsets((END_OF_SUMMER_S - 36_000, END_OF_SUMMER_S), (3600, 7200))


def axis(offsets: UtcOffsets, hours: float = 4.0) -> TimeAxis:
    return TimeAxis(END_OF_SUMMER_S - 1800 * hours, END_OF_SUMMER_S + 1800 * hours, offsets)


def test_an_hour_that_comes_twice_stands_twice_on_the_axis() -> None:
    texts = [tick.text for tick in axis(AUTUMN).ticks()]
    assert [texts.count(text) for text in ("01:30", "02:00", "02:30", "03:00")] == [1, 2, 2, 1]
    percents = [tick.percent for tick in axis(AUTUMN).ticks()]
    np.testing.assert_allclose(np.diff(percents), 12.5)


def test_an_hour_that_is_left_out_is_not_on_the_axis() -> None:
    texts = [tick.text for tick in axis(SPRING).ticks()]
    assert "02:30" not in texts and texts.count("03:00") == 1


def test_the_second_of_two_equal_times_says_so() -> None:
    assert axis(AUTUMN).clock(END_OF_SUMMER_S - 1800) == "02:30"
    assert axis(AUTUMN).clock(END_OF_SUMMER_S + 1800) == "02:30 (2nd)"
    assert axis(AUTUMN).clock(END_OF_SUMMER_S + 3600) == "03:00"
    assert axis(SPRING).clock(END_OF_SUMMER_S + 1800) == "03:30"


@given(begin_s=floats(-20_000, 20_000), span_s=floats(900, 60_000), change=integers(-7200, 7200))
def test_ticks_stand_in_order_at_round_times(begin_s: float, span_s: float, change: int) -> None:
    offsets = UtcOffsets((0.0, END_OF_SUMMER_S), (3600, 3600 + change // 1800 * 1800))
    made = TimeAxis(END_OF_SUMMER_S + begin_s, END_OF_SUMMER_S + begin_s + span_s, offsets)
    percents = [tick.percent for tick in made.ticks()]
    assert percents == sorted(percents) and len(percents) <= 16


def test_page_and_table_are_right_through_the_end_of_summer_time(tmp_path: Path) -> None:
    night = decisions([("supine", 120), ("left", 120)])
    night = replace(night, start_s=night.start_s - START_S + END_OF_SUMMER_S - 7200)
    files = write_report(write_night(tmp_path / "a.night", night, offsets=AUTUMN))
    with files.csv.open(newline="") as file:
        local = [row["time_local"] for row in csv.DictReader(file)]
    halves = [text for text in local if text.startswith("2026-10-25T02:30:00")]
    assert [text[-6:] for text in halves] == ["+02:00", "+01:00"]
    page = files.html.read_text()
    assert "The clock was put back at 03:00, to 02:00: the times between come twice" in page
    hours = page[page.index("Angle most held") :]
    assert hours.count("<td>02:00") == 2, "each of the two hours has its row"
