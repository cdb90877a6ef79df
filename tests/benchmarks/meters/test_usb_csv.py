"""What USB power meters write, each with the headings of its own tool."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.benchmarks.figure import Kind
from edgekit.benchmarks.meters.columns import columns_of
from edgekit.benchmarks.meters.trace import Trace
from edgekit.benchmarks.meters.usb_csv import from_table, read_trace
from edgekit.errors import EdgekitError, UsageError

FNIRSI = (
    "\ntimestamp sample_in_packet voltage_V current_A dp_V dn_V temp_C_ema energy_Ws capacity_As\n"
    "1774531584.029 0 5.00000 0.10000 3.035 0.072 28.200 0.002901 0.000578\n"
    "1774531584.039 1 5.00000 0.10000 3.036 0.071 28.200 0.005815 0.001158\n"
    "1774531584.049 2 5.00000 0.10000 3.036 0.071 28.200 0.00"  # cut
)
PPK2 = "Timestamp(ms),Current(uA),D0-D7\n0.00,500.0,00000000\n0.01,500.0,00000000\n"
JOULESCOPE = "#time (s),current (A),voltage (V)\n0.0,0.1,5.0\n0.5,0.1,5.0\n"
JOULESCOPE_LOGGED = (
    "time,current,voltage,power,charge,energy\n"
    "60.0608842,0.1,5.0,0.5,0.197703,0.652385\n120.0572884,0.1,5.0,0.5,0.395432,1.30484\n"
)
PYUMMETER = (
    "Date;Voltage (V);Intensity (A);Power (W);Resistance (Ohm);USB D+ (V);USB D- (V);"
    "Temperature (°C);Record intensity (A);Record energy (Wh)\n"
    "2026-01-01 12:00:00.5;5.0;0.1;0.5;50;3.0;0.1;25;0;0\n"
    "2026-01-01 12:00:01;5.0;0.1;0.5;50;3.0;0.1;25;0;0\n"
)
RD_USB = (
    "Time,Voltage (V),Current (A),Power (W),Data+ (V),Accumulated power (mWh),"
    "Accumulated time (seconds),Run time (seconds),Unix time\n"
    "2026-01-01 12:00:00,5.000,0.1000,0.500,3.0,1,0,0,1767268800\n"
    "2026-01-01 12:00:00,5.000,0.1000,0.500,3.0,1,0,0,1767268800\n"
    "2026-01-01 12:00:01,5.000,0.1000,0.500,3.0,1,1,1,1767268801\n"
)


def read(folder: Path, text: str, supply_v: float | None = None) -> Trace:
    path = folder / "power.csv"
    path.write_text(text, encoding="utf-8")
    return read_trace(path, supply_v)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (FNIRSI, 0.02),
        (JOULESCOPE, 0.5),
        (JOULESCOPE_LOGGED, 59.9964042),
        (PYUMMETER, 0.5),
        (RD_USB, 1.0),
        ("time (ms)\tvoltage (mV)\tcurrent (mA)\n0\t5000\t100\n250\t5000\t100\n", 0.25),
        ("Time (s);Power (mW)\r\n0,0;500,0\r\n0,5;500,0\r\n", 0.5),  # a decimal comma
        ("\ufefftime_us,power_W\n0,0.5\n1000000,0.5\n", 1.0),
    ],
)
def test_half_a_watt_is_read_of_each(tmp_path: Path, text: str, seconds: float) -> None:
    found = read(tmp_path, text)
    assert found.end_s - found.start_s == pytest.approx(seconds)
    assert found.power_w == pytest.approx(0.5)


def test_a_ppk2_measures_current_alone_and_needs_the_supply_voltage(tmp_path: Path) -> None:
    assert read(tmp_path, PPK2, 3.0).power_w == pytest.approx(1.5e-3)
    with pytest.raises(EdgekitError, match=r"no voltage.*as in csv:ppk.csv:3.0"):
        read(tmp_path, PPK2)
    with pytest.raises(EdgekitError, match="'voltage_V' of its own: leave :3 out"):
        read(tmp_path, FNIRSI, 3.0)


@given(
    st.sampled_from([("A", 1), ("mA", 1e3), ("uA", 1e6), ("µA", 1e6), ("μA", 1e6)]),
    st.sampled_from([("V", 1), ("mV", 1e3)]),
    st.sampled_from(["{} ({})", "{}_{}", "{}[{}]", "{}({})"]),
)
def test_units_scale(current: tuple[str, float], voltage: tuple[str, float], form: str) -> None:
    found = columns_of(
        ["time", form.format("Current", current[0]), form.format("VBUS", voltage[0])]
    )
    assert found["current"].scale == pytest.approx(1 / current[1])
    assert found["voltage"].scale == pytest.approx(1 / voltage[1])


def test_a_mean_its_rounds_and_a_span_of_it(tmp_path: Path) -> None:
    path = tmp_path / "ramp.csv"
    path.write_text("time (s),power (W)\n" + "".join(f"{100 + s},{s}\n" for s in range(11)))
    whole = from_table(path, "wearable")
    assert (whole.seconds, whole.mean_w.low, whole.mean_w.high) == (10, 1, 9)
    assert whole.figure().kind == Kind.MEASURED
    assert whole.figure().source == "metered by what wrote ramp.csv over 10 s"
    part = from_table(path, "wearable", span_s=(2, 4))
    assert (part.seconds, part.mean_w.median) == (2, pytest.approx(3))
    with pytest.raises(UsageError, match=r"ramp.csv holds 0 to 10 s, not 4 to 12 s"):
        from_table(path, "wearable", span_s=(4, 12))


def test_holes_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [*range(10), *range(60, 70)]
    path.write_text("time,power\n" + "".join(f"{s},0.5\n" for s in rows))
    found = from_table(path, "monitoring")
    assert (found.meter, found.seconds) == ("what wrote a.csv, 1 holes left out", 18)


def test_a_row_that_is_no_number_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, "time,power\n0,1\n1,nan\n2,\n3,overload\n4,1\n5,1\n")
    assert found.time_s.tolist() == [0, 4, 5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "the columns are 'a', 'b'; needed are a time"),
        ("", "the columns are ''; needed"),
        ("time,voltage\n1,2\n", "the columns are 'time', 'voltage'; needed"),
        ("time,power (mWh)\n1,2\n", "'power .mWh.'; needed"),
        ("time,vbus_V,voltage (mV),power\n", "two columns are a voltage: 'vbus_V' and 'voltage"),
        ("time,power\n", "no rows of a table follow"),
        ("time,power\n1,1\n", "two readings at least, and this has 1"),
        ("time,voltage,current\n1,5\n2,5\n", "rows have 2 cells, its headings more"),
        ("time,voltage,current\n1,5,500\n2,5,500\n", "'voltage' names no unit, and in V, A"),
        ("timestamp,power\n1774531584029,1\n1774531584039,1\n", "write it as time .ms."),
        ("time,power\nnoon,1\nevening,1\n", "'time' holds 'noon', which is no time"),
    ],
)
def test_what_is_no_table_of_power_says_what_was_seen(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(EdgekitError, match=rf"power.csv is no power meter's table: .*{message}"):
        read(tmp_path, text)


@given(st.lists(st.lists(st.sampled_from(["", "nan", '"', "0", "1.5", "2e300", "x"])), max_size=9))
def test_whatever_the_rows_are_there_is_a_trace_or_one_clear_line(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    text = "time (s),power (W)\n" + "\n".join(map(",".join, rows))
    try:
        found = read(folder, text)
    except EdgekitError as error:
        assert "\n" not in str(error)
    else:
        assert np.isfinite(found.rounds_w(found.start_s, found.end_s)).all()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EdgekitError, match=r"none.csv cannot be read: No such file"):
        read_trace(tmp_path / "none.csv")
