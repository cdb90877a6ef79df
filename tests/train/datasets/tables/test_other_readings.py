"""Tables that could be read as something else: the other reading is found, or asked for."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError, UsageError
from edgekit.train.datasets.imported import Imported
from edgekit.train.datasets.tables import TableOptions, parse_table
from tests.helpers.tables import even, lines_of, lying, texts

HERE = Path("ann.csv")
XYZ_G = lying(400)
TIME = texts(even(400, 50), 2)
SUMMER_ENDS_S = 1_792_890_000.0  # in Berlin, 2026-10-25 03:00, which is 02:00 from then on


def read(header: str, *columns: list[str], **options: object) -> Imported:
    text = lines_of(header, *columns)
    return parse_table(text.encode(), HERE, TableOptions(**options))  # type: ignore[arg-type]


def axes(one_g: float = 1.0, digits: int = 4) -> list[list[str]]:
    return [texts(axis * one_g, digits) for axis in XYZ_G.T]


def in_berlin(at_s: float) -> str:
    """Return a Unix time around the end of summer time as a Berlin clock shows it."""
    shown_s = at_s + (7200 if at_s < SUMMER_ENDS_S else 3600)
    return str(np.datetime64(round(shown_s * 1000), "ms"))


def test_the_hour_that_stands_twice_at_the_end_of_summer_time_is_recorded_once() -> None:
    start_s = SUMMER_ENDS_S - 3604
    seconds = even(7216, 1)
    stamps = [in_berlin(start_s + at) for at in seconds]
    (recording,) = read(
        "time,x (g),y (g),z (g)", stamps, *(texts(axis, 4) for axis in lying(7216).T),
        zone="Europe/Berlin",
    ).recordings  # fmt: skip
    assert recording.start_s == start_s and recording.rate_hz == pytest.approx(1)


def test_a_start_in_the_hour_that_stands_twice_is_said() -> None:
    stamps = [in_berlin(SUMMER_ENDS_S + 60 + at) for at in even(400, 50)]
    imported = read("time,x (g),y (g),z (g)", stamps, *axes(), zone="Europe/Berlin")
    assert "an hour that stands twice" in imported.notes[0]


@pytest.mark.parametrize(
    ("names", "units", "scale", "unit"),
    [
        ("time,ax,ay,az", "s,m/s2,m/s2,m/s2", 9.80665, "m/s2"),
        ("time,x,y,z", "[s],[mg],[mg],[mg]", 1000.0, "mg"),
        ("Accelerometer,,,\ntime,x,y,z", "(s),(cm/s^2),(cm/s^2),(cm/s^2)", 980.665, "cm/s2"),
    ],
)
def test_units_in_a_line_of_their_own_are_the_columns(
    names: str, units: str, scale: float, unit: str
) -> None:
    imported = read(f"{names}\n{units}", TIME, *axes(scale))
    assert imported.unit == f"{unit} (header)"
    assert np.allclose(imported.recordings[0].xyz_g, XYZ_G, atol=1e-4)


@pytest.mark.parametrize(("unit", "length_s"), [("min", 60.0), ("h", 3600.0), ("d", 86_400.0)])
def test_times_in_minutes_hours_and_days_are_read_where_the_header_says_so(
    unit: str, length_s: float
) -> None:
    time = texts(even(400, 50) / length_s, 12)
    (recording,) = read(f"time ({unit}),x (g),y (g),z (g)", time, *axes()).recordings
    assert recording.rate_hz == pytest.approx(50, rel=1e-5)


@pytest.mark.parametrize("name", ["Zeit", "Zeitstempel", "ms", "micros"])
def test_a_time_is_known_by_these_names_too(name: str) -> None:
    per_s = {"ms": 1e3, "micros": 1e6}.get(name, 1.0)
    (recording,) = read(f"{name},x,y,z", texts(even(400, 50) * per_s, 2), *axes()).recordings
    assert recording.rate_hz == pytest.approx(50)


def test_each_placement_of_a_column_is_a_recording_of_its_own() -> None:
    twice = [value for value in TIME[:200] for _ in range(2)]
    recordings = read("time,x,y,z,placement", twice, *axes(), ["wrist", "chest"] * 200).recordings
    assert {each.placement: len(each) for each in recordings} == {"wrist": 200, "chest": 200}
    assert all(each.rate_hz == pytest.approx(50) for each in recordings)


def in_turns() -> list[list[str]]:
    """Columns of two sensors of which one is upside down, a row of each at each time."""
    upside_down = np.where(np.arange(400) % 2, -1.0, 1.0)[:, None] * XYZ_G
    return [[value for value in TIME[:200] for _ in range(2)],
            *(texts(axis, 4) for axis in upside_down.T)]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "columns", "message"),
    [
        ("time,x,y,z", in_turns(), "samples of two sensors in turn"),
        ("time,x,y,z,sensor", [*in_turns(), ["acc", "gyr"] * 200], "rows of 2 sensors in its col"),
        ("id,time,x,y,z", [[str(k) for k in range(400)], TIME, *axes()], "which are no people"),
        ("time,x (g),y (g),z (m/s2)", [TIME, *axes()], "in different units (g, m/s2)"),
        ("time (samples),x,y,z", [texts(even(400, 0.1), 0), *axes()], "--time-unit"),
        ("Moment,x,y,z", [TIME, *axes()], "or name the column (Moment)"),
        ("time,x,y,z", [TIME[::-1], *axes()], "Sort the rows by time"),
        ("time,x,y,z", [TIME[200:] * 2, *reversed(axes())], None),
    ],
)
def test_what_is_no_series_of_one_sensor_is_refused_with_its_cause(
    header: str, columns: list[list[str]], message: str | None
) -> None:
    if message is None:  # a clock that started again is a gap
        assert read(header, *columns).gaps == 1
        return
    with pytest.raises(EdgekitError) as refused:
        read(header, *columns)
    assert message in str(refused.value)


def test_counts_that_begin_at_0_are_not_divided_as_if_0_were_0_g() -> None:
    counts = [texts(np.round(axis * 400 + 2048), 0) for axis in XYZ_G.T]
    with pytest.raises(UsageError, match="all above 0"):
        read("time,x,y,z", TIME, *counts)


@pytest.mark.parametrize(("header", "options"), [("x,y,z", {"unit": "g"}), ("x (g),y,z", {})])
def test_no_option_and_no_header_makes_a_recording_that_cannot_be_read_again(
    header: str, options: dict[str, str]
) -> None:
    with pytest.raises(UsageError, match=r"gravity at rest is 9\.7"):
        read(f"time,{header}", TIME, *axes(9.80665), **options)


def test_two_accelerations_are_asked_for_and_the_gyroscope_is_not_the_example() -> None:
    with pytest.raises(UsageError, match="--columns time=time,x=ax,y=ay,z=az"):
        read("time,gx,gy,gz,ax,ay,az", TIME, *axes(100), *axes())


@pytest.mark.parametrize("name", ["", " ", "ann\nbob", "\x1b[31mann"])
@pytest.mark.parametrize("option", ["subject", "placement"])
def test_a_name_that_no_terminal_can_show_is_no_option(option: str, name: str) -> None:
    with pytest.raises(UsageError, match=f"--{option}"):
        TableOptions(**{option: name}).check()
