"""Alarms, faults, movement and earlier nights on the page."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.device.report import write_report
from edgekit.device.report.earlier import MOST, beside_earlier
from edgekit.device.report.summary import summarise
from edgekit.device.report.therapy import therapy_outcome
from edgekit.errors import UsageError
from edgekit.night.night import Alarm, Event
from edgekit.night.reader import open_night
from edgekit.spec import SLEEP
from tests.helpers.nights import START_S, decisions, write_night

ALARMS = [
    Alarm(START_S + 60, 1, 1, 0.3, None),
    Alarm(START_S + 75, 1, 2, 0.6, 5.0),
    Alarm(START_S + 900, 2, 1, 0.3, None),
]


def test_a_response_counts_from_the_attempts_first_alarm() -> None:
    found = therapy_outcome(ALARMS)
    assert found and (found.alarms, len(found.attempts), found.answered) == (3, 2, 1)
    assert found.attempts[0].response_s == pytest.approx(20.0)
    assert found.attempts[0].level == 2 and found.attempts[1].response_s is None
    assert therapy_outcome([]) is None


def test_a_sensor_that_slipped_is_noted_above_the_figures(tmp_path: Path) -> None:
    events = [Event(START_S + 600, "slipped", "lying (left), the sensor is tilted by 25 degrees")]
    night = write_night(tmp_path / "a.night", decisions([("left", 20.0)]), events=events)
    notes = write_report(night).html.read_text().split('class="numbers"')[0]
    assert "at 22:40, lying (left), the sensor is tilted by 25 degrees." in notes


def test_a_number_given_again_after_a_restart_is_another_attempt() -> None:
    first = ALARMS[:2]
    found = therapy_outcome(
        [*first, *(replace(alarm, start_s=alarm.start_s + 3600) for alarm in first)]
    )
    assert found and [attempt.number for attempt in found.attempts] == [1, 2]
    assert found.answered == 2 and found.longest_response_s == pytest.approx(20.0)


def test_a_baseline_night_says_that_its_alarms_were_held_back(tmp_path: Path) -> None:
    silent = [replace(alarm, strength=0.0) for alarm in ALARMS]
    page = write_report(
        write_night(tmp_path / "a.night", decisions([("supine", 60)]), alarms=silent)
    ).html.read_text()
    assert "A baseline night" in page and page.count('class="alarm held"') == len(ALARMS)
    assert 'class="alarm"' not in page and "22:31, level 2, left after 5.0 s" in page


def test_faults_stand_on_the_page_in_plain_words(tmp_path: Path) -> None:
    path = write_night(
        tmp_path / "a.night", decisions([("supine", 61)]), faults={"nack": 2, "odd": 1}
    )
    page = write_report(path).html.read_text()
    assert "<dt>Not answered (a loose wire, or no supply)</dt><dd>6</dd>" in page
    assert "<dt>odd</dt><dd>3</dd>" in page


def test_a_strip_shows_movement_only_where_it_was_measured(tmp_path: Path) -> None:
    night = decisions([("supine", 60)])
    page = write_report(write_night(tmp_path / "a.night", night)).html.read_text()
    assert 'class="movement"' in page
    unknown = replace(night, movement_g=np.full(len(night), np.nan))
    page = write_report(write_night(tmp_path / "b.night", unknown)).html.read_text()
    assert 'class="movement"' not in page


def test_earlier_nights_of_the_same_wearer_stand_beside_this_one(tmp_path: Path) -> None:
    plan = [("supine", 10.0), ("left", 10.0)]
    for day in range(MOST + 3):
        night = decisions(plan, start_s=START_S + 86_400 * day)
        write_night(tmp_path / f"{99 - day}.night", night)
    write_night(tmp_path / "other.night", decisions(plan), subject="B.")
    (tmp_path / "broken.night").write_text("nothing")
    with open_night(tmp_path / f"{99 - MOST - 1}.night") as night:
        rows = beside_earlier(night, summarise(night.decisions(), SLEEP))
    assert len(rows) == MOST + 1, "the newest earlier ones; later nights are not earlier"
    assert [row.is_this for row in rows] == [False] * MOST + [True]
    assert rows[0].name == "98.night"
    assert rows[0].supine_percent == pytest.approx(50, abs=1)


def test_a_night_that_is_not_there_is_said_before_a_clash_of_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no night at"):
        write_report(tmp_path / "ann.edf", edf=True)
