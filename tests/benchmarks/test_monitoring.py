"""What monitoring costs, measured on processes that really run; here only for moments."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.benchmarks.figure import Kind
from edgekit.benchmarks.monitoring import Command, Logger, Monitoring, section
from edgekit.benchmarks.monitoring import loggers as live
from edgekit.benchmarks.monitoring.loggers import cpu_s, first_decision_s, loggers
from edgekit.benchmarks.monitoring.measure import report
from edgekit.bundle import load_bundle
from edgekit.errors import EdgekitError
from edgekit.recording import Recording, save_recording
from tests.helpers.bundles import make_bundle

FOUND = Monitoring(
    bundle="b",
    window_s=2.0,
    seconds=60.0,
    rounds=5,
    edgekit=Logger(0.125, 57.5, 6.0, 3.0, 400.0),
    plain=Logger(0.1875, 10.5, None, 50.0, 2000.0),
    plain_bytes_a_minute=125_000.0,
    first_decision_s=2.5,
    night_hours=8.0,
    night_bytes=6_000_000,
    rescore=Command(2.0, 1.75),
    report=Command(0.75, 0.5),
)


def test_the_table_holds_every_figure_beside_what_is_asked_of_it() -> None:
    (table,) = section(FOUND).tables
    own = [(row.words[1], row.figures[0]) for row in table.rows if row.words[1]]
    assert [(asked, each.value, each.kind) for asked, each in own if each] == [
        ("0.25 s", 0.125, Kind.MEASURED),
        ("70 MB", 57.5, Kind.MEASURED),
        ("12 1/s", 6.0, Kind.COUNTED),
        ("3 s", 0.5, Kind.MEASURED),  # the window's 2 s are not the start's
        ("3 s", 2.0, Kind.MEASURED),
        ("2 s", 0.75, Kind.MEASURED),
        ("10 MB", 6.0, Kind.COUNTED),
    ]


def test_a_short_night_is_asked_for_its_part_of_a_whole_one() -> None:
    (table,) = section(replace(FOUND, night_hours=1.0)).tables
    assert table.rows[-1].words == ("a night of 1 h on the disk", "1.25 MB")


def test_cpu_time_of_another_process_is_read_to_less_than_a_tick() -> None:
    """One that worked for a part of a tick took more than nothing, and less than it lived."""
    command = [sys.executable, "-Sc", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        time.sleep(0.1)
        taken = [cpu_s(process.pid) for _ in range(2)]
        process.communicate(b"\n")
    assert 0 < taken[0] <= taken[1] < 10
    assert round(taken[0], 2) != taken[0]


def test_an_hour_is_told_of_what_was_counted_in_a_second_or_a_minute() -> None:
    (hour,) = section(FOUND).detail_tables
    told = {row.words[0]: row.figures for row in hour.rows}
    assert [cell and cell.value for cell in told["CPU time"]] == [7.5, 11.25]
    assert [cell and cell.value for cell in told["wake-ups"]] == [10_800, 180_000]
    assert [cell and str(cell) for cell in told["written to the disk"]] == ["1.44 MB", "7.20 MB"]
    assert [cell and cell.value for cell in told["system calls but for bus transfers"]] == [
        21_600,
        None,
    ]
    over = {what: cell.source for what, (cell, _) in told.items() if cell}
    assert "over 60 s" in over["wake-ups"] and "over 60 s" in over["CPU time"]
    assert "over 10 s" in over["system calls but for bus transfers"]  # traced after the rest


def test_what_was_not_counted_is_no_figure() -> None:
    (table,) = section(FOUND).tables
    (calls,) = [row for row in table.rows if "system calls" in row.words[0]]
    assert calls.figures[1] is None


def test_the_first_decision_comes_after_its_window(tmp_path: Path) -> None:
    bundle = load_bundle(make_bundle(tmp_path / "b"))
    assert bundle.spec.window_s < first_decision_s(bundle, tmp_path / "start") < 20


def test_a_night_is_monitored_without_what_only_others_need(tmp_path: Path) -> None:
    """Each takes megabytes all night: the report's pages, typer's validator, tables, pictures."""
    recording, bundle = tmp_path / "a.npz", make_bundle(tmp_path / "b")
    lying = np.tile(np.array([0, 0, 1], np.float32), (500, 1))
    save_recording(Recording(lying, 50.0, "s", "chest"), recording)
    words = ["--replay", recording, "--speed", "full", "--bundle", bundle, "--out", "a.night"]
    command = [sys.executable, "-X", "importtime", "-m", "edgekit", "monitor", *map(str, words)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines()}
    assert {"numpy", "edgekit.device.decide.classifier"} <= imported
    others = {"jinja2", "pydantic", "starlette", "polars", "matplotlib", "scipy", "torch"}
    assert not imported & others


def test_both_loggers_run_in_the_same_seconds_and_the_plain_one_calls_for_each_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SETTLE_S", 1.0)
    monkeypatch.setattr(live, "TRACED_S", 1)
    bundle = load_bundle(make_bundle(tmp_path / "b"))
    own, plain, bytes_a_minute = loggers(bundle, tmp_path, 0.5)
    assert 5 < plain.peak_mb < 40 and own.peak_mb > plain.peak_mb
    assert plain.cpu_s_a_minute < 60 and bytes_a_minute > 0
    assert plain.wakes_a_second > own.wakes_a_second
    assert plain.calls_a_second is None or plain.calls_a_second > 10


def test_a_command_that_fails_is_reported_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "no.night").write_text("no night")
    with pytest.raises(EdgekitError, match="is not an edgekit night"):
        report(tmp_path / "no.night", rounds=1)
