"""Time stamps become exact rates and gaps; jitter, repeats and jumps are said."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.train.datasets.imported import Imported
from edgekit.train.datasets.tables import TableOptions, parse_table
from edgekit.train.datasets.tables.times import find_timing
from tests.helpers.tables import START_S, even, iso, lines_of, lying, texts

HERE = Path("ann.csv")


def read(times: list[str], name: str = "time", options: TableOptions | None = None) -> Imported:
    header = f"{name},x (g),y (g),z (g)"
    text = lines_of(header, times, *(texts(axis, 6) for axis in lying(len(times)).T))
    return parse_table(text.encode(), HERE, options or TableOptions())


def in_ms(time_s: NDArray[np.float64]) -> list[str]:
    return [str(round(at * 1000)) for at in time_s]


@pytest.mark.parametrize("rate_hz", [20, 25, 30, 31.25, 50, 60, 64, 80, 85.7, 100, 128])
@pytest.mark.parametrize("seconds", [10, 60, 3_600])
@pytest.mark.parametrize("rounded", [np.rint, np.floor])
def test_a_rate_written_in_milliseconds_is_exact(
    rate_hz: float, seconds: int, rounded: np.ufunc
) -> None:
    time_s = rounded(even(round(seconds * rate_hz), rate_hz) * 1000) / 1000
    timing = find_timing(time_s, HERE)
    assert timing.rates_hz == (pytest.approx(rate_hz, rel=1e-4),) and timing.gaps == 0


@pytest.mark.parametrize(
    ("factor", "clock"), [(1, "device"), (1e3, "device"), (1e6, "device"), (1e9, "device")]
)
@pytest.mark.parametrize("zero_s", [0.0, START_S])
def test_seconds_to_nanoseconds_are_known_by_the_rate(
    factor: float, clock: str, zero_s: float
) -> None:
    times = [f"{(zero_s + at) * factor:.3f}" for at in even(500, 50)]
    (recording,) = read(times).recordings
    assert recording.rate_hz == pytest.approx(50, rel=1e-4)
    assert recording.start_s == pytest.approx(zero_s, abs=1e-3)
    assert recording.clock == ("utc" if zero_s else clock)


@pytest.mark.parametrize("unit", ["ms", "milliseconds"])
def test_a_unit_in_the_header_decides(unit: str) -> None:
    (recording,) = read(in_ms(even(2_000, 1_000)), f"time ({unit})").recordings
    assert recording.rate_hz == pytest.approx(1_000, rel=1e-4)


def test_times_that_count_by_one_ask_for_their_unit() -> None:
    times = [str(k) for k in range(500)]
    with pytest.raises(UsageError, match=r"go up by 1 a row.*--time-unit.*--columns -,x,y,z"):
        read(times)
    (recording,) = read(times, options=TableOptions(time_unit="ms")).recordings
    assert recording.rate_hz == pytest.approx(1_000)
    (recording,) = read(times, options=TableOptions(columns="-,x,y,z", rate_hz=25)).recordings
    assert recording.rate_hz == 25


@pytest.mark.parametrize(
    ("end", "options", "start_s", "clock"),
    [
        ("", TableOptions(), START_S, "device"),
        ("Z", TableOptions(), START_S, "utc"),
        ("+02:00", TableOptions(), START_S - 7_200, "utc"),
        ("", TableOptions(zone="Europe/Berlin"), START_S - 3_600, "utc"),
        ("", TableOptions(zone="UTC"), START_S, "utc"),
    ],
)
@pytest.mark.parametrize("separator", [" ", "T"])
def test_iso_8601_reads_with_and_without_zone(
    end: str, options: TableOptions, start_s: float, clock: str, separator: str
) -> None:
    (recording,) = read(iso(even(500, 50), end, separator), options=options).recordings
    assert (recording.start_s, recording.clock) == (pytest.approx(start_s, abs=1e-3), clock)
    assert recording.rate_hz == pytest.approx(50, rel=1e-4)


def test_month_or_day_first_is_asked_for() -> None:
    times = [f"03/04/2023 10:00:{at:06.3f}" for at in even(500, 50)]
    with pytest.raises(UsageError, match="--dates mdy or --dates dmy"):
        read(times)
    (march,) = read(times, options=TableOptions(dates="mdy")).recordings
    (april,) = read(times, options=TableOptions(dates="dmy")).recordings
    assert april.start_s - march.start_s == 30 * 86_400


def test_a_time_of_day_goes_on_past_midnight() -> None:
    seconds = (86_395 + even(500, 50)) % 86_400
    times = [f"{int(s // 3600):02d}:{int(s // 60) % 60:02d}:{s % 60:06.3f}" for s in seconds]
    (recording,) = read(times).recordings
    assert len(recording) == 500


def test_steps_of_30_and_70_ms_in_turn_are_20_hz_with_jitter() -> None:
    table = read(in_ms(np.cumsum(np.tile([0.03, 0.07], 500))))
    (recording,) = table.recordings
    assert recording.rate_hz == pytest.approx(20, rel=1e-4)
    assert any("jitter by up to" in note for note in table.notes)


def test_every_row_twice_is_read_once() -> None:
    rows = lines_of("", in_ms(even(500, 20)), *(texts(axis) for axis in lying(500).T)).splitlines()
    text = "time,x,y,z\n" + "\n".join(row for row in rows for _ in range(2))
    table = parse_table(text.encode(), HERE, TableOptions())
    (recording,) = table.recordings
    assert len(recording) == 500 and recording.rate_hz == pytest.approx(20, rel=1e-4)
    assert any("500 rows stand twice" in note for note in table.notes)


@pytest.mark.parametrize("batch", [2, 5, 25])
def test_samples_that_arrive_in_batches_are_spread(batch: int) -> None:
    table = read(in_ms(np.repeat(even(1_000, 50)[::batch], batch)))
    (recording,) = table.recordings
    assert len(recording) == 1_000 and recording.rate_hz == pytest.approx(50, rel=1e-3)
    assert any("repeat the one before" in note for note in table.notes)


def test_a_clock_of_whole_seconds_still_tells_the_rate() -> None:
    (recording,) = read(iso(np.floor(even(6_000, 100)))).recordings
    assert recording.rate_hz == pytest.approx(100, rel=1e-2)


@settings(max_examples=25)
@given(at=st.integers(50, 950), lost=st.integers(1, 100_000))
def test_a_pause_is_a_gap_at_its_place(at: int, lost: int) -> None:
    late = np.arange(1_000) + np.where(np.arange(1_000) >= at, lost, 0)
    table = read(in_ms(late / 50))
    assert [len(recording) for recording in table.recordings] == [at, 1_000 - at]
    assert table.recordings[1].start_s == pytest.approx((at + lost) / 50, abs=2e-3)
    assert table.gaps == 1


def test_a_clock_that_jumps_back_makes_a_gap_and_is_said() -> None:
    time_s = 1_000 + even(1_000, 50)
    time_s[600:] -= 700
    table = read(in_ms(time_s))
    assert [len(recording) for recording in table.recordings] == [600, 400]
    assert any("ran back" in note for note in table.notes)


def test_another_rate_from_the_middle_on_is_a_recording_of_its_own() -> None:
    table = read(in_ms(np.concatenate([even(2_048, 20), 102.4 + even(5_120, 100)])))
    assert len(table.recordings) == 2
    assert [r.rate_hz for r in table.recordings] == pytest.approx([20, 100], rel=1e-2)


def test_a_clock_that_stands_is_refused() -> None:
    with pytest.raises(EdgekitError, match="never go forwards"):
        read(["5.0"] * 500, "time (s)")


def test_a_stated_rate_that_the_times_deny_is_asked_about() -> None:
    with pytest.raises(UsageError, match=r"times say 50 Hz.*stated as 64 Hz"):
        read(in_ms(even(500, 50)), options=TableOptions(rate_hz=64))


@settings(max_examples=60)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=12, max_size=60))
def test_any_times_read_or_are_one_clear_line(times: list[float]) -> None:
    try:
        table = read([repr(time) for time in times])
    except EdgekitError as refusal:
        assert "\n" not in str(refusal)
    else:
        assert sum(map(len, table.recordings)) <= len(times)
