"""Several runs of the monitor in one night, each with its own clock, and one writer at a time."""

from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.errors import UsageError
from edgekit.night.night import Alarm, Event, HealthRow
from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from tests.helpers.short_night import DECISIONS, META, SAMPLES, steady


def test_a_clock_that_was_set_moves_the_whole_run(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter.create(path, META) as writer:
        writer.add_samples(SAMPLES)
        writer.add_decisions(DECISIONS)
        writer.add_event(Event(1000.5, "tick"))
        writer.flush(HealthRow(1000.6, 2, 50.0, 0, 0, 0, {"nack": 3}))
        writer.correct_clock(3600.0)
    with open_night(path) as night:
        assert night.start_s == next(night.samples()).start_s == 4600.0
        assert night.decisions().start_s[0] == 4600.0
        assert night.events()[0].at_s == 4600.5
        assert night.health() == [HealthRow(4600.6, 2, 50.0, 0, 0, 0, {"nack": 3})]


def test_a_night_goes_on_where_it_was_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter.create(path, META) as writer:
        writer.add_samples(steady(10, 1000))
    with NightWriter.resume(path, META) as writer:
        assert writer.resumed_from_s == 1010.0
        writer.add_samples(steady(10, 1060))
        writer.add_alarm(Alarm(1062.0, 1, 1, 0.5))
        writer.flush()
        writer.add_alarm(Alarm(1062.0, 1, 1, 0.5, 4.0))
    with open_night(path) as night:
        assert [part.start_s for part in night.samples()] == [1000.0, 1060.0]
        assert night.alarms() == [Alarm(1062.0, 1, 1, 0.5, 4.0)]
        assert night.ended_well


def test_a_run_whose_clock_was_never_right_follows_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter.create(path, META) as writer:
        writer.add_samples(steady(10, 1000))
    with NightWriter.resume(path, META) as writer:
        writer.add_samples(steady(10, 0))  # no battery: it began at nought
    with open_night(path) as night:
        assert [part.start_s for part in night.samples()] == [1000.0, 1010.0]


def test_a_night_is_one_model_s(tmp_path: Path) -> None:
    NightWriter.create(tmp_path / "a.night", META).close()
    with pytest.raises(UsageError, match=r"net, not by other.*--out"):
        NightWriter.resume(
            tmp_path / "a.night", replace(META, bundle_name="other", bundle_digest="ffff")
        )


def test_a_night_has_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    writer = NightWriter.create(path, META)
    with pytest.raises(UsageError, match="being written by another"):
        NightWriter.resume(path, META)
    writer.close()
    NightWriter.resume(path, META).close()
